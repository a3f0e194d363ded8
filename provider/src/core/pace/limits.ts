/** What vendors allow in a span of time, as data; and what follows from it without looking at a clock. Pure. */

/** Calls of one operation and account. */
export interface Pace {
  readonly calls: number;
  readonly perMs: number;
}

/** URLs of one domain, by operation and account. */
export interface DomainLimit {
  /** What the vendor's pages say, the newest first. Where they disagree, a refusal teaches the next. */
  readonly readings: readonly [number, ...number[]];
  readonly perMs: number;
  readonly source: string;
  readonly readOn: string;
}

/** Calls leave here evenly but arrive with jitter; a window a little longer than the vendor's absorbs it. */
export const windowMargin = 1.03;

/** Part of its window over which a stack that starts spreads its calls: others that start meanwhile come into it too. */
export const firstSpread = 0.36;

/**
 * How many of `waiting` leave into `room`. What needs later windows in any
 * case is left to them whole: fewer and fuller calls, and none of it later.
 */
export function leavingNow(waiting: number, room: number, perWindow: number): number {
  if (waiting <= room) return waiting;
  const later = Math.ceil((waiting - room) / perWindow);
  return Math.max(0, waiting - later * perWindow);
}

export interface Estimate {
  /** Until the last call leaves, if no other stack uses the windows. */
  readonly ms: number;
  /** The domain that takes longest, where it is a domain's window that takes the time. */
  readonly domain?: string;
  /** URLs a window for that domain. */
  readonly perWindow?: number;
}

/** How long it takes to send `calls` calls that carry so many URLs of each domain. */
export function estimate(
  calls: number,
  pace: Pace,
  domains: ReadonlyMap<string, number> = new Map(),
  window?: { readonly limit: number; readonly perMs: number },
): Estimate {
  const beforeIt = Math.max(0, calls - 1) % pace.calls;
  const spread = (firstSpread * beforeIt) / pace.calls;
  let slowest: Estimate = {
    ms: (windowsAfterTheFirst(calls, pace.calls) * windowMargin + spread) * pace.perMs,
  };
  if (window === undefined) return slowest;
  for (const [domain, urls] of domains) {
    const ms = windowsAfterTheFirst(urls, window.limit) * window.perMs * windowMargin;
    if (ms > slowest.ms) slowest = { ms, domain, perWindow: window.limit };
  }
  return slowest;
}

function windowsAfterTheFirst(count: number, perWindow: number): number {
  return Math.max(0, Math.ceil(count / perWindow) - 1);
}
