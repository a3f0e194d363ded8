/** Data of ours as pictures: the benchmarks against their targets, the reliability matrix as a grid. */
import { box, picture, text, type Scheme } from "./svg.ts";

interface Figure {
  readonly what: string;
  readonly edgecache: number;
  readonly against?: { readonly name: string; readonly value: number };
  readonly target?: number;
}
interface Part {
  readonly figures: readonly Figure[];
}

/** One bar for each figure that has a target: how much of it is used up. */
export function benchmarks(results: string, scheme: Scheme): string {
  const parts: Readonly<Record<string, Part>> = JSON.parse(results);
  const rows = Object.entries(parts).flatMap(([part, { figures }]) =>
    figures.flatMap(({ what, edgecache, against, target }) =>
      against === undefined || target === undefined
        ? []
        : [{ part, what: what.replaceAll("`", "").replace(/ \(.*$/, ""), used: edgecache / against.value / target }],
    ),
  );
  const [left, full, line, top] = [430, 320, 21, 56];
  const size = { width: 900, height: top + rows.length * line + 16 };
  const missed = rows.filter(({ used }) => used > 1);
  const bars = rows.flatMap(({ part, what, used }, index) => {
    const y = top + index * line;
    const color = used > 1 ? scheme.bad : scheme.good;
    const isFirst = rows[index - 1]?.part !== part;
    const end = Math.min(used, 1.3);
    // A figure that ends just before the target's line is written behind it.
    const beside = end > 0.88 && end < 1 ? 1 : end;
    return [
      ...(isFirst ? [text(12, y + 14, part, { fill: scheme.accent, size: 12, weight: 600 })] : []),
      text(left - 10, y + 14, what, { fill: scheme.text, size: 12, anchor: "end" }),
      `<rect x="${left}" y="${y + 3}" width="${Math.max(2, end * full).toFixed(1)}" height="14" rx="3" fill="${color}"/>`,
      text(left + beside * full + 6, y + 14, `${Math.round(used * 100)} %`, {
        fill: scheme.dim,
        size: 11,
      }),
    ];
  });
  const mark = [
    `<line x1="${left + full}" y1="${top - 10}" x2="${left + full}" y2="${size.height - 12}" stroke="${scheme.dim}" stroke-dasharray="3 3"/>`,
    text(left + full, top - 16, "target", { fill: scheme.dim, size: 12, anchor: "middle" }),
    text(12, 26, `How much of each target is used: ${rows.length - missed.length} of ${rows.length} met`, {
      fill: scheme.text,
      size: 15,
      weight: 600,
    }),
  ];
  const about = {
    title: "Benchmarks against their targets",
    description: rows.map(({ what, used }) => `${what}: ${Math.round(used * 100)} % of the target`).join("; "),
  };
  return picture(size, about, scheme, [...mark, ...bars]);
}

/** The table between the marks of docs/reliability.md. */
export function matrix(page: string, scheme: Scheme): string {
  const table = /<!-- matrix -->\n([^]*?)<!-- end -->/.exec(page)?.[1] ?? "";
  const rows = table
    .split("\n")
    .filter((line) => line.startsWith("|") && !line.startsWith("|---"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((each) => each.trim()),
    );
  const [head = [], ...cells] = rows;
  if (cells.length === 0) throw new Error("docs/reliability.md has no table between its marks");
  const [left, side, line, top] = [310, 112, 17, 84];
  const clouds = head.slice(2);
  const size = { width: left + clouds.length * side + 16, height: top + cells.length * line + 14 };
  const colors = outcomeColors(scheme);
  const outcomes = Object.keys(colors);
  const words = outcomes.map((outcome) => (outcome === "–" ? "no such fault" : outcome));
  const legend = outcomes.flatMap((outcome, index) => {
    // As wide as its words are, by a letter's usual width at this size.
    const x = words.slice(0, index).reduce((sum, word) => sum + 44 + Math.round(word.length * 6.6), 16);
    return [
      box(x, 40, 14, 14, colors[outcome] ?? scheme.bad),
      text(x + 20, 52, words[index] ?? "", { fill: scheme.text, size: 12 }),
    ];
  });
  const grid = cells.flatMap(([fault = "", phase = "", ...ofClouds], row) => {
    const y = top + row * line;
    return [
      ...(cells[row - 1]?.[0] === fault ? [] : [text(16, y + 12, fault, { fill: scheme.text, size: 12 })]),
      text(left - 10, y + 12, phase, { fill: scheme.dim, size: 11, anchor: "end" }),
      ...ofClouds.map(
        (outcome, column) =>
          `<rect x="${left + column * side}" y="${y + 1}" width="${side - 3}" height="${line - 3}" rx="3" fill="${colors[outcome] ?? scheme.bad}"/>`,
      ),
    ];
  });
  const names = clouds.map((name, column) =>
    text(left + column * side + side / 2, top - 8, name, {
      fill: scheme.text,
      size: 12,
      weight: 600,
      anchor: "middle",
    }),
  );
  const total = cells.flatMap((row) => row.slice(2)).filter((outcome) => outcome !== "–").length;
  const title = text(16, 26, `${total} faults, and the edge serves the new pages after each`, {
    fill: scheme.text,
    size: 15,
    weight: 600,
  });
  const about = {
    title: "What becomes of a purge when something goes wrong",
    description: outcomes
      .map((outcome) => `${outcome}: ${cells.flatMap((row) => row.slice(2)).filter((each) => each === outcome).length}`)
      .join("; "),
  };
  return picture(size, about, scheme, [title, ...legend, ...names, ...grid]);
}

/** In the order of the legend. What is not here shows as bad. */
export function outcomeColors(scheme: Scheme): Readonly<Record<string, string>> {
  const { good, fair, slow, late, repeated, line } = scheme;
  return {
    "at once": good,
    "at once, sent again": slow,
    "next up": fair,
    "next up, sent again": repeated,
    "by a new hash": late,
    "–": line,
  };
}
