/** The little of SVG that our pictures need, in two colour schemes. */

export interface Scheme {
  readonly name: "light" | "dark";
  readonly background: string;
  readonly surface: string;
  readonly line: string;
  readonly text: string;
  readonly dim: string;
  readonly accent: string;
  readonly good: string;
  readonly fair: string;
  readonly slow: string;
  readonly late: string;
  readonly repeated: string;
  readonly bad: string;
  /** ANSI colours by the numbers that the CLI uses. */
  readonly ansi: Readonly<Record<number, string>>;
}

export const schemes: readonly Scheme[] = [
  {
    name: "light",
    background: "#ffffff",
    surface: "#f6f8fa",
    line: "#d0d7de",
    text: "#1f2328",
    dim: "#59636e",
    accent: "#0969da",
    good: "#1a7f37",
    fair: "#0969da",
    slow: "#9a6700",
    late: "#8250df",
    repeated: "#1b7c83",
    bad: "#cf222e",
    ansi: { 1: "#cf222e", 2: "#1a7f37", 3: "#9a6700", 5: "#8250df", 9: "#cf222e", 12: "#0969da", 13: "#8250df" },
  },
  {
    name: "dark",
    background: "#0d1117",
    surface: "#151b23",
    line: "#3d444d",
    text: "#f0f6fc",
    dim: "#9198a1",
    accent: "#4493f8",
    good: "#3fb950",
    fair: "#4493f8",
    slow: "#d29922",
    late: "#ab7df8",
    repeated: "#39c5cf",
    bad: "#f85149",
    ansi: { 1: "#f85149", 2: "#3fb950", 3: "#d29922", 5: "#ab7df8", 9: "#f85149", 12: "#4493f8", 13: "#ab7df8" },
  },
];

export interface TextStyle {
  readonly fill: string;
  readonly size?: number;
  readonly weight?: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly mono?: boolean;
}

export function text(x: number, y: number, content: string, style: TextStyle): string {
  const { fill, size = 13, weight = 400, anchor = "start", mono = false } = style;
  const attributes = `x="${x}" y="${y}" fill="${fill}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}"`;
  return `<text ${attributes}${mono ? ' class="mono"' : ""} xml:space="preserve">${escaped(content)}</text>`;
}

export function box(x: number, y: number, width: number, height: number, fill: string, line = "none"): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="${fill}" stroke="${line}"/>`;
}

/** A line with an arrow's head at its end, through the given points. */
export function arrow(points: readonly (readonly [x: number, y: number])[], color: string): string {
  const [from, to] = points.slice(-2);
  if (from === undefined || to === undefined) return "";
  const path = points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x} ${y}`).join(" ");
  const angle = Math.round((Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI);
  const head = `<path d="M0 0 L-8 -4 L-8 4 Z" transform="translate(${to[0]} ${to[1]}) rotate(${angle})" fill="${color}"/>`;
  return `<path d="${path}" fill="none" stroke="${color}" stroke-width="1.5"/>${head}`;
}

/** A whole picture; `title` and `about` are for those who cannot see it. */
export function picture(
  size: { readonly width: number; readonly height: number },
  about: { readonly title: string; readonly description: string },
  scheme: Scheme,
  parts: readonly string[],
): string {
  const { width, height } = size;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">${escaped(about.title)}</title>
<desc id="description">${escaped(about.description)}</desc>
<style>text { font-family: system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif } .mono, .mono tspan { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace }</style>
<rect width="${width}" height="${height}" rx="8" fill="${scheme.background}"/>
${parts.join("\n")}
</svg>
`;
}

export function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
