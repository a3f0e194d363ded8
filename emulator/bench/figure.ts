/** One measured line. */
export interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly value: number;
  /** The bound that the project set, and on which side of it the figure must be. */
  readonly target?: { readonly most: number } | { readonly least: number };
  readonly beside?: { readonly name: string; readonly value: number };
  readonly note?: string;
}

export function isMet({ value, target }: Figure): boolean {
  if (!target) return true;
  return "most" in target ? value <= target.most : value >= target.least;
}

export function line(figure: Figure): string {
  const { what, unit, value, target, beside, note } = figure;
  const show = (number: number): string => number.toLocaleString("en", { maximumFractionDigits: number < 100 ? 1 : 0 });
  const bound = target
    ? ` (target ${"most" in target ? `≤ ${show(target.most)}` : `≥ ${show(target.least)}`}: ${isMet(figure) ? "met" : "missed"})`
    : "";
  const other = beside ? `; ${beside.name}: ${show(beside.value)} ${unit}` : "";
  return `${what}: ${show(value)} ${unit}${bound}${other}${note === undefined ? "" : `; ${note}`}`;
}
