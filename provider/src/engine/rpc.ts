/**
 * `pulumirpc.ResourceProvider`, method by method: bytes in, bytes out.
 * What is not in the table, gRPC answers with UNIMPLEMENTED.
 */
import { Metadata, status as grpcStatus } from "@grpc/grpc-js";
import type { Shape } from "./define.ts";
import { explanation, OperationError, type Explain } from "./errors.ts";
import * as messages from "./messages.ts";
import type { Fields, MessageType, Values } from "./protobuf.ts";
import * as lifecycle from "./lifecycle.ts";
import { callFunction } from "./invoke.ts";
import type { Call } from "./operation.ts";
import { begin, type Outcome } from "./observe.ts";
import type { Session } from "./provider.ts";
import { redact } from "./secrets.ts";
import * as state from "./state.ts";

export interface StatusReply {
  readonly code: grpcStatus;
  readonly details: string;
  readonly metadata: Metadata;
}

export type Reply =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly status: StatusReply };

export type Method = (bytes: Uint8Array, signal: AbortSignal, traceparent: string | undefined) => Promise<Reply>;

export function methods<C, S extends Shape>(session: Session<C, S>): ReadonlyMap<string, Method> {
  const on = <Request extends Fields, Response extends Fields>(
    method: string,
    from: MessageType<Request>,
    to: MessageType<Response>,
    handle: (
      session: Session<C, S>,
      request: Values<Request>,
      call: Call,
    ) => Promise<Partial<Values<Response>>> | Partial<Values<Response>>,
  ): [string, Method] => {
    const answer: Method = async (bytes, signal, parent) => {
      const call: Call = { signal, secrets: [...session.secrets] };
      let end = (_outcome: Outcome): void => undefined;
      try {
        const request = from.decode(bytes);
        end = begin(session.observers, { method, about: aboutOf(request), parent });
        const reply = to.encode(await handle(session, request, call));
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
    on("Handshake", messages.handshakeRequest, messages.handshakeResponse, lifecycle.handshake),
    on("Attach", messages.attachRequest, messages.empty, lifecycle.attach),
    on("GetPluginInfo", messages.empty, messages.pluginInfo, lifecycle.getPluginInfo),
    on("GetSchema", messages.schemaRequest, messages.schemaResponse, lifecycle.getSchema),
    on("GetMapping", messages.empty, messages.empty, lifecycle.getMapping),
    on("GetMappings", messages.empty, messages.empty, lifecycle.getMapping),
    on("CheckConfig", messages.checkRequest, messages.checkResponse, lifecycle.checkConfig),
    on("DiffConfig", messages.diffRequest, messages.diffResponse, lifecycle.diffConfig),
    on("Configure", messages.configureRequest, messages.configureResponse, lifecycle.configure),
    on("Cancel", messages.empty, messages.empty, lifecycle.cancel),
    on("Check", messages.checkRequest, messages.checkResponse, state.check),
    on("Diff", messages.diffRequest, messages.diffResponse, state.diff),
    on("Create", messages.createRequest, messages.createResponse, state.create),
    on("Read", messages.readRequest, messages.readResponse, state.read),
    on("Update", messages.updateRequest, messages.updateResponse, state.update),
    on("Delete", messages.deleteRequest, messages.empty, state.remove),
    on("Invoke", messages.invokeRequest, messages.invokeResponse, callFunction),
  ]);
}

function aboutOf(request: { readonly urn?: unknown; readonly token?: unknown }): string {
  const about = request.urn ?? request.token;
  return typeof about === "string" ? about : "";
}

async function toStatus(error: unknown, explain: Explain, redacted: (message: string) => string): Promise<StatusReply> {
  const explained = await explanation(error, explain);
  const code = grpcStatus[explained.status];
  const details = redacted(explained.message);
  const metadata = new Metadata();
  if (error instanceof OperationError && error.detail !== undefined) {
    const { type, bytes: value } = error.detail;
    const status = { code, message: details, details: [{ typeUrl: `type.googleapis.com/pulumirpc.${type}`, value }] };
    metadata.set("grpc-status-details-bin", Buffer.from(messages.richStatus.encode(status)));
  }
  return { code, details, metadata };
}
