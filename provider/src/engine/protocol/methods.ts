/**
 * `pulumirpc.ResourceProvider`: bytes in, bytes out. What is not in the table
 * is UNIMPLEMENTED.
 */
import type { Shape } from "../define/contract.ts";
import { status as richStatus } from "../wire/messages.ts";
import { statusCodes, StatusError } from "../wire/status.ts";
import type { FailureReply, Method } from "../wire/unary.ts";
import { explanation, type Explain } from "./errors.ts";
import { functions } from "./invoke.ts";
import { lifecycle } from "./lifecycle.ts";
import { begin, type Outcome } from "./observe.ts";
import { newCall, tell } from "./rpc.ts";
import type { Session } from "./session.ts";
import { state } from "./state.ts";

export function methods<C, S extends Shape>(session: Session<C, S>): ReadonlyMap<string, Method> {
  const all = Object.entries({ ...lifecycle, ...state, ...functions });
  return new Map(
    all.map(([method, rpc]): [string, Method] => [
      `/pulumirpc.ResourceProvider/${method}`,
      async (bytes, caller, parent) => {
        const call = newCall(caller, session.secrets);
        let end = (_outcome: Outcome): void => undefined;
        const begun = (request: object): void => {
          end = begin(session.observers, { method, about: aboutOf(request), parent });
        };
        try {
          const reply = await rpc.serve(session, bytes, call, begun);
          end({ status: "OK", message: "" });
          return { ok: true, bytes: reply };
        } catch (error) {
          const failed = await failure(error, session.definition.explain, (text) => tell(text, call));
          end(failed);
          return failed;
        }
      },
    ]),
  );
}

function aboutOf(request: { readonly urn?: unknown; readonly tok?: unknown }): string {
  const about = request.urn ?? request.tok;
  return typeof about === "string" ? about : "";
}

async function failure(error: unknown, explain: Explain, redacted: (message: string) => string): Promise<FailureReply> {
  const explained = await explanation(error, explain);
  const { status } = explained;
  const message = redacted(explained.message);
  if (!(error instanceof StatusError) || error.detail === undefined) return { ok: false, status, message };
  const { type, bytes: value } = error.detail;
  const details = [{ typeUrl: `type.googleapis.com/pulumirpc.${type}`, value }];
  const rich = richStatus.encode({ code: statusCodes[status], message, details });
  return { ok: false, status, message, details: rich };
}
