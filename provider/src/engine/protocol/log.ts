/**
 * Words for the user: to the engine's own log, attached to the resource they
 * are about, in the order they were said. Without an engine: standard error.
 */
import type { Log } from "../define/contract.ts";
import type { Host, LogEntry, LogSink, Severity } from "./host.ts";

/** An engine that died must not hold up the operation that has something to say. */
const flushMs = 2_000;

/** A resource's log, and `flush`: everything said has arrived, or the engine does not listen. */
export function resourceLog(
  sink: LogSink,
  urn: string,
  redact: (message: string) => string,
): { readonly log: Log; flush(host: Pick<Host, "after">): Promise<void> } {
  let last: Promise<void> | undefined;
  const say = (severity: Severity, ephemeral = false) => {
    return (message: string): void => {
      const entry = { severity, message: redact(message), urn, ephemeral };
      last = (last ?? Promise.resolve()).then(() => sink.write(entry)).catch(() => undefined);
    };
  };
  return {
    log: {
      debug: say("debug"),
      info: say("info"),
      warn: say("warning"),
      error: say("error"),
      status: say("info", true),
    },
    async flush(host) {
      if (last === undefined) return;
      let cancel = (): void => undefined;
      await Promise.race([last, new Promise<void>((resolve) => (cancel = host.after(flushMs, resolve)))]);
      cancel();
    },
  };
}

export function lineOf({ severity, message, urn }: LogEntry): string {
  return `${severity}: ${urn === "" ? "" : `${urn}: `}${message}`;
}
