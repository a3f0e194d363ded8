/**
 * `pulumirpc.ResourceProvider`: bytes in, bytes out. What is not in the table
 * is UNIMPLEMENTED.
 */
import type { Shape } from "../define/contract.ts";
import { status as richStatus } from "../wire/messages.ts";
import { statusCodes, StatusError } from "../wire/status.ts";
import type { FailureReply, Method } from "../wire/unary.ts";
import { explanation } from "./errors.ts";
import { functions } from "./invoke.ts";
import { lifecycle } from "./lifecycle.ts";
import { begin } from "./observe.ts";
import { newCall, tell, type Call } from "./rpc.ts";
import type { Session } from "./session.ts";
import { state } from "./state.ts";

/**
 * The engine goes on with whatever does not depend on the resource, and ends with an exit code of its own (10).
 * https://github.com/pulumi/pulumi/pull/24694
 */
const awaitFailed = {
  engines: ">=3.272.0",
  detail: { type: "ErrorResourceAwaitFailed", bytes: new Uint8Array() },
};

export function methods<C, S extends Shape>(session: Session<C, S>): ReadonlyMap<string, Method> {
  const all = Object.entries({ ...lifecycle, ...state, ...functions });
  return new Map(
    all.map(([method, rpc]): [string, Method] => [
      `/pulumirpc.ResourceProvider/${method}`,
      async (bytes, caller, parent) => {
        let watched = begin([], { method, about: "", parent });
        const isWatched = session.observers.length > 0;
        const call = newCall(caller, session.secrets, isWatched ? (name) => watched.part(name) : undefined);
        let about = "";
        const begun = (request: object): void => {
          about = aboutOf(request);
          watched = begin(session.observers, { method, about, parent });
        };
        try {
          const reply = await rpc.serve(session, bytes, call, begun);
          watched.end({ status: "OK", message: "" });
          return { ok: true, bytes: reply };
        } catch (error) {
          const failed = await failure(session, error, call, about);
          watched.end(failed);
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

async function failure<C, S extends Shape>(
  session: Session<C, S>,
  error: unknown,
  call: Call,
  urn: string,
): Promise<FailureReply> {
  const { status, message: full, awaits = false } = await explanation(error, session.definition.explain);
  const message = tell(full, call);
  let detail = error instanceof StatusError ? error.detail : undefined;
  if (awaits && (await session.engineIs(awaitFailed.engines))) {
    // Of such a failure the engine shows no message.
    await session.sink.write({ severity: "warning", message, urn, ephemeral: false }).catch(() => undefined);
    detail = awaitFailed.detail;
  }
  if (detail === undefined) return { ok: false, status, message };
  const { type, bytes: value } = detail;
  const details = [{ typeUrl: `type.googleapis.com/pulumirpc.${type}`, value }];
  const rich = richStatus.encode({ code: statusCodes[status], message, details });
  return { ok: false, status, message, details: rich };
}
