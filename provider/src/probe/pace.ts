/** How much probes may take of a server: requests in a span of time, and bytes. */
import type { Clock } from "../core/clock.ts";

export const limits = {
  /** To one server. */
  requests: 20,
  perMs: 1000,
  /** Of one body. */
  bodyBytes: 8 << 20,
  /** Of all bodies of one gate or check. */
  totalBytes: 128 << 20,
  /** For one request. */
  answerMs: 10_000,
} as const;

/** At most so many requests to a server in any such span; who asks is served in turn. */
export class ProbePace {
  readonly #clock: Clock;
  readonly #left = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when a request to this server may leave. */
  async turn(server: string, signal: AbortSignal): Promise<void> {
    const now = this.#clock.monotonic();
    const left = this.#left.get(server) ?? [];
    const [first] = left;
    const at = Math.max(now, left.length < limits.requests || first === undefined ? now : first + limits.perMs);
    this.#left.set(server, [...left, at].slice(-limits.requests));
    if (at > now) await this.#clock.sleep(at - now, signal);
  }
}
