/**
 * What an operator can see beside the engine's own log, each only when asked
 * for: JSON lines in a file (`<NAME>_LOG`), spans at an OpenTelemetry
 * collector (`OTEL_EXPORTER_OTLP_ENDPOINT`) or where the engine collects them
 * (`--otel-traces`), everything on standard error (`-v` with `--logtostderr`).
 */
import { openSync, writeSync } from "node:fs";
import type { Host } from "../protocol/host.ts";
import { lineOf } from "../protocol/log.ts";
import type { Observer } from "../protocol/observe.ts";
import type { ProviderDefinition } from "../protocol/session.ts";

type Surroundings = Pick<Host, "now" | "monotonic" | "environment" | "stderr">;

export async function observers(
  { name, version, agent }: Pick<ProviderDefinition<unknown, never>, "name" | "version" | "agent">,
  host: Surroundings,
  verbose: boolean,
): Promise<Observer[]> {
  const wanted: Observer[] = verbose ? [{ log: (entry) => host.stderr(`${lineOf(entry)}\n`) }] : [];
  const file = host.environment(`${name.replaceAll(/\W/g, "_").toUpperCase()}_LOG`);
  if (file) wanted.push(jsonLines(file, host));
  const collector =
    host.environment("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") ?? host.environment("OTEL_EXPORTER_OTLP_ENDPOINT");
  const url = collector ? URL.parse(collector) : null;
  const engine = host.environment("PULUMI_OTEL_EXPORTER_OTLP_ENDPOINT");
  if (url !== null || engine) {
    const { spans, toCollector, toEngine } = await import("./spans.ts");
    const exporters = [
      ...(url === null ? [] : [toCollector(agent && (() => agent(url)))]),
      ...(engine ? [toEngine(engine)] : []),
    ];
    wanted.push(spans(name, version, exporters));
  }
  return wanted;
}

function jsonLines(file: string, host: Surroundings): Observer {
  let descriptor: number | undefined;
  const write = (record: Record<string, unknown>): void => {
    try {
      // At once: the process may be killed with the next line, which is when the last ones matter most.
      writeSync((descriptor ??= openSync(file, "a", 0o600)), `${JSON.stringify(record)}\n`);
    } catch {
      // A full disk or a wrong path must not fail an update.
    }
  };
  const time = (): string => new Date(host.now()).toISOString();
  return {
    log: ({ severity, message, urn, ephemeral }) =>
      write({ time: time(), severity, message, ...(urn && { urn }), ...(ephemeral && { ephemeral }) }),
    begin({ method, about }) {
      const stopwatch = (): (() => number) => {
        const start = host.monotonic();
        return () => Math.round(host.monotonic() - start);
      };
      const ms = stopwatch();
      const of = about && { about };
      return {
        end: ({ status, message }) =>
          write({ time: time(), rpc: method, ...of, ms: ms(), status, ...(message && { message }) }),
        part(request) {
          const took = stopwatch();
          return (facts) => write({ time: time(), request, ...of, ms: took(), ...facts });
        },
      };
    },
  };
}
