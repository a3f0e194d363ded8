/** A terminal's text with its ANSI colours as a picture. */
import { escaped, picture, text, type Scheme } from "./svg.ts";

/** Columns of the terminal; longer lines go on in the next, as there. */
const columns = 100;
const cell = { width: 7.83, height: 19 };
const margin = 18;
const bar = 34;

interface Span {
  readonly content: string;
  readonly color?: string | undefined;
  readonly bold: boolean;
}

export function terminal(printed: string, scheme: Scheme): string {
  const rows = printed
    .trimEnd()
    .split("\n")
    .flatMap((line) => wrapped(spansOf(line, scheme)));
  const size = {
    width: Math.round(columns * cell.width + 2 * margin),
    height: bar + rows.length * cell.height + margin,
  };
  const dots = [scheme.bad, scheme.slow, scheme.good].map(
    (color, index) => `<circle cx="${margin + 6 + index * 18}" cy="17" r="5.5" fill="${color}"/>`,
  );
  const lines = rows.map((row, index) => {
    const spans = row.map(
      ({ content, color = scheme.text, bold }) =>
        `<tspan fill="${color}"${bold ? ' font-weight="700"' : ""}>${escaped(content)}</tspan>`,
    );
    const y = bar + (index + 1) * cell.height - 5;
    return `<text x="${margin}" y="${y}" class="mono" font-size="13" xml:space="preserve">${spans.join("")}</text>`;
  });
  const about = {
    title: "pulumi preview and pulumi up in a terminal",
    description: plain(printed).replace(/ +$/gm, "").trim(),
  };
  const frame = `<rect x="0.5" y="0.5" width="${size.width - 1}" height="${size.height - 1}" rx="8" fill="${scheme.surface}" stroke="${scheme.line}"/>`;
  const name = text(size.width / 2, 21, "static-site", { fill: scheme.dim, size: 12, anchor: "middle" });
  return picture(size, about, scheme, [frame, ...dots, name, ...lines]);
}

/** Without colours. */
export function plain(printed: string): string {
  return printed.replace(ansi, "");
}

// oxlint-disable-next-line no-control-regex -- this is what ANSI sequences begin with
const ansi = /\u001B\[([\d;]*)m/g;

function spansOf(line: string, scheme: Scheme): Span[] {
  const spans: Span[] = [];
  let color: string | undefined;
  let bold = false;
  let at = 0;
  const add = (content: string): void => {
    if (content !== "") spans.push({ content, color, bold });
  };
  for (const found of line.matchAll(ansi)) {
    add(line.slice(at, found.index));
    at = found.index + found[0].length;
    const codes = (found[1] ?? "").split(";").map(Number);
    if (codes[0] === 0) [color, bold] = [undefined, false];
    if (codes[0] === 1) bold = true;
    if (codes[0] === 38 && codes[1] === 5) color = scheme.ansi[codes[2] ?? 0];
  }
  add(line.slice(at));
  return spans;
}

function wrapped(spans: readonly Span[]): Span[][] {
  const rows: Span[][] = [[]];
  let left = columns;
  for (const span of spans) {
    let rest = span.content;
    while (rest.length > left) {
      rows.at(-1)?.push({ ...span, content: rest.slice(0, left) });
      rest = rest.slice(left);
      rows.push([]);
      left = columns;
    }
    rows.at(-1)?.push({ ...span, content: rest });
    left -= rest.length;
  }
  return rows;
}
