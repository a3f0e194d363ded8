/** Milliseconds since 1970 of a time in a vendor's row; `undefined` without a zone, where it cannot be compared. */
export function momentOf(time: string): number | undefined {
  const moment = /(?:Z|[+-]\d\d:?\d\d)$/.test(time) ? Date.parse(time) : Number.NaN;
  return Number.isNaN(moment) ? undefined : moment;
}
