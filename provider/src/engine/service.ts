/**
 * `pulumirpc.ResourceProvider`, method by method: bytes in, bytes out.
 * What is not in the table is UNIMPLEMENTED.
 */
import type { Shape } from "./define.ts";
import { explanation, OperationError, statusCodes, type Explain } from "./errors.ts";
import * as messages from "./messages.ts";
import type { Fields, MessageType, Values } from "./protobuf.ts";
import * as lifecycle from "./lifecycle.ts";
import { callFunction } from "./invoke.ts";
import type { Call } from "./operation.ts";
import { begin, type Outcome } from "./observe.ts";
import type { Session } from "./provider.ts";
import { redact } from "./secrets.ts";
import * as state from "./state.ts";
import type { FailureReply, Method } from "./unary.ts";

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
    const answer: Method = async (bytes, caller, parent) => {
      const call: Call = { caller, secrets: [...session.secrets] };
      let end = (_outcome: Outcome): void => undefined;
      try {
        const request = from.decode(bytes);
        end = begin(session.observers, { method, about: aboutOf(request), parent });
        const reply = to.encode(await handle(session, request, call));
        end({ status: "OK", message: "" });
        return { ok: true, bytes: reply };
      } catch (error) {
        const redacted = (message: string): string => redact(message, call.secrets);
        const failed = await failure(error, session.definition.explain, redacted);
        end(failed);
        return failed;
      }
    };
    return [`/pulumirpc.ResourceProvider/${method}`, answer];
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

async function failure(error: unknown, explain: Explain, redacted: (message: string) => string): Promise<FailureReply> {
  const explained = await explanation(error, explain);
  const { status } = explained;
  const message = redacted(explained.message);
  if (!(error instanceof OperationError) || error.detail === undefined) return { ok: false, status, message };
  const { type, bytes: value } = error.detail;
  const details = [{ typeUrl: `type.googleapis.com/pulumirpc.${type}`, value }];
  const rich = messages.richStatus.encode({ code: statusCodes[status], message, details });
  return { ok: false, status, message, details: rich };
}
