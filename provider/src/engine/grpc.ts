/** The gRPC server: connections in, methods of `rpc.ts` out. */
import { Client, credentials, Server, ServerCredentials, status, type handleUnaryCall } from "@grpc/grpc-js";
import type { Socket } from "node:net";
import type { Shape } from "./define.ts";
import { OperationError } from "./errors.ts";
import { machine } from "./host.ts";
import type { LogSink } from "./log.ts";
import { logRequest, severities } from "./messages.ts";
import { observers } from "./observe.ts";
import { Session, type Host, type ProviderDefinition } from "./provider.ts";
import { methods, type Method } from "./rpc.ts";
import { redact } from "./secrets.ts";
import type { Launch } from "./server.ts";
import { watchEngine } from "./watch.ts";

export interface Served {
  /** Takes over a connection. */
  connect(socket: Socket): void;
  /** Calls back when the engine that started this process is gone. */
  watch(gone: () => void): void;
  /** Everything observed is written, or half a second has passed. */
  flush(): Promise<void>;
}

/** The engine sends whole state files through these pipes; its own limit is the same. */
const maxMessageBytes = 400 * 1024 * 1024;
const flushMs = 500;

export async function grpcServer<C, S extends Shape>(
  definition: ProviderDefinition<C, S>,
  { engine, verbose }: Launch,
): Promise<Served> {
  const watching = await observers(definition, systemHost, verbose && engine !== undefined);
  const session = new Session(definition, systemHost, watching, engine);
  survive(session);
  const server = new Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  const table = methods(session);
  server.addService(
    Object.fromEntries([...table.keys()].map((name) => [name, rawMethod(name)])),
    Object.fromEntries([...table].map(([name, method]) => [name, unary(method)])),
  );
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  return {
    connect(socket) {
      injector.injectConnection(socket);
      socket.resume();
    },
    watch: (gone) => (engine === undefined ? undefined : watchEngine(engine, systemHost, gone)),
    flush: () => Promise.race([session.flush(), new Promise<void>((late) => setTimeout(late, flushMs))]),
  };
}

function unary(method: Method): handleUnaryCall<Buffer, Uint8Array> {
  return (call, callback) => {
    const caller = new AbortController();
    call.on("cancelled", () => caller.abort(new OperationError("CANCELLED", "the engine gave up on the call")));
    const [parent] = call.metadata.get("traceparent");
    method(call.request, caller.signal, parent === undefined ? undefined : String(parent)).then(
      (reply) => (reply.ok ? callback(null, reply.bytes) : callback(reply.status)),
      (error: unknown) => callback({ code: status.INTERNAL, details: String(error) }),
    );
  };
}

/** Bytes pass as they are: `rpc.ts` decodes them, so that a malformed message is an answer, not a crash. */
function rawMethod(name: string) {
  return {
    path: `/pulumirpc.ResourceProvider/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (bytes: Buffer): Buffer => bytes,
    requestDeserialize: (bytes: Buffer): Buffer => bytes,
    responseSerialize: (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    responseDeserialize: (bytes: Buffer): Uint8Array => bytes,
  };
}

/** An exception that escaped one operation ends that one, and none of the others. */
function survive<C, S extends Shape>(session: Session<C, S>): void {
  const report = (error: unknown): void => {
    if (session.running.getStore()?.stray(error) === true) return;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const message = redact(`unhandled: ${text}`, session.secrets);
    session.sink.write({ severity: "warning", message, urn: "", ephemeral: false }).catch(() => undefined);
  };
  process.on("uncaughtException", report);
  process.on("unhandledRejection", report);
}

const systemHost: Host = { ...machine, connectLog: engineSink };

function asIs(bytes: Buffer): Buffer {
  return bytes;
}

/** The engine's log service at `address`. */
function engineSink(address: string): LogSink {
  let client: Client | undefined;
  return {
    write({ severity, message, urn, ephemeral }) {
      const engine = (client ??= new Client(address, credentials.createInsecure()));
      const entry = Buffer.from(logRequest.encode({ severity: severities[severity], message, urn, ephemeral }));
      return new Promise((resolve, reject) => {
        engine.makeUnaryRequest("/pulumirpc.Engine/Log", asIs, asIs, entry, (error) =>
          error === null ? resolve() : reject(error),
        );
      });
    },
  };
}
