/**
 * The plugins that are measured, as processes: ours, Pulumi's Go framework doing nothing, and a bare
 * grpc-js server.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as grpc from "@grpc/grpc-js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { executable, onPath } from "../tools/setup/find-pulumi.mjs";
import { capture, lastLines } from "../tools/setup/run.mjs";

export const repository = fileURLToPath(new URL("..", import.meta.url));
export const edgecacheDir = path.join(repository, "provider/bin");
export const edgecachePath = path.join(edgecacheDir, "pulumi-resource-edgecache");
export const bareServerPath = path.join(repository, "bench/bare-server.mjs");

/** A command line of a plugin. */
export interface PluginCommand {
  readonly command: string;
  readonly args: readonly string[];
}

export const edgecache: PluginCommand = { command: process.execPath, args: [edgecachePath] };
/** A folder with the bare server as the engine wants to find a plugin. */
export async function installBareServer(): Promise<string> {
  const dir = path.join(repository, ".cache/bench/barenode");
  const launcher = path.join(dir, "pulumi-resource-barenode");
  await mkdir(dir, { recursive: true });
  await writeFile(launcher, `#!/usr/bin/env node\nimport(${JSON.stringify(pathToFileURL(bareServerPath).href)});\n`);
  await writeFile(path.join(dir, "package.json"), `{ "type": "commonjs" }\n`);
  await chmod(launcher, 0o755);
  return dir;
}

export const bareServer: PluginCommand = { command: process.execPath, args: [bareServerPath] };

/** Builds the Go null provider into a folder of its own; Go itself knows when there is nothing to do. */
export async function buildNullProvider(
  say: (line: string) => void,
): Promise<{ dir: string; plugin: PluginCommand } | undefined> {
  const go = onPath("go");
  if (!go) {
    say("no Go on this machine: measured without the Go null provider");
    return undefined;
  }
  const dir = path.join(repository, ".cache/bench/nullprovider");
  const command = path.join(dir, executable("pulumi-resource-nullprovider"));
  await mkdir(dir, { recursive: true });
  say("building the Go null provider");
  const flags = ["-trimpath", "-buildvcs=false", "-ldflags", "-s -w"];
  const built = await capture(go, ["build", ...flags, "-o", command, "."], {
    cwd: path.join(repository, "bench/nullprovider"),
    env: { ...process.env, GOFLAGS: "-mod=readonly", GOWORK: "off", CGO_ENABLED: "0" },
  });
  if (built.code !== 0) throw new Error(`building bench/nullprovider failed:\n${lastLines(built)}`);
  return { dir, plugin: { command, args: [] } };
}

/** The engine's side of the log service, which a plugin is told about when it is started. */
export class EngineStub implements AsyncDisposable {
  readonly address: string;
  readonly #server: grpc.Server;

  private constructor(server: grpc.Server, port: number) {
    this.#server = server;
    this.address = `127.0.0.1:${port}`;
  }

  static async start(): Promise<EngineStub> {
    const server = new grpc.Server();
    const log: grpc.handleUnaryCall<unknown, object> = (_call, reply) => reply(null, new emptyPb.Empty());
    server.addService(engineGrpc.EngineService, { log });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    return new EngineStub(server, port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.forceShutdown();
  }
}

/** A started plugin and a client that plays the engine. */
export class RunningPlugin implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #client: grpc.Client;

  private constructor(child: ChildProcess, port: number) {
    this.#process = child;
    // As the engine: no bound on messages.
    this.#client = new providerGrpc.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
      "grpc.max_receive_message_length": -1,
    });
  }

  static async start({ command, args }: PluginCommand, engine: EngineStub): Promise<RunningPlugin> {
    const child = spawn(command, [...args, engine.address], { stdio: ["ignore", "pipe", "ignore"] });
    const [port] = await once(createInterface({ input: child.stdout }), "line");
    return new RunningPlugin(child, Number(port));
  }

  call<Response>(method: string, request: object): Promise<Response> {
    return new Promise((resolve, reject) => {
      const rpc: unknown = Reflect.get(this.#client, method);
      if (typeof rpc !== "function") throw new Error(`no RPC ${method}`);
      rpc.call(this.#client, request, (error: grpc.ServiceError | null, response: Response) =>
        error ? reject(error) : resolve(response),
      );
    });
  }

  /** The bytes of the answer, undecoded: what decoding costs here is no matter of the plugin's. */
  raw(path: string, request: Uint8Array): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const same = (bytes: Buffer): Buffer => bytes;
      this.#client.makeUnaryRequest(path, same, same, Buffer.from(request), (error, answer) =>
        error ? reject(error) : resolve(answer ?? Buffer.alloc(0)),
      );
    });
  }

  /** The most memory that it ever held, and what it holds now, in MiB. Linux only. */
  async memory(): Promise<{ readonly peak: number; readonly now: number }> {
    const status = await readFile(`/proc/${this.#process.pid}/status`, "utf8");
    const mib = (field: string) => Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
    return { peak: mib("VmHWM"), now: mib("VmRSS") };
  }

  /** Told to end, so that what it writes at its end is written. */
  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    this.#client.close();
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill(signal);
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end("SIGKILL");
  }
}
