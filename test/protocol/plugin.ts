/**
 * A plugin under test, as a process or inside of this one, and a gRPC client that plays the engine: what
 * the engine would send goes in as plain JSON, what comes back is decoded.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { ConfigureResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";
import type { LogRequest, RequirePulumiVersionRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import type { Shape } from "../../provider/src/engine/define/contract.ts";
import { grpcServer, systemHost } from "../../provider/src/engine/process/grpc.ts";
import { launchOf } from "../../provider/src/engine/process/launch.ts";
import type { ProviderDefinition } from "../../provider/src/engine/protocol/session.ts";

export const pluginPath = new URL("../../provider/bin/pulumi-resource-edgecache", import.meta.url).pathname;

export interface Logged {
  readonly severity: number;
  readonly message: string;
  readonly urn: string;
  readonly ephemeral: boolean;
}

export interface PluginOptions {
  readonly path?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The engine's own services, as far as plugins use them. */
export class EngineLog implements AsyncDisposable {
  readonly entries: Logged[] = [];
  /** Ranges of versions that plugins asked for; `answer` says whether the engine is in one. */
  readonly required: string[] = [];
  answer: "yes" | "no" | "never" = "no";
  readonly #server = new grpc.Server();
  address = "";

  static async start(): Promise<EngineLog> {
    const log = new EngineLog();
    log.#server.addService(engineGrpc.EngineService, {
      log: (call: grpc.ServerUnaryCall<LogRequest, unknown>, callback: grpc.sendUnaryData<unknown>) => {
        log.entries.push({
          severity: call.request.getSeverity(),
          message: call.request.getMessage(),
          urn: call.request.getUrn(),
          ephemeral: call.request.getEphemeral(),
        });
        callback(null, new emptyPb.Empty());
      },
      requirePulumiVersion: (
        call: grpc.ServerUnaryCall<RequirePulumiVersionRequest, unknown>,
        callback: grpc.sendUnaryData<unknown>,
      ) => {
        log.required.push(call.request.getPulumiVersionRange());
        if (log.answer === "yes") callback(null, new enginePb.RequirePulumiVersionResponse());
        if (log.answer === "no") callback({ code: grpc.status.UNKNOWN, details: "the CLI does not satisfy the range" });
      },
    } as never);
    const port = await new Promise<number>((resolve, reject) => {
      log.#server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    log.address = `127.0.0.1:${port}`;
    return log;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.forceShutdown();
  }
}

/** A plugin that listens somewhere. */
export abstract class Callee implements AsyncDisposable {
  readonly client: InstanceType<typeof providerGrpc.ResourceProviderClient>;
  readonly port: number;
  readonly stderr: string[];

  protected constructor(port: number, stderr: string[]) {
    this.port = port;
    this.stderr = stderr;
    this.client = new providerGrpc.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
      "grpc.max_receive_message_length": -1,
      "grpc.max_send_message_length": -1,
    });
  }

  /** One RPC; rejects with the gRPC status. */
  call<Request, Response>(method: string, request: Request, signal?: AbortSignal): Promise<Response> {
    const camel = method[0]?.toLowerCase() + method.slice(1);
    return new Promise((resolve, reject) => {
      const rpc: unknown = Reflect.get(this.client, camel);
      if (typeof rpc !== "function") throw new Error(`the client has no ${method}`);
      const call = rpc.call(this.client, request, (error: grpc.ServiceError | null, response: Response) =>
        error === null ? resolve(response) : reject(error),
      );
      signal?.addEventListener("abort", () => call.cancel());
    });
  }

  async configure(config: Record<string, unknown> = {}): Promise<ConfigureResponse> {
    const request = new providerPb.ConfigureRequest();
    request.setArgs(struct(config));
    request.setAcceptsecrets(true);
    request.setAcceptresources(true);
    return await this.call("Configure", request);
  }

  abstract [Symbol.asyncDispose](): Promise<void>;
}

export class Plugin extends Callee {
  readonly process: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    super(port, []);
    this.process = child;
    child.stderr?.on("data", (chunk) => this.stderr.push(String(chunk)));
  }

  static async start({ path = pluginPath, args = [], env = {} }: PluginOptions = {}): Promise<Plugin> {
    const child = spawn(process.execPath, [path, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    const lines = createInterface({ input: child.stdout });
    const [first] = await once(lines, "line");
    return new Plugin(child, Number(first));
  }

  /** Ends the process as the engine does, and tells how long that took. */
  async stop(signal: NodeJS.Signals = "SIGINT"): Promise<number> {
    const start = performance.now();
    this.process.kill(signal);
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, "exit");
    return performance.now() - start;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill("SIGINT");
      await once(this.process, "exit");
    }
  }
}

/** The same layer without a process of its own: quicker, and what it does is seen from here. */
export class PluginInside extends Callee {
  readonly #server: Server;

  private constructor(server: Server, port: number, stderr: string[]) {
    super(port, stderr);
    this.#server = server;
  }

  static async start<C, S extends Shape>(
    definition: ProviderDefinition<C, S>,
    args: readonly string[],
  ): Promise<PluginInside> {
    const stderr: string[] = [];
    const host = { ...systemHost, stderr: (line: string) => void stderr.push(line) };
    const served = await grpcServer(definition, launchOf(args), host);
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      served.connect(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error("the listener has no port");
    return new PluginInside(server, address.port, stderr);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** JSON to Struct; special values are written out by the tests, signature and all. */
export function struct(value: Record<string, unknown>): Struct {
  return structPb.Struct.fromJavaScript(value as never);
}

export function urn(type: string, name = "it"): string {
  return `urn:pulumi:dev::test::${type}::${name}`;
}

export const sig = "4dabf18193072939515e22adb298388d";
export const secretSig = "1b47061264138c4ac30d75fd1eb44270";
export const secret = (value: unknown): Record<string, unknown> => ({ [sig]: secretSig, value });
export const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** All seven of them. */
export const unknowns = {
  string: unknownString,
  boolean: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  number: "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  array: "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  asset: "030794c1-ac77-496b-92df-f27374a8bd58",
  archive: "e48ece36-62e2-4504-bad9-02848725956a",
  object: "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
};
/** Without a source: as the engine elides it. */
export const asset = (hash: string, source: Record<string, unknown> = {}): Record<string, unknown> => ({
  [sig]: "c44067f5952c0a294b673a41bacd8c17",
  hash,
  ...source,
});
export const archive = (hash: string, source: Record<string, unknown> = {}): Record<string, unknown> => ({
  [sig]: "0def7320c3a5731c473e5ecbe6d01bc7",
  hash,
  ...source,
});
