/** The engine's calls about one resource, with plain JSON for property bags. */
import * as grpc from "@grpc/grpc-js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import type {
  CheckResponse,
  CreateResponse,
  DiffResponse,
  InvokeResponse,
  ReadResponse,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { struct, urn, type Callee } from "./plugin.ts";

export type Bag = Record<string, unknown>;

export interface Failure {
  readonly property: string;
  readonly reason: string;
}

export interface Diff {
  readonly changes: "DIFF_UNKNOWN" | "DIFF_NONE" | "DIFF_SOME";
  readonly diffs: readonly string[];
  readonly replaces: readonly string[];
  readonly detailed: Readonly<Record<string, string>>;
  readonly deleteBeforeReplace: boolean;
}

export interface State {
  readonly id: string;
  readonly inputs: Bag;
  readonly outputs: Bag;
}

export interface Options {
  readonly preview?: boolean;
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly ignoreChanges?: readonly string[];
}

/** What went wrong, as the engine sees it. */
export interface Refused {
  readonly code: string;
  readonly message: string;
  /** State that came with the error. */
  readonly partial?: { readonly id: string; readonly properties: Bag; readonly reasons: readonly string[] };
}

/** Whoever takes calls: a process, or the provider inside the test's own. */
export type Called = Pick<Callee, "call">;

export class Client {
  readonly plugin: Called;
  readonly type: string;
  readonly urn: string;

  constructor(plugin: Called, type: string, name = "it") {
    this.plugin = plugin;
    this.type = type;
    this.urn = urn(type, name);
  }

  async check(news: Bag, olds: Bag = {}, seed = new Uint8Array(32)): Promise<{ inputs: Bag; failures: Failure[] }> {
    const request = this.#named(new providerPb.CheckRequest());
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    request.setRandomseed(seed);
    const response: CheckResponse = await this.plugin.call("Check", request);
    return { inputs: plain(response.getInputs()), failures: failuresOf(response) };
  }

  async diff(state: State, news: Bag, { ignoreChanges = [] }: Options = {}): Promise<Diff> {
    const request = this.#named(new providerPb.DiffRequest());
    request.setId(state.id);
    request.setOlds(struct(state.outputs));
    request.setOldInputs(struct(state.inputs));
    request.setNews(struct(news));
    request.setIgnorechangesList([...ignoreChanges]);
    return diffOf(await this.plugin.call("Diff", request));
  }

  async create(inputs: Bag, options: Options = {}): Promise<State> {
    const request = this.#named(new providerPb.CreateRequest());
    request.setProperties(struct(inputs));
    request.setPreview(options.preview ?? false);
    request.setTimeout(options.timeout ?? 0);
    const response: CreateResponse = await this.plugin.call("Create", request, options.signal);
    return { id: response.getId(), inputs, outputs: plain(response.getProperties()) };
  }

  async update(state: State, inputs: Bag, options: Options = {}): Promise<State> {
    const request = this.#named(new providerPb.UpdateRequest());
    request.setId(state.id);
    request.setOlds(struct(state.outputs));
    request.setOldInputs(struct(state.inputs));
    request.setNews(struct(inputs));
    request.setPreview(options.preview ?? false);
    request.setTimeout(options.timeout ?? 0);
    const response: UpdateResponse = await this.plugin.call("Update", request, options.signal);
    return { id: state.id, inputs, outputs: plain(response.getProperties()) };
  }

  /** `undefined`: gone. Without a bag: as an import asks. */
  async read(id: string, inputs?: Bag, properties?: Bag): Promise<State | undefined> {
    const request = this.#named(new providerPb.ReadRequest());
    request.setId(id);
    if (inputs !== undefined) request.setInputs(struct(inputs));
    if (properties !== undefined) request.setProperties(struct(properties));
    const response: ReadResponse = await this.plugin.call("Read", request);
    if (response.getId() === "") {
      if (response.hasProperties()) throw new Error("gone, and yet it has properties");
      return undefined;
    }
    return { id: response.getId(), inputs: plain(response.getInputs()), outputs: plain(response.getProperties()) };
  }

