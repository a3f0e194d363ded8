/**
 * The plugin process: announces its port, serves, stops when told.
 *
 * Before the port line nothing is loaded but this file and Node's own `net`.
 * gRPC, protobuf, zod and the rest come while the engine dials; connections
 * that arrive meanwhile wait in their sockets. Resources come when used.
 */
import { createServer, type Server, type Socket } from "node:net";
import type { Shape } from "./define.ts";
import type { ProviderDefinition } from "./provider.ts";

export async function serve<C, S extends Shape>(definition: ProviderDefinition<C, S>): Promise<void> {
  const engine = engineAddress(process.argv.slice(2));
  let grpc: Promise<(socket: Socket) => void> | undefined;
  const load = () => (grpc ??= import("./grpc.ts").then(({ grpcServer }) => grpcServer(definition, engine)));
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    load().then(
      (inject) => inject(socket),
      (error: unknown) => giveUp(error),
    );
  });
  const port = await listen(server);
  process.stdout.write(`${port}\n`);
  stopOnSignals();
  await load();
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
      else reject(new Error("the listener has no port"));
    });
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

function giveUp(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}
