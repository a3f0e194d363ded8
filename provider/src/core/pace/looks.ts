/**
 * When to look at a task again. Each look is a read that counts against the
 * vendor's rate, so there are as few as see the end soon. Pure.
 */

export interface Waiting {
  /** Milliseconds since the task was submitted. */
  readonly elapsedMs: number;
  /** How long tasks of this kind took, of those that were watched from their submission to their end. */
  readonly pastMs: readonly number[];
  /** Milliseconds until the waiting has to end: the last look is then. */
  readonly leftMs: number;
}

/** Milliseconds from now to the next look. */
export function untilNextLook({ elapsedMs, pastMs, leftMs }: Waiting): number {
  const wait = pastMs.length > 0 ? knowing(elapsedMs, Math.min(...pastMs)) : unknowing(elapsedMs);
  return Math.max(0, Math.min(wait, leftMs));
}

/** How long a task took, as its receipt tells, for one that was watched all the time. */
export function tookMs(receipt: { readonly submittedAt: string; readonly completedAt?: string | undefined }): number[] {
  const took = Date.parse(receipt.completedAt ?? "") - Date.parse(receipt.submittedAt);
  return Number.isNaN(took) || took < 0 ? [] : [took];
}

const soonestMs = 50;
const longestMs = 14_500;

/**
 * Nothing is known: dense at first, where a task of 2 s is seen within half a
 * second, then growing, with a look where tasks of a minute end (EdgeOne's do:
 * https://cloud.tencent.com/document/product/1552/57250). One of 5 min is seen within 15 s.
 */
const looksMs = [soonestMs, 400, 800, 1300, 1800, 2300, 4000, 7500, 14_000, 26_000, 44_000, 62_000];

function unknowing(elapsedMs: number): number {
  const next = looksMs.find((at) => at > elapsedMs);
  return next === undefined ? Math.min(longestMs, elapsedMs / 6) : next - elapsedMs;
}

/** Receipts have whole seconds. */
const roundingMs = 1000;

/**
 * First shortly before the quickest so far, since what was seen done at once
 * may have been done for a while; then in steps that grow with the surprise.
 */
function knowing(elapsedMs: number, quickestMs: number): number {
  const firstMs = Math.max(soonestMs, quickestMs * 0.9 - roundingMs);
  if (elapsedMs < firstMs) return firstMs - elapsedMs;
  return Math.min(longestMs, Math.max(250, quickestMs * 0.04, (elapsedMs - firstMs) / 4));
}
