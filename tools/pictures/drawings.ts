/** What we draw by hand: the ways of new content to a visitor, and the states of a target. */
import { arrow, box, picture, text, type Scheme } from "./svg.ts";

interface Stop {
  readonly name: string;
  readonly lines: readonly string[];
}

/** A way in stops; a bracket over those that are ours. */
interface Way {
  readonly stops: readonly Stop[];
  readonly ours: readonly string[];
  readonly bracket: string;
  readonly note: string;
  readonly title: string;
}

/** upload → order → purge → edge → visitor. */
export function flow(scheme: Scheme): string {
  return way(scheme, {
    title: "From the upload to the visitor",
    stops: [
      { name: "upload", lines: ["your deployment", "publishes the pages"] },
      { name: "order", lines: ["dependsOn: waits until", "the upload has ended"] },
      { name: "purge", lines: ["exactly what changed,", "in the fewest calls"] },
      { name: "edge", lines: ["every node forgets the", "old copy; nothing else"] },
      { name: "visitor", lines: ["MISS once,", "then the new page"] },
    ],
    ours: ["order", "purge"],
    bracket: "one PurgeTrigger",
    note: "purged before the upload has ended, the edge would fetch the old page once more and keep it",
  });
}

/** upload → gate → purge → check → visitor. */
export function fresh(scheme: Scheme): string {
  return way(scheme, {
    title: "Fresh at the edge, proven",
    stops: [
      { name: "upload", lines: ["the release is on its", "way to the origin"] },
      { name: "gate", lines: ["asks the origin until", "it serves the release"] },
      { name: "purge", lines: ["exactly what changed,", "in the fewest calls"] },
      { name: "check", lines: ["visits the nodes until", "none serves the old"] },
      { name: "visitor", lines: ["the new page,", "at every node"] },
    ],
    ours: ["gate", "purge", "check"],
    bracket: "one PurgeTrigger with awaitOrigin and verifyEdge",
    note: "a gate that stays closed sends nothing; a node that stays stale is purged again, and then owed",
  });
}

function way(scheme: Scheme, { stops, ours, bracket, note, title }: Way): string {
  const [width, height, step, side] = [900, 170, 178, 152];
  const left = (index: number): number => 18 + index * step;
  const drawn = stops.flatMap(({ name, lines }, index) => {
    const x = left(index);
    const isOurs = ours.includes(name);
    const next: readonly (readonly [number, number])[] = [
      [x + side, 66],
      [x + step, 66],
    ];
    return [
      box(x, 40, side, 92, scheme.surface, isOurs ? scheme.accent : scheme.line),
      text(x + side / 2, 66, name, {
        fill: isOurs ? scheme.accent : scheme.text,
        size: 16,
        weight: 600,
        anchor: "middle",
      }),
      ...lines.map((line, row) =>
        text(x + side / 2, 92 + row * 18, line, { fill: scheme.dim, size: 12, anchor: "middle" }),
      ),
      ...(index < stops.length - 1 ? [arrow(next, scheme.dim)] : []),
    ];
  });
  const places = stops.flatMap(({ name }, index) => (ours.includes(name) ? [index] : []));
  const [from, to] = [left(places[0] ?? 0), left(places.at(-1) ?? 0) + side];
  const around = [
    `<path d="M${from} 28 L${from} 22 L${to} 22 L${to} 28" fill="none" stroke="${scheme.accent}"/>`,
    text((from + to) / 2, 16, bracket, { fill: scheme.accent, size: 12, anchor: "middle" }),
    text(width / 2, 156, note, { fill: scheme.dim, size: 12, anchor: "middle" }),
  ];
  const about = { title, description: stops.map(({ name, lines }) => `${name}: ${lines.join(" ")}`).join("; ") };
  return picture({ width, height }, about, scheme, [...drawn, ...around]);
}

/** What the state knows of a target, and what moves it on. */
export function states(scheme: Scheme): string {
  const [width, height] = [900, 330];
  const state = (x: number, y: number, name: string, line: string, color: string): string[] => [
    box(x, y, 190, 62, scheme.surface, color),
    text(x + 95, y + 27, name, { fill: color, size: 15, weight: 600, anchor: "middle" }),
    text(x + 95, y + 47, line, { fill: scheme.dim, size: 12, anchor: "middle" }),
  ];
  const label = (x: number, y: number, words: string, anchor: "start" | "middle" | "end" = "middle"): string =>
    text(x, y, words, { fill: scheme.dim, size: 12, anchor });
  const parts = [
    ...state(20, 40, "recorded as true", "the edge holds nothing older", scheme.good),
    ...state(355, 40, "to send", "the plan in the preview", scheme.accent),
    ...state(690, 40, "sent", "a task of the cloud", scheme.slow),
    ...state(520, 220, "owed", "with code, reason, request id", scheme.bad),
    ...state(20, 220, "dropped", "with a warning", scheme.dim),
    arrow(
      [
        [210, 71],
        [355, 71],
      ],
      scheme.dim,
    ),
    label(282, 62, "content changed"),
    arrow(
      [
        [545, 71],
        [690, 71],
      ],
      scheme.dim,
    ),
    label(617, 62, "accepted"),
    arrow(
      [
        [785, 40],
        [785, 26],
        [115, 26],
        [115, 40],
      ],
      scheme.good,
    ),
    label(450, 20, "the cloud says that it is done"),
    arrow(
      [
        [785, 102],
        [785, 251],
        [710, 251],
      ],
      scheme.bad,
    ),
    label(778, 180, "failed", "end"),
    arrow(
      [
        [500, 102],
        [500, 160],
        [560, 160],
        [560, 220],
      ],
      scheme.bad,
    ),
    label(568, 176, "refused, quota, no answer", "start"),
    arrow(
      [
        [540, 220],
        [540, 190],
        [410, 190],
        [410, 102],
      ],
      scheme.accent,
    ),
    label(404, 150, "the next pulumi up", "end"),
    arrow(
      [
        [520, 251],
        [210, 251],
      ],
      scheme.dim,
    ),
    label(365, 243, "refused, and no longer in the program"),
    label(
      450,
      316,
      "A run that was cut short goes on with what is to send, sent or owed: nothing is lost, nothing done is sent again.",
    ),
  ];
  const about = {
    title: "The states of a target",
    description:
      "A target recorded as true becomes one to send when its content changed, is sent when the cloud accepted it, and true again when the cloud says that it is done. What failed or was refused is owed, and the next pulumi up sends it. A refused target that the program no longer lists is dropped with a warning.",
  };
  return picture({ width, height }, about, scheme, parts);
}
