/**
 * The plugin process: announces its port, serves, stops when told.
 *
 * Before the port line nothing is loaded but this file and Node's own `net`.
 * gRPC, protobuf, zod and the rest come while the engine dials; connections
 * that arrive meanwhile wait in their sockets. Resources come when used.
 */
import { createServer, type Server } from "node:net";
import type { Shape } from "../define/contract.ts";
import type { ProviderDefinition } from "../protocol/session.ts";
import type { Served } from "./grpc.ts";
import { launchOf, type Launch } from "./launch.ts";

export async function serve<C, S extends Shape>(definition: ProviderDefinition<C, S>): Promise<void> {
  const launch = launchOf(process.argv.slice(2));
  let grpc: Promise<Served> | undefined;
  const load = () => (grpc ??= start(definition, launch));
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    load().then(
      (served) => (socket.destroyed ? undefined : served.connect(socket)),
      (error: unknown) => giveUp(error),
    );
  });
  // The engine sends Cancel first, which leaves time to finish; a signal stops at once.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void exit(grpc));
  const port = await listen(server);
  process.stdout.write(`${port}\n`);
  const served = await load();
  served.watch(() => void exit(grpc));
}

async function start<C, S extends Shape>(definition: ProviderDefinition<C, S>, launch: Launch): Promise<Served> {
  const { grpcServer } = await import("./grpc.ts");
  const served = await grpcServer(definition, launch);
  served.containUncaught();
  return served;
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

async function exit(grpc: Promise<Served> | undefined): Promise<void> {
  await grpc?.then((served) => served.flush()).catch(() => undefined);
  process.exit(0);
}

function giveUp(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}
