/**
 * When to try again: decided by the kind of the fault and by whether the
 * request may be repeated. The server's own hint beats every guess; the
 * deadline and the signal beat everything.
 */
import type { CallContext } from "./call.ts";
import type { Clock } from "./clock.ts";
import { Fault } from "./errors.ts";

/**
 * `anyTime`: reads, and writes that send the whole setting.
 * `ifRefused`: a repeat has a price, so only when the cloud said that it did nothing.
 */
export type Repeatable = "anyTime" | "ifRefused";

export interface RetryOptions {
  readonly repeatable: Repeatable;
  readonly call: CallContext;
  readonly clock: Clock;
  readonly random: () => number;
  /** How long passing trouble is worth waiting for. Throttling is waited out until the deadline. */
  readonly patienceMs?: number;
}

const defaultPatienceMs = 120_000;
/** A network or an emulator that comes back does so soon; one that does not is better told. */
const unsentPatienceMs = 30_000;

export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { call, clock } = options;
  const started = clock.monotonic();
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Fault) || !mayRetry(error, options.repeatable)) throw error;
      const delay = retryDelay(error, tries, options.random);
      const end = error.kind === "throttled" ? call.deadline : patience(error, options, started);
      if (clock.monotonic() + delay >= end) throw error;
      call.log.status(`${error.cloud} ${error.action}: ${error.code}, trying again in ${seconds(delay)}`);
      await clock.sleep(delay, call.signal);
    }
  }
}

export function mayRetry(fault: Fault, repeatable: Repeatable): boolean {
  switch (fault.kind) {
    case "throttled":
    case "transient":
      return true;
    case "ambiguous":
      return repeatable === "anyTime";
    case "unsent":
      return !fault.lasting;
    case "quota":
    case "auth":
    case "notFound":
    case "invalid":
    case "unknown":
      return false;
  }
}

/** Milliseconds before try number `tries + 1`. Throttling waits longer from the start: the next window is a second away. */
export function retryDelay(fault: Fault, tries: number, random: () => number): number {
  if (fault.retryAfterMs !== undefined) return fault.retryAfterMs + random() * 100;
  const base = fault.kind === "throttled" ? 1000 : 300;
  const ceiling = fault.kind === "throttled" ? 30_000 : 10_000;
  // Half fixed, half random: callers that failed together do not come back together.
  const full = Math.min(ceiling, base * 2 ** (tries - 1));
  return full / 2 + (random() * full) / 2;
}

function patience(fault: Fault, options: RetryOptions, started: number): number {
  const longest = options.patienceMs ?? defaultPatienceMs;
  return Math.min(
    options.call.deadline,
    started + (fault.kind === "unsent" ? Math.min(unsentPatienceMs, longest) : longest),
  );
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
