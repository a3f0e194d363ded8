/** What one trigger has handed in to be sent, until each of its targets has a result. */
import type { CallContext } from "../../core/call.ts";
import { Interrupted } from "../../core/errors.ts";
import type { VendorClock } from "../../core/vendor-clock.ts";
import { sendingAt, type SendResult, type SendResults } from "./result.ts";

interface InFlight {
  /** By the monotonic clock. */
  readonly sentAt: number;
  readonly reference: string;
}

export class Entry {
  readonly waiting: Set<string>;
  readonly call: CallContext;
  readonly since: number;
  readonly results: Promise<SendResults>;
  /** What kept it from being sent last. */
  trouble: string | undefined;
  /** Goes by itself: its call was refused together with other triggers'. */
  alone = false;
  /** An earlier try may have been carried out, and why that could not be looked up. */
  sentAgain: string | undefined;
  readonly #inFlight = new Map<string, InFlight>();
  readonly #results = new Map<string, SendResult>();
  readonly #close: () => void;
  #finish: (results: SendResults) => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;

  constructor(targets: readonly string[], call: CallContext, since: number, close: (entry: Entry) => void) {
    this.waiting = new Set(targets);
    this.call = call;
    this.since = since;
    this.#close = () => close(this);
    this.results = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Those of `targets` that wait here leave with a call. */
  take(targets: readonly string[], sentAt: number, reference: string): string[] {
    const own = targets.filter((target) => this.waiting.delete(target));
    for (const target of own) this.#inFlight.set(target, { sentAt, reference });
    return own;
  }

  /** Those that have no result yet and do not wait either. */
  stillInFlight(targets: readonly string[]): string[] {
    return targets.filter((target) => this.#inFlight.has(target));
  }

  /** In flight again, by another call. */
  resend(targets: readonly string[], sentAt: number, reference: string): void {
    for (const target of targets) if (this.#inFlight.has(target)) this.#inFlight.set(target, { sentAt, reference });
  }

  settle(results: Iterable<readonly [string, SendResult]>): void {
    for (const [target, result] of results) {
      if (this.#inFlight.delete(target)) this.#results.set(target, result);
    }
    this.#finishIfDone();
  }

  /** Back in line; `give`: the result instead, where it is not tried any longer. */
  putBack(targets: readonly string[], give?: SendResult): void {
    for (const target of targets) {
      if (!this.#inFlight.delete(target)) continue;
      const result = this.call.signal.aborted ? this.#unsent() : give;
      if (result === undefined) this.waiting.add(target);
      else this.#results.set(target, result);
    }
    this.#finishIfDone();
  }

  /** The user stopped, or time is up: what waits is not sent. */
  stopWaiting(): void {
    for (const target of this.waiting) this.#results.set(target, this.#unsent());
    this.waiting.clear();
  }

  /** What is still in flight has no answer. */
  giveUp(vendorClock: VendorClock): void {
    const before = this.trouble === undefined ? "" : `; before that: ${this.trouble}`;
    const reason = `stopped before the cloud answered${before}`;
    for (const [target, { sentAt: at, reference }] of this.#inFlight) {
      this.#results.set(target, { state: "lost", ...sendingAt(at, vendorClock), reference, reason });
    }
    this.#inFlight.clear();
    this.#finishIfDone();
  }

  fail(error: unknown): void {
    this.#close();
    this.#fail(error);
  }

  #unsent(): SendResult {
    return { state: "unsent", why: Interrupted.by(this.call.signal).reason, trouble: this.trouble };
  }

  #finishIfDone(): void {
    if (this.waiting.size > 0 || this.#inFlight.size > 0) return;
    this.#close();
    this.#finish(this.#results);
  }
}

/** A call for several triggers: one trigger's cancel does not stop the others, and each sees what happens. */
export function sharedCall(entries: readonly Entry[]): CallContext {
  const each = (write: (entry: Entry) => void): void => entries.forEach(write);
  const begin = entries[0]?.call.begin;
  return {
    signal: new AbortController().signal,
    deadline: Math.max(...entries.map((entry) => entry.call.deadline)),
    log: {
      debug: (message) => each(({ call }) => call.log.debug(message)),
      info: (message) => each(({ call }) => call.log.info(message)),
      warn: (message) => each(({ call }) => call.log.warn(message)),
      status: (message) => each(({ call }) => call.log.status(message)),
    },
    hide(texts) {
      const all = [...texts];
      each(({ call }) => call.hide?.(all));
    },
    // One request is one span, below the first who waits for it.
    ...(begin === undefined ? {} : { begin }),
  };
}

/** Fires when all who wait have been stopped, so that no turn is taken for nothing. */
export function whenAllStopped(signals: readonly AbortSignal[]): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const check = (): void => {
    if (signals.every((signal) => signal.aborted)) controller.abort();
  };
  for (const signal of signals) signal.addEventListener("abort", check);
  check();
  return {
    signal: controller.signal,
    dispose: () => {
      for (const signal of signals) signal.removeEventListener("abort", check);
    },
  };
}
