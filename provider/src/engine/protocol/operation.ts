/**
 * One operation from start to end: its deadline, its cancellation, its log,
 * and the promise that an answer goes out even if the author's verb hangs or
 * throws outside of what is awaited.
 */
import type { Operation, Shape } from "../define/contract.ts";
import type { Verb } from "../define/resource.ts";
import { StatusError } from "../wire/status.ts";
import { resourceLog } from "./log.ts";
import { tell, type Call } from "./rpc.ts";
import type { Session } from "./session.ts";

export interface OperationOptions {
  readonly urn: string;
  readonly preview: boolean;
  readonly timeoutSeconds: number;
  /** Does it change anything? Decides what the engine is told when the outcome stays unknown. */
  readonly mutates: boolean;
  /** Inputs that are secret, or have secrets in them. */
  readonly secretInputs: ReadonlySet<string>;
}

/** After the deadline or Cancel a verb has this long to return what it has. */
const graceMs = 800;

export async function runOperation<C, S extends Shape, T>(
  session: Session<C, S>,
  call: Call,
  options: OperationOptions,
  body: (verb: Verb<C>) => Promise<T>,
): Promise<T> {
  const { host } = session;
  const { urn, preview, timeoutSeconds } = options;
  const changes = options.mutates && !preview;
  if (changes && session.cancelled !== undefined) throw session.cancelled;
  const { caller } = call;
  const { signal } = caller;
  session.enter(caller);
  const words = resourceLog(session.sink, urn, (message) => tell(message, call));
  const operation: Operation = {
    urn,
    preview,
    usedBefore: session.usedBefore,
    signal,
    deadline: host.monotonic() + timeoutSeconds * 1000,
    log: words.log,
    isSecret: (property) => options.secretInputs.has(property),
    hide(texts) {
      for (const text of texts) {
        if (call.hidden.has(text)) continue;
        call.hidden.add(text);
        call.secrets.add([text]);
      }
    },
    ...(call.part && { begin: beginning(call, call.part) }),
  };
  const stopTimer = host.after(timeoutSeconds * 1000, () =>
    caller.abort(new StatusError("DEADLINE_EXCEEDED", `not finished after ${timeoutSeconds} s`)),
  );
  let stopGrace = (): void => undefined;
  let abandon = (_why: unknown): void => undefined;
  const abandoned = new Promise<never>((_, reject) => (abandon = reject));
  abandoned.catch(() => undefined);
  const unsettled = (why: unknown): unknown =>
    changes ? new StatusError("UNKNOWN", `stopped before its outcome was known: ${asError(why).message}`) : why;
  let ended = false;
  const stray = (error: unknown): boolean => {
    if (!ended) abandon(unsettled(error));
    return !ended;
  };
  const onAbort = (): void => {
    stopGrace = host.after(graceMs, () => abandon(unsettled(signal.reason)));
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  try {
    const running = session.running.run({ stray }, () => body({ operation, context: session.context }));
    return await Promise.race([running, abandoned]);
  } catch (error) {
    // Timers and streams answer an abort with an error of their own; the reason says more.
    throw signal.aborted && asError(error).name === "AbortError" ? asError(signal.reason) : error;
  } finally {
    ended = true;
    session.leave(caller);
    stopTimer();
    stopGrace();
    signal.removeEventListener("abort", onAbort);
    await words.flush(host);
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

function beginning(call: Call, part: NonNullable<Call["part"]>): NonNullable<Operation["begin"]> {
  return (name) => {
    const end = part(name);
    return (facts) => end(Object.fromEntries(Object.entries(facts).map(([key, fact]) => [key, tell(fact, call)])));
  };
}
