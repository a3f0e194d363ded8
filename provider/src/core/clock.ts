/** Time as the provider sees it. Tests pass one that they turn by hand. */
import { Interrupted } from "./errors.ts";

export interface Clock {
  /** Milliseconds since 1970, as the machine has it: for receipts and to compare with a vendor's. It can be set at any moment. */
  now(): number;
  /** Milliseconds since an unknown moment; never set back. For gates, deadlines and everything that is waited for. */
  monotonic(): number;
  /** Resolves after `ms`, or rejects at once with `Interrupted` when the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(Interrupted.by(signal));
      // Node fires timers longer than 2^31-1 ms at once: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args
      const timer = setTimeout(finish, Math.min(Math.max(ms, 0), 2 ** 31 - 1));
      function finish(): void {
        signal?.removeEventListener("abort", interrupt);
        resolve();
      }
      function interrupt(): void {
        clearTimeout(timer);
        reject(Interrupted.by(signal));
      }
      signal?.addEventListener("abort", interrupt, { once: true });
    });
  },
};