  refresh(state: State): Promise<State | undefined> {
    return this.read(state.id, state.inputs, state.outputs);
  }

  async delete(state: State, options: Options = {}): Promise<void> {
    const request = this.#named(new providerPb.DeleteRequest());
    request.setId(state.id);
    request.setProperties(struct(state.outputs));
    request.setOldInputs(struct(state.inputs));
    request.setTimeout(options.timeout ?? 0);
    await this.plugin.call("Delete", request, options.signal);
  }

  #named<Request extends { setUrn(urn: string): Request; setType(type: string): Request }>(request: Request): Request {
    return request.setUrn(this.urn).setType(this.type);
  }
}

export async function invoke(
  plugin: Called,
  token: string,
  args: Bag,
  preview = false,
): Promise<{ outputs: Bag; failures: Failure[] }> {
  const request = new providerPb.InvokeRequest();
  request.setTok(token);
  request.setArgs(struct(args));
  request.setPreview(preview);
  const response: InvokeResponse = await plugin.call("Invoke", request);
  return { outputs: plain(response.getReturn()), failures: failuresOf(response) };
}

/** What a promise is refused with; a test that expects a refusal fails when there is none. */
export async function refused(promise: Promise<unknown>): Promise<Refused> {
  try {
    await promise;
  } catch (error) {
    if (!isServiceError(error)) throw error;
    const partial = initFailed(error.metadata);
    return { code: grpc.status[error.code] ?? "", message: error.details, ...(partial && { partial }) };
  }
  throw new Error("was not refused");
}

function isServiceError(error: unknown): error is grpc.ServiceError {
  return error instanceof Error && "metadata" in error && "code" in error;
}

/** The one detail of a status, unpacked by its message class. */
export function detailOf<T>(
  metadata: grpc.Metadata,
  type: string,
  message: { deserializeBinary(bytes: Uint8Array): T },
): T | undefined {
  const [bytes] = metadata.get("grpc-status-details-bin");
  if (!(bytes instanceof Buffer)) return undefined;
  const [any] = statusPb.Status.deserializeBinary(bytes).getDetailsList();
  if (any === undefined || any.getTypeName() !== `pulumirpc.${type}`) return undefined;
  return message.deserializeBinary(any.getValue_asU8());
}

function initFailed(metadata: grpc.Metadata): Refused["partial"] {
  const detail = detailOf(metadata, "ErrorResourceInitFailed", providerPb.ErrorResourceInitFailed);
  return detail && { id: detail.getId(), properties: plain(detail.getProperties()), reasons: detail.getReasonsList() };
}

export function plain(bag: Struct | undefined): Bag {
  return bag === undefined ? {} : bag.toJavaScript();
}

export function failuresOf(response: CheckResponse | InvokeResponse): Failure[] {
  return response
    .getFailuresList()
    .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
}

const changeNames = ["DIFF_UNKNOWN", "DIFF_NONE", "DIFF_SOME"] as const;
const kindNames = ["ADD", "ADD_REPLACE", "DELETE", "DELETE_REPLACE", "UPDATE", "UPDATE_REPLACE"];

export function diffOf(response: DiffResponse): Diff {
  const detailed: Record<string, string> = {};
  response.getDetaileddiffMap().forEach((diff, path) => {
    const kind = kindNames[diff.getKind()] ?? "";
    detailed[path] = diff.getInputdiff() ? kind : `${kind} of outputs`;
  });
  return {
    changes: changeNames[response.getChanges()] ?? "DIFF_UNKNOWN",
    diffs: response.getDiffsList(),
    replaces: response.getReplacesList(),
    detailed,
    deleteBeforeReplace: response.getDeletebeforereplace(),
  };
}
