/** A clock that jumps to the next timer as soon as nothing else is to be done. For worlds without real input and output. */
import type { Clock } from "../../provider/src/core/clock.ts";
import { Interrupted } from "../../provider/src/core/errors.ts";

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

export class VirtualClock implements Clock {
  #now: number;
  #elapsed = 0;
  readonly #timers = new Set<Timer>();
  #running = false;

  constructor(start = Date.parse("2026-11-22T00:00:00Z")) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** Far from the wall clock, so that whoever takes one for the other fails. */
  monotonic(): number {
    return this.#elapsed;
  }

  /** Somebody sets the machine's clock; no time passes. */
  set(now: number): void {
    this.#now = now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(Interrupted.by(signal));
      const timer: Timer = {
        at: this.#elapsed + Math.max(0, ms),
        fire: () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
      };
      const stop = (): void => {
        this.#timers.delete(timer);
        reject(Interrupted.by(signal));
      };
      signal?.addEventListener("abort", stop, { once: true });
      this.#timers.add(timer);
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#timers.size > 0) {
      // A turn of the event loop drains all microtasks: whoever can go on has gone on.
      await new Promise((resolve) => setImmediate(resolve));
      let next: Timer | undefined;
      for (const timer of this.#timers) if (next === undefined || timer.at < next.at) next = timer;
      if (next === undefined) break;
      this.#timers.delete(next);
      const passed = Math.max(0, next.at - this.#elapsed);
      this.#elapsed += passed;
      this.#now += passed;
      next.fire();
    }
    this.#running = false;
  }
}
