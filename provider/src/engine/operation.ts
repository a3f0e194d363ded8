/**
 * One operation from start to end: its deadline, its cancellation, its log,
 * and the promise that an answer goes out even if the author's verb hangs.
 */
import type { Operation, Shape } from "./define.ts";
import { OperationError } from "./errors.ts";
import { resourceLog } from "./log.ts";
import type { Session } from "./provider.ts";
import { redact } from "./secrets.ts";

export interface OperationOptions {
  readonly urn: string;
  readonly preview: boolean;
  readonly timeoutSeconds: number;
  /** Does it change anything? Decides what the engine is told when it never ends. */
  readonly mutates: boolean;
  readonly secrets: readonly string[];
  /** The caller gave up. */
  readonly caller: AbortSignal;
}

/** After the deadline or Cancel a verb has this long to return what it has. */
const graceMs = 800;

export async function runOperation<C, S extends Shape, T>(
  session: Session<C, S>,
  options: OperationOptions,
  body: (operation: Operation) => Promise<T>,
): Promise<T> {
  const { host } = session;
  const deadline = host.now() + options.timeoutSeconds * 1000;
  const late = new AbortController();
  const stopTimer = host.after(options.timeoutSeconds * 1000, () => {
    late.abort(new OperationError("DEADLINE_EXCEEDED", `not finished after ${options.timeoutSeconds} s`));
  });
  const signal = AbortSignal.any([session.cancelled.signal, options.caller, late.signal]);
  const texts = [...session.secrets, ...options.secrets];
  const { log, flush } = resourceLog(session.sink, options.urn, (message) => redact(message, texts));
  const operation: Operation = { urn: options.urn, preview: options.preview, signal, deadline, log };
  const abandoned = abandonment(session, signal, options);
  try {
    return await Promise.race([body(operation), abandoned.promise]);
  } finally {
    stopTimer();
    abandoned.dispose();
    await flush();
  }
}

/** Rejects when the verb did not return in time after it was told to stop. */
function abandonment<C, S extends Shape>(
  session: Session<C, S>,
  signal: AbortSignal,
  options: OperationOptions,
): { readonly promise: Promise<never>; dispose(): void } {
  let stop = (): void => undefined;
  let reject = (_reason: unknown): void => undefined;
  const promise = new Promise<never>((_resolve, fail) => {
    reject = fail;
  });
  promise.catch(() => undefined);
  const onAbort = (): void => {
    stop = session.host.after(graceMs, () => {
      const why = signal.reason instanceof Error ? signal.reason.message : String(signal.reason);
      reject(
        options.mutates && !options.preview
          ? new OperationError("UNKNOWN", `stopped (${why}) before its outcome was known`)
          : signal.reason instanceof OperationError
            ? signal.reason
            : new OperationError("CANCELLED", why),
      );
    });
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return {
    promise,
    dispose: () => {
      signal.removeEventListener("abort", onAbort);
      stop();
    },
  };
}
