/**
 * The provider inside the test's own process: protobuf bytes in and out of
 * the same method table that the gRPC server serves, by a clock that jumps.
 * Hundreds of lives of a plugin then cost seconds. What a process is on its
 * own (port, signals, real SIGKILL) is tested with processes.
 */
import { Metadata, status as grpcStatus } from "@grpc/grpc-js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { createContext } from "../../provider/src/core/context.ts";
import type { Host } from "../../provider/src/engine/protocol/host.ts";
import { Session } from "../../provider/src/engine/protocol/session.ts";
import { methods } from "../../provider/src/engine/protocol/methods.ts";
import type { Method } from "../../provider/src/engine/wire/unary.ts";
import { edgecache } from "../../provider/src/provider.ts";
import { searched } from "../leaks.ts";
import { struct } from "../protocol/plugin.ts";
import type { JumpClock } from "./clock.ts";

interface Encodable {
  serializeBinary(): Uint8Array;
}

/** The answer that never came, because the process is gone. */
export class Killed extends Error {}

const answers: Readonly<Record<string, { deserializeBinary(bytes: Uint8Array): unknown }>> = {
  CheckConfig: providerPb.CheckResponse,
  Configure: providerPb.ConfigureResponse,
  Invoke: providerPb.InvokeResponse,
  Check: providerPb.CheckResponse,
  Diff: providerPb.DiffResponse,
  Create: providerPb.CreateResponse,
  Update: providerPb.UpdateResponse,
  Read: providerPb.ReadResponse,
  Delete: { deserializeBinary: () => undefined },
  Cancel: { deserializeBinary: () => undefined },
};

export class InnerPlugin {
  readonly #clock: JumpClock;
  readonly #table: ReadonlyMap<string, Method>;
  /** What the engine's log was told. */
  readonly said: string[] = [];
  #die: (reason: Killed) => void = () => undefined;
  readonly #death: Promise<never>;
  dead = false;

  constructor(clock: JumpClock, random: () => number) {
    this.#clock = clock;
    this.#death = new Promise((_, reject) => (this.#die = reject));
    this.#death.catch(() => undefined);
    const own = clock.of(this);
    const host: Host = {
      now: () => own.now(),
      monotonic: () => own.monotonic(),
      after: (ms, callback) => own.after(ms, callback),
      runNotes: { add: () => undefined, list: () => [] },
      environment: () => undefined,
      stderr: () => undefined,
      connectEngine: () => ({
        write: async (entry) => void this.said.push(entry.message),
        requireVersion: () => Promise.reject(new Error("older")),
      }),
    };
    const definition: typeof edgecache = {
      ...edgecache,
      configure: async (config) => createContext({ config, clock: own, random, env: {} }),
    };
    this.#table = methods(new Session(definition, host, [], "engine"));
  }

  async configure(config: Readonly<Record<string, unknown>>): Promise<this> {
    const request = new providerPb.ConfigureRequest();
    request.setArgs(struct(config));
    request.setAcceptsecrets(true);
    request.setAcceptresources(true);
    await this.call("Configure", request);
    return this;
  }

  call<Request, Response>(method: string, request: Request, signal?: AbortSignal): Promise<Response> {
    return this.#clock.during(() => Promise.race([this.#answer<Response>(method, request, signal), this.#death]));
  }

  /** Everything it was about to do remains undone; what it sent is on its way. */
  kill(): void {
    this.dead = true;
    this.#clock.kill(this);
    this.#die(new Killed("the plugin was killed"));
  }

  async #answer<Response>(name: string, request: unknown, signal: AbortSignal | undefined): Promise<Response> {
    const method = this.#table.get(`/pulumirpc.ResourceProvider/${name}`);
    const type = answers[name];
    if (method === undefined || type === undefined) throw new Error(`${name} is not served here`);
    const heard = this.said.length;
    const caller = new AbortController();
    signal?.addEventListener("abort", () => caller.abort(signal.reason));
    const reply = await method((request as Encodable).serializeBinary(), caller, undefined);
    searched("the log", this.said.slice(heard).join("\n"));
    searched(`the answer to ${name}`, reply.ok ? Buffer.from(reply.bytes).toString("latin1") : reply.message);
    // As the border of gRPC: bytes are what the class of the answer makes of them.
    if (reply.ok) return type.deserializeBinary(reply.bytes) as Response;
    const { status, message, details } = reply;
    const metadata = new Metadata();
    if (details) metadata.set("grpc-status-details-bin", Buffer.from(details));
    throw Object.assign(new Error(`${status}: ${message}`), { code: grpcStatus[status], details: message, metadata });
  }
}
