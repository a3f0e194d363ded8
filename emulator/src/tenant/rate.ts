/**
 * Request rates, counted by key. A vendor's calls a second go through a bucket or a window: its switch decides. The
 * URLs a minute of CDN and DCDN are a window by their documents.
 */
import type { WindowCounts } from "../ports/tenant.ts";
import type { RateShape } from "../ports/vendor.ts";

export class Rates implements Readonly<Record<RateShape, CallRate>> {
  readonly bucket: RateBuckets;
  readonly window: RateWindows;

  constructor(now: () => number) {
    this.bucket = new RateBuckets(now);
    this.window = new RateWindows(now);
  }
}

interface CallRate {
  /** Counts a call and returns how many were seen, this one included: more than `perSecond` means refuse it. */
  call(key: string, perSecond: number, refusedCount: boolean): number;
}

/** Full, a bucket lets `perSecond` calls through at once, then one whenever there is room for one again. */
export class RateBuckets implements CallRate {
  readonly #buckets = new Map<string, { readonly at: number; readonly used: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  call(key: string, perSecond: number, refusedCount: boolean): number {
    const at = this.#now();
    const before = this.#buckets.get(key) ?? { at, used: 0 };
    const used = Math.max(0, before.used - (Math.max(0, at - before.at) * perSecond) / 1000);
    const refused = used + 1 > perSecond;
    // a refused call that counts takes what there was
    this.#buckets.set(key, { at, used: refused ? (refusedCount ? perSecond : used) : used + 1 });
    return Math.ceil(used + 1);
  }
}

/** A window starts with the clock's second or minute, and forgets the one before. */
export class RateWindows implements CallRate, WindowCounts {
  readonly #windows = new Map<string, { start: number; count: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  call(key: string, perSecond: number, refusedCount: boolean): number {
    const refused = this.seen(key, 1000) >= perSecond;
    return refused && !refusedCount ? perSecond + 1 : this.count(key, 1000);
  }

  count(key: string, windowMs: number, amount = 1): number {
    const window = this.#open(key, windowMs);
    window.count += amount;
    return window.count;
  }

  seen(key: string, windowMs: number): number {
    return this.#open(key, windowMs).count;
  }

  #open(key: string, windowMs: number): { start: number; count: number } {
    const start = Math.floor(this.#now() / windowMs) * windowMs;
    let window = this.#windows.get(key);
    if (!window || window.start !== start) {
      window = { start, count: 0 };
      this.#windows.set(key, window);
    }
    return window;
  }
}
