/**
 * One gate per vendor action: at most `calls` within any `perMs`. Who waits is
 * served in turn between owners, first come first served within one. A throttle
 * answer closes the gate for a while and narrows it; good answers widen it again.
 */
import type { Clock } from "./clock.ts";
import { Interrupted } from "./errors.ts";
import { windowMargin, type Pace } from "./pace/limits.ts";

export type { Pace } from "./pace/limits.ts";

interface Waiter {
  readonly grant: () => void;
}

const firstPauseMs = 1000;
const longestPauseMs = 60_000;

export class RateLimiter {
  readonly #pace: Pace;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiter[]>();
  readonly #granted: number[] = [];
  #width: number;
  #closedUntil = 0;
  #pauseMs = firstPauseMs;
  #pumping = false;

  constructor(pace: Pace, clock: Clock) {
    this.#pace = pace;
    this.#clock = clock;
    this.#width = pace.calls;
  }

  /** Resolves when the caller may send one call. */
  take(owner: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(Interrupted.by(signal));
      const queue = this.#waiting.get(owner) ?? [];
      const waiter: Waiter = {
        grant: () => {
          signal.removeEventListener("abort", leave);
          resolve();
        },
      };
      const leave = (): void => {
        this.#remove(owner, waiter);
        reject(Interrupted.by(signal));
      };
      signal.addEventListener("abort", leave, { once: true });
      queue.push(waiter);
      this.#waiting.set(owner, queue);
      if (!this.#pumping) void this.#pump();
    });
  }

  /** The vendor said "too often". Its hint decides; without one, pauses double. */
  throttled(retryAfterMs?: number): void {
    const pause = retryAfterMs ?? this.#pauseMs;
    this.#closedUntil = Math.max(this.#closedUntil, this.#clock.monotonic() + pause);
    this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2);
    this.#width = Math.max(1, Math.floor(this.#width / 2));
  }

  succeeded(): void {
    this.#pauseMs = firstPauseMs;
    this.#width = Math.min(this.#pace.calls, this.#width + 1);
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    while (this.#waiting.size > 0) {
      const wait = this.#untilFree();
      if (wait > 0) await this.#clock.sleep(wait);
      else this.#serveNext();
    }
    this.#pumping = false;
  }

  #untilFree(): number {
    const now = this.#clock.monotonic();
    const span = this.#pace.perMs * windowMargin;
    while (this.#granted[0] !== undefined && this.#granted[0] <= now - span) this.#granted.shift();
    const opens = this.#closedUntil - now;
    if (this.#granted.length < this.#width) return Math.max(0, opens);
    const oldest = this.#granted[this.#granted.length - this.#width] ?? now;
    return Math.max(opens, oldest + span - now);
  }

  #serveNext(): void {
    const next = this.#waiting.entries().next().value;
    if (next === undefined) return;
    const [owner, queue] = next;
    const waiter = queue.shift();
    // Whoever was served goes to the end of the row.
    this.#waiting.delete(owner);
    if (queue.length > 0) this.#waiting.set(owner, queue);
    this.#granted.push(this.#clock.monotonic());
    waiter?.grant();
  }

  #remove(owner: string, waiter: Waiter): void {
    const left = (this.#waiting.get(owner) ?? []).filter((other) => other !== waiter);
    if (left.length > 0) this.#waiting.set(owner, left);
    else this.#waiting.delete(owner);
  }
}
