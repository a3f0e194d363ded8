/**
 * When to look at a task again. Each look is a read that counts against the
 * vendor's rate, so there are as few as see the end soon. Pure.
 */

export interface Waiting {
  /** Milliseconds since the task was submitted. */
  readonly elapsedMs: number;
  /** How long the last tasks of this kind took from their submission to the look that saw their end. */
  readonly pastMs: readonly number[];
}

/**
 * The moment of the next look, by the clock that says `now`. A little earlier
 * than it would be, at a moment at which others look too: one read serves all.
 */
export function nextLook({ elapsedMs, pastMs }: Waiting, now: number): number {
  const past = typical(pastMs);
  const wait = past === undefined || isSurprise(elapsedMs, past) ? unknowing(elapsedMs) : knowing(elapsedMs, past);
  const step = 2 ** Math.floor(Math.log2(wait / 32));
  return Math.max(now, Math.floor((now + wait) / step) * step);
}

/** So many past runs are remembered. */
const mostRemembered = 5;

/** The newest first. Of one run the quickest task: others may have waited for it to be looked at. */
export function remembered(pastMs: readonly number[], tookMs: readonly number[]): readonly number[] {
  return tookMs.length === 0 ? pastMs : [Math.round(Math.min(...tookMs)), ...pastMs].slice(0, mostRemembered);
}

/** The median, so that one task of a bad day moves nothing; of two the lower, since looking too early costs less. */
function typical(pastMs: readonly number[]): number | undefined {
  return pastMs.toSorted((a, b) => a - b)[Math.floor((pastMs.length - 1) / 2)];
}

const soonestMs = 50;
const longestMs = 14_500;

/**
 * Nothing is known: dense at first, where a task of 2 s is seen within half a
 * second, then growing, with a look where tasks of a minute end (EdgeOne's do:
 * https://cloud.tencent.com/document/product/1552/57250). One of 5 min is seen within 15 s.
 */
const looksMs = [soonestMs, 250, 650, 1150, 1600, 2060, 2500, 4400, 9000, 20_000, 40_000, 64_500];

function unknowing(elapsedMs: number): number {
  // What was moved forward a little is the look that it was meant to be.
  const next = looksMs.find((at) => at * 0.96 > elapsedMs);
  return next === undefined ? Math.min(longestMs, elapsedMs / 6) : next - elapsedMs;
}

/** It takes so much longer than its like that these say nothing of its end. */
function isSurprise(elapsedMs: number, pastMs: number): boolean {
  return elapsedMs > Math.max(soonestMs * 0.96, pastMs * 1.2);
}

/**
 * First shortly before the end is due, since what was seen done at once may
 * have been done for a while; then in steps that grow.
 */
function knowing(elapsedMs: number, pastMs: number): number {
  const firstMs = Math.max(soonestMs, pastMs * 0.9);
  // The first look itself was up to a thirty-second part early.
  if (elapsedMs < firstMs * 0.96) return firstMs - elapsedMs;
  const least = Math.max(soonestMs, Math.min(250, pastMs / 4));
  return Math.min(longestMs, Math.max(least, pastMs * 0.04, (elapsedMs - firstMs) / 4));
}
