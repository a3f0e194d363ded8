/** What every call to a cloud carries: who may stop it, until when, and where to talk. The engine's operation fits it. */
import type { Clock } from "./clock.ts";
import { Interrupted } from "./errors.ts";

export interface CallLog {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  /** The line beside the resource; the last one wins. */
  status(message: string): void;
}

export interface CallContext {
  readonly signal: AbortSignal;
  /** When the caller must have its answer, in milliseconds of `Clock.monotonic`. */
  readonly deadline: number;
  readonly log: CallLog;
  /** Texts that leave in no message and in no plain state, such as the keys that a role gave. */
  hide?(texts: Iterable<string>): void;
  /**
   * A request begins, by its name, for who traces; the result is called when it has ended, with facts about it.
   * Absent without an observer.
   */
  readonly begin?: (name: string) => (facts: Readonly<Record<string, string>>) => void;
}

export interface Limited extends Disposable {
  readonly signal: AbortSignal;
}

/** A signal that fires on cancel, and by itself at the monotonic time `at`. Dispose of it when the work is done. */
export function withDeadline(call: CallContext, at: number, clock: Clock): Limited {
  const timeUp = new AbortController();
  const done = new AbortController();
  const ms = call.signal.aborted ? 0 : Math.max(0, at - clock.monotonic());
  clock.sleep(ms, done.signal).then(
    () => timeUp.abort(new Interrupted("deadline")),
    () => undefined,
  );
  return {
    signal: AbortSignal.any([call.signal, timeUp.signal]),
    [Symbol.dispose]: () => done.abort(over),
  };
}

/** One for all: an exception of its own for each would have a stack that is never read. */
const over = new Interrupted("cancelled");
