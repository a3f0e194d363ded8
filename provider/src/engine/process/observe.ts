/**
 * What an operator can see beside the engine's own log, each only when asked
 * for: JSON lines in a file (`<NAME>_LOG`), spans at an OpenTelemetry
 * collector (`OTEL_EXPORTER_OTLP_ENDPOINT`), everything on standard error
 * (`-v` with `--logtostderr`). Texts arrive here without secrets.
 */
import { openSync, writeSync } from "node:fs";
import type { LogEntry, LogSink } from "./log.ts";

export interface Rpc {
  readonly method: string;
  /** The resource's URN, or the function's token. */
  readonly about: string;
  /** W3C `traceparent` of the engine's span. */
  readonly parent: string | undefined;
}

export interface Outcome {
  /** gRPC status by name; `OK`. */
  readonly status: string;
  readonly message: string;
}

export interface Observer {
  log?(entry: LogEntry): void;
  /** An RPC begins; the result is called when it has ended. */
  begin?(rpc: Rpc): (outcome: Outcome) => void;
  flush?(): Promise<void>;
}

interface World {
  now(): number;
  monotonic(): number;
  environment(name: string): string | undefined;
  stderr(line: string): void;
}

export async function observers(
  { name, version }: { readonly name: string; readonly version: string },
  world: World,
  verbose: boolean,
): Promise<Observer[]> {
  const wanted: Observer[] = verbose ? [{ log: (entry) => world.stderr(`${lineOf(entry)}\n`) }] : [];
  const file = world.environment(`${name.replaceAll(/\W/g, "_").toUpperCase()}_LOG`);
  if (file) wanted.push(jsonLines(file, world));
  if (world.environment("OTEL_EXPORTER_OTLP_ENDPOINT")) wanted.push((await import("./spans.ts")).spans(name, version));
  return wanted;
}

/** Tells the observers what goes to the engine. */
export function observed(sink: LogSink, watching: readonly Observer[]): LogSink {
  if (watching.length === 0) return sink;
  return {
    write(entry) {
      for (const observer of watching) observer.log?.(entry);
      return sink.write(entry);
    },
  };
}

/** Tells the observers that an RPC begins; the result tells them how it ended. */
export function begin(watching: readonly Observer[], rpc: Rpc): (outcome: Outcome) => void {
  const ends = watching.flatMap((observer) => observer.begin?.(rpc) ?? []);
  return (outcome) => ends.forEach((end) => end(outcome));
}

export function lineOf({ severity, message, urn }: LogEntry): string {
  return `${severity}: ${urn === "" ? "" : `${urn}: `}${message}`;
}

function jsonLines(file: string, world: World): Observer {
  let descriptor: number | undefined;
  const write = (record: Record<string, unknown>): void => {
    try {
      // At once: the process may be killed with the next line, which is when the last ones matter most.
      writeSync((descriptor ??= openSync(file, "a", 0o600)), `${JSON.stringify(record)}\n`);
    } catch {
      // A full disk or a wrong path must not fail an update.
    }
  };
  const time = (): string => new Date(world.now()).toISOString();
  return {
    log: ({ severity, message, urn, ephemeral }) =>
      write({ time: time(), severity, message, ...(urn && { urn }), ...(ephemeral && { ephemeral }) }),
    begin({ method, about }) {
      const start = world.monotonic();
      return ({ status, message }) =>
        write({
          time: time(),
          rpc: method,
          ...(about && { about }),
          ms: Math.round(world.monotonic() - start),
          status,
          ...(message && { message }),
        });
    },
  };
}
