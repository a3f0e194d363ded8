/**
 * The plugin process: announces its port, serves gRPC, stops when told.
 *
 * Only what it takes to listen is loaded before the port line; protobuf, zod
 * and the rest follow while the engine dials, resources when they are used.
 */
import { Server, ServerCredentials, status, type handleUnaryCall } from "@grpc/grpc-js";
import type { Shape } from "./define.ts";
import { engineSink, streamSink } from "./log.ts";
import { Session, type Host, type ProviderDefinition } from "./provider.ts";

const service = "pulumirpc.ResourceProvider";

/** Every method that is implemented; gRPC answers UNIMPLEMENTED to all others. */
const methodNames = [
  "Handshake",
  "Attach",
  "GetPluginInfo",
  "GetSchema",
  "GetMapping",
  "GetMappings",
  "CheckConfig",
  "DiffConfig",
  "Configure",
  "Cancel",
  "Check",
  "Diff",
  "Create",
  "Read",
  "Update",
  "Delete",
  "Invoke",
] as const;

/** The engine sends whole state files through these pipes; its own limit is the same. */
const maxMessageBytes = 400 * 1024 * 1024;

export async function serve<C, S extends Shape>(definition: ProviderDefinition<C, S>): Promise<void> {
  const session = new Session(definition, systemHost, engineAddress(process.argv.slice(2)));
  const server = new Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  let loading: Promise<import("./rpc.ts").Methods> | undefined;
  const load = () => (loading ??= import("./rpc.ts").then(({ methods }) => methods(session)));
  server.addService(serviceDefinition(), implementation(load));
  const port = await listen(server);
  process.stdout.write(`${port}\n`);
  stopOnSignals();
  survive(session);
  void load();
}

function implementation(load: () => Promise<import("./rpc.ts").Methods>): Record<string, handleUnaryCall<Buffer, Uint8Array>> {
  const unary = (name: string): handleUnaryCall<Buffer, Uint8Array> => {
    return (call, callback) => {
      const caller = new AbortController();
      call.on("cancelled", () => caller.abort(new Error("the engine gave up on the call")));
      load()
        .then((methods) => methods.get(name)?.(call.request, caller.signal))
        .then(
          (reply) => {
            if (reply === undefined) callback({ code: status.UNIMPLEMENTED, details: `${name} is not implemented` });
            else if (reply.ok) callback(null, reply.bytes);
            else callback(reply.status);
          },
          (error: unknown) => callback({ code: status.INTERNAL, details: String(error) }),
        );
    };
  };
  return Object.fromEntries(methodNames.map((name) => [name, unary(name)]));
}

function serviceDefinition() {
  const raw = {
    requestStream: false,
    responseStream: false,
    requestSerialize: (bytes: Buffer): Buffer => bytes,
    requestDeserialize: (bytes: Buffer): Buffer => bytes,
    responseSerialize: (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    responseDeserialize: (bytes: Buffer): Uint8Array => bytes,
  };
  return Object.fromEntries(methodNames.map((name) => [name, { ...raw, path: `/${service}/${name}`, originalName: name }]));
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}

/** `[--logtostderr] [-v=N] [--tracing URL] <host:port>`; a debugger starts the plugin without any. */
function engineAddress(args: readonly string[]): string | undefined {
  return args.filter((arg, index) => !arg.startsWith("-") && args[index - 1] !== "--tracing").at(-1);
}

/** The engine asks politely with Cancel first; a signal means now. */
function stopOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(0));
}

/** An exception that escaped one operation must not take the others with it. */
function survive<C, S extends Shape>(session: Session<C, S>): void {
  const report = (error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    void session.sink.write({ severity: "debug", message: `unhandled: ${text}`, urn: "", ephemeral: false });
  };
  process.on("uncaughtException", report);
  process.on("unhandledRejection", report);
}

const systemHost: Host = {
  now: () => Date.now(),
  after(ms, callback) {
    // Longer than Node's timers can count: as good as never.
    const timer = setTimeout(callback, Math.min(ms, 2 ** 31 - 1));
    timer.unref();
    return () => clearTimeout(timer);
  },
  environment: (name) => process.env[name],
  stderr: streamSink((line) => process.stderr.write(line)),
  connectLog: engineSink,
};
