/**
 * `pulumirpc.ResourceProvider`, method by method: bytes in, bytes out.
 * What is not in the table, gRPC answers with UNIMPLEMENTED.
 */
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Shape } from "./define.ts";
import { toStatus, type StatusReply } from "./errors.ts";
import * as lifecycle from "./lifecycle.ts";
import { callFunction } from "./invoke.ts";
import type { Call } from "./operation.ts";
import type { Session } from "./provider.ts";
import { redact } from "./secrets.ts";
import * as state from "./state.ts";
import { MalformedMessage } from "./wire.ts";

export type Reply =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly status: StatusReply };

export type Method = (bytes: Uint8Array, signal: AbortSignal) => Promise<Reply>;

interface Decoder<Request> {
  deserializeBinary(bytes: Uint8Array): Request;
}
interface Encodable {
  serializeBinary(): Uint8Array;
}

export function methods<C, S extends Shape>(session: Session<C, S>): ReadonlyMap<string, Method> {
  const on = <Request>(
    request: Decoder<Request>,
    handle: (session: Session<C, S>, request: Request, call: Call) => Promise<Encodable> | Encodable,
  ) => {
    return async (bytes: Uint8Array, signal: AbortSignal): Promise<Reply> => {
      const call: Call = { signal, secrets: [...session.secrets] };
      try {
        const response = await handle(session, decode(request, bytes), call);
        return { ok: true, bytes: response.serializeBinary() };
      } catch (error) {
        const redacted = (message: string): string => redact(message, call.secrets);
        return { ok: false, status: await toStatus(error, session.definition.explain, redacted) };
      }
    };
  };
  return new Map([
    ["Handshake", on(providerPb.ProviderHandshakeRequest, lifecycle.handshake)],
    ["Attach", on(pluginPb.PluginAttach, lifecycle.attach)],
    ["GetPluginInfo", on(emptyPb.Empty, lifecycle.getPluginInfo)],
    ["GetSchema", on(providerPb.GetSchemaRequest, lifecycle.getSchema)],
    ["GetMapping", on(providerPb.GetMappingRequest, lifecycle.getMapping)],
    ["GetMappings", on(providerPb.GetMappingsRequest, lifecycle.getMappings)],
    ["CheckConfig", on(providerPb.CheckRequest, lifecycle.checkConfig)],
    ["DiffConfig", on(providerPb.DiffRequest, lifecycle.diffConfig)],
    ["Configure", on(providerPb.ConfigureRequest, lifecycle.configure)],
    ["Cancel", on(emptyPb.Empty, lifecycle.cancel)],
    ["Check", on(providerPb.CheckRequest, state.check)],
    ["Diff", on(providerPb.DiffRequest, state.diff)],
    ["Create", on(providerPb.CreateRequest, state.create)],
    ["Read", on(providerPb.ReadRequest, state.read)],
    ["Update", on(providerPb.UpdateRequest, state.update)],
    ["Delete", on(providerPb.DeleteRequest, state.remove)],
    ["Invoke", on(providerPb.InvokeRequest, callFunction)],
  ]);
}

/** Key of a map entry: tag 0x0a, length 9. The protobuf runtime would drop it without a word. */
const prototypeKey = Buffer.from("\n\t__proto__");

function decode<Request>(request: Decoder<Request>, bytes: Uint8Array): Request {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.includes(prototypeKey)) {
    throw new MalformedMessage(`a property is called "__proto__", a name that cannot be used`);
  }
  try {
    return request.deserializeBinary(bytes);
  } catch (error) {
    throw new MalformedMessage(error instanceof Error ? error.message : String(error));
  }
}
