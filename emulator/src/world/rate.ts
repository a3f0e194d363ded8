/**
 * Request rates: how many calls a key has seen in the present window. The window is fixed (the second, the minute),
 * as the vendors' texts describe it: "21 in a second".
 */
export class RateWindows {
  readonly #windows = new Map<string, { start: number; count: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts `amount` and returns what the window has seen, this included. */
  count(key: string, windowMs: number, amount = 1): number {
    const window = this.#open(key, windowMs);
    window.count += amount;
    return window.count;
  }

  /** What the window has seen so far. */
  seen(key: string, windowMs: number): number {
    return this.#open(key, windowMs).count;
  }

  clear(): void {
    this.#windows.clear();
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
