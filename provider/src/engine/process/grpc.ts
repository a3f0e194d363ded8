/** The gRPC server: serves the methods of a session on the connections that it is handed. */
import type { Socket } from "node:net";
import type { Shape } from "../define/contract.ts";
import type { Engine, Host } from "../protocol/host.ts";
import { methods } from "../protocol/methods.ts";
import { Session, type ProviderDefinition } from "../protocol/session.ts";
import { logRequest, logSeverity, requirePulumiVersionRequest } from "../wire/messages.ts";
import { shown } from "../protocol/shown.ts";
import { UnaryClient, unaryServer } from "../wire/unary.ts";
import type { Launch } from "./launch.ts";
import { machine } from "./machine.ts";
import { observers } from "./observers.ts";
import { watchEngine } from "./watch.ts";

export interface Served {
  /** Takes over a connection. */
  connect(socket: Socket): void;
  /** From now on an exception that escaped one operation ends that one, and none of the others. */
  containUncaught(): void;
  /** Calls back when the engine that started this process is gone. */
  watch(gone: () => void): void;
  /** Everything observed is written, or half a second has passed. */
  flush(): Promise<void>;
}

const flushMs = 500;

export async function grpcServer<C, S extends Shape>(
  definition: ProviderDefinition<C, S>,
  { engine, verbose }: Launch,
  host: Host = systemHost,
): Promise<Served> {
  const watching = await observers(definition, host, verbose && engine !== undefined);
  const session = new Session(definition, host, watching, engine);
  return {
    connect: unaryServer(methods(session)),
    containUncaught: () => containUncaught(session),
    watch: (gone) => (engine === undefined ? undefined : watchEngine(engine, host, gone)),
    flush: () => Promise.race([session.flush(), new Promise<void>((late) => setTimeout(late, flushMs))]),
  };
}

function containUncaught<C, S extends Shape>(session: Session<C, S>): void {
  const report = (error: unknown): void => {
    if (session.running.getStore()?.stray(error) === true) return;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const message = shown(session.secrets.redact(`unhandled: ${text}`));
    session.sink.write({ severity: "warning", message, urn: "", ephemeral: false }).catch(() => undefined);
  };
  process.on("uncaughtException", report);
  process.on("unhandledRejection", report);
}

export const systemHost: Host = { ...machine, connectEngine: engineAt };

const severities = {
  debug: logSeverity.DEBUG,
  info: logSeverity.INFO,
  warning: logSeverity.WARNING,
  error: logSeverity.ERROR,
};

/** The engine's services at `address`. */
function engineAt(address: string): Engine {
  const client = new UnaryClient(address);
  return {
    write({ severity, message, urn, ephemeral }) {
      const entry = logRequest.encode({ severity: severities[severity], message, urn, ephemeral });
      return client.tell("/pulumirpc.Engine/Log", entry);
    },
    requireVersion(range) {
      const required = requirePulumiVersionRequest.encode({ pulumiVersionRange: range });
      return client.tell("/pulumirpc.Engine/RequirePulumiVersion", required);
    },
  };
}
