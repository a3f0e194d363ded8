/** Time as the vendors write it, and their quota day. */

const EIGHT_HOURS = 8 * 3600_000;
export const DAY = 86_400_000;

/** `2023-07-26T01:56:15Z`, second resolution. */
export function isoSeconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** The moment of a strict `yyyy-MM-ddTHH:mm:ssZ`, or undefined. */
export function parseIsoSeconds(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

/** The moment of an ISO 8601 time with `Z` or an offset, or undefined. */
export function parseIsoOffset(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

/** The number of the quota day, which turns at midnight of UTC+8 plus a number of hours. */
export function quotaDay(at: number, resetHour = 0): number {
  return Math.floor((at + EIGHT_HOURS - resetHour * 3600_000) / DAY);
}
