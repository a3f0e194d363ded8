/**
 * `pulumirpc.ResourceProvider`, method by method: bytes in, bytes out.
 * What is not in the table, gRPC answers with UNIMPLEMENTED.
 */
import { status as grpcStatus } from "@grpc/grpc-js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Shape } from "./define.ts";
import { toStatus, type StatusReply } from "./errors.ts";
import * as lifecycle from "./lifecycle.ts";
import { callFunction } from "./invoke.ts";
import type { Call } from "./operation.ts";
import type { Observer, Outcome, Rpc } from "./observe.ts";
import type { Session } from "./provider.ts";
import { redact } from "./secrets.ts";
import * as state from "./state.ts";
import { MalformedMessage } from "./wire.ts";

export type Reply =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly status: StatusReply };

export type Method = (bytes: Uint8Array, signal: AbortSignal, traceparent: string | undefined) => Promise<Reply>;

interface Decoder<Request> {
  deserializeBinary(bytes: Uint8Array): Request;
}
interface Encodable {
  serializeBinary(): Uint8Array;
}

export function methods<C, S extends Shape>(session: Session<C, S>): ReadonlyMap<string, Method> {
  const on = <Request extends Encodable>(
    method: string,
    decoder: Decoder<Request>,
    handle: (session: Session<C, S>, request: Request, call: Call) => Promise<Encodable> | Encodable,
  ): [string, Method] => {
    const answer: Method = async (bytes, signal, parent) => {
      const call: Call = { signal, secrets: [...session.secrets] };
      let end = (_outcome: Outcome): void => undefined;
      try {
        const request = decode(decoder, bytes);
        end = begin(session.observers, { method, about: aboutOf(request), parent });
        const response = await handle(session, request, call);
        const reply = response.serializeBinary();
        end({ status: "OK", message: "" });
        return { ok: true, bytes: reply };
      } catch (error) {
        const redacted = (message: string): string => redact(message, call.secrets);
        const failed = await toStatus(error, session.definition.explain, redacted);
        end({ status: grpcStatus[failed.code], message: failed.details });
        return { ok: false, status: failed };
      }
    };
    return [method, answer];
  };
  return new Map([
    on("Handshake", providerPb.ProviderHandshakeRequest, lifecycle.handshake),
    on("Attach", pluginPb.PluginAttach, lifecycle.attach),
    on("GetPluginInfo", emptyPb.Empty, lifecycle.getPluginInfo),
    on("GetSchema", providerPb.GetSchemaRequest, lifecycle.getSchema),
    on("GetMapping", providerPb.GetMappingRequest, lifecycle.getMapping),
    on("GetMappings", providerPb.GetMappingsRequest, lifecycle.getMappings),
    on("CheckConfig", providerPb.CheckRequest, lifecycle.checkConfig),
    on("DiffConfig", providerPb.DiffRequest, lifecycle.diffConfig),
    on("Configure", providerPb.ConfigureRequest, lifecycle.configure),
    on("Cancel", emptyPb.Empty, lifecycle.cancel),
    on("Check", providerPb.CheckRequest, state.check),
    on("Diff", providerPb.DiffRequest, state.diff),
    on("Create", providerPb.CreateRequest, state.create),
    on("Read", providerPb.ReadRequest, state.read),
    on("Update", providerPb.UpdateRequest, state.update),
    on("Delete", providerPb.DeleteRequest, state.remove),
    on("Invoke", providerPb.InvokeRequest, callFunction),
  ]);
}

/** Key of a map entry: tag 0x0a, length 9. The protobuf runtime would drop it without a word. */
const prototypeKey = Buffer.from("\n\t__proto__");

function decode<Request extends Encodable>(decoder: Decoder<Request>, bytes: Uint8Array): Request {
  const request = deserialize(decoder, bytes);
  const suspect = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(prototypeKey);
  if (suspect && request.serializeBinary().length < bytes.length) {
    throw new MalformedMessage(`a property is called "__proto__", a name that cannot be used`);
  }
  return request;
}

function deserialize<Request>(decoder: Decoder<Request>, bytes: Uint8Array): Request {
  try {
    return decoder.deserializeBinary(bytes);
  } catch (error) {
    throw new MalformedMessage(error instanceof Error ? error.message : String(error));
  }
}

function begin(watching: readonly Observer[], rpc: Rpc): (outcome: Outcome) => void {
  const ends = watching.flatMap((observer) => observer.begin?.(rpc) ?? []);
  return (outcome) => ends.forEach((end) => end(outcome));
}

function aboutOf(request: object): string {
  const get: unknown = Reflect.get(request, "getUrn") ?? Reflect.get(request, "getTok");
  return typeof get === "function" ? String(get.call(request)) : "";
}
