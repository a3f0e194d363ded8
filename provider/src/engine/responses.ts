/** The shapes that several RPCs answer with. */
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { CheckFailure, DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb.js";
import type { Failure } from "./define.ts";
import { detailed, topLevel, type Change } from "./diff.ts";
import { OperationError } from "./errors.ts";
import { redact, type Stripped } from "./secrets.ts";
import { formatPath, startsWith, type Path, type ValueMap } from "./values.ts";
import { encodeStruct } from "./wire.ts";

/**
 * The engine prints the value of the named property in clear text, so only
 * plain values that are no secret are named; for everything else the path
 * stands in the reason.
 */
export function checkFailures(
  failures: readonly Failure[],
  news: Stripped,
  secrets: readonly string[],
): CheckFailure[] {
  return failures.map(({ path, reason }) => {
    const failure = new providerPb.CheckFailure();
    const text = redact(reason, secrets);
    const shown = formatPath(path.slice(0, publicLength(path, news)));
    if (showable(path, news)) {
      failure.setProperty(String(path[0]));
      failure.setReason(text);
    } else failure.setReason(shown === "" ? text : `${shown}: ${text}`);
    return failure;
  });
}

/** Keys inside a secret are part of it. */
function publicLength(path: Path, news: Stripped): number {
  const inside = news.paths.find((secret) => startsWith(path, secret));
  return inside === undefined ? path.length : inside.length;
}

function showable(path: Path, news: Stripped): boolean {
  const [key] = path;
  if (path.length !== 1 || typeof key !== "string") return false;
  if (news.paths.some((secret) => startsWith(secret, path))) return false;
  const value = news.bare[key];
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

export function diffResponse(changes: readonly Change[], deleteBeforeReplace: boolean): DiffResponse {
  const response = new providerPb.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = providerPb.DiffResponse.DiffChanges;
  response.setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setDiffsList(topLevel(changes));
  response.setReplacesList(topLevel(changes.filter((change) => change.replace)));
  response.setDeletebeforereplace(deleteBeforeReplace);
  response.setHasdetaileddiff(true);
  for (const [path, change] of detailed(changes)) response.getDetaileddiffMap().set(path, propertyDiff(change));
  return response;
}

function propertyDiff(change: Change): PropertyDiff {
  const { Kind } = providerPb.PropertyDiff;
  const kinds = {
    add: change.replace ? Kind.ADD_REPLACE : Kind.ADD,
    delete: change.replace ? Kind.DELETE_REPLACE : Kind.DELETE,
    update: change.replace ? Kind.UPDATE_REPLACE : Kind.UPDATE,
  };
  const diff = new providerPb.PropertyDiff();
  diff.setKind(kinds[change.kind]);
  // What is compared are inputs: without this the engine would show old outputs against new inputs.
  diff.setInputdiff(true);
  return diff;
}

/** The object exists in this state, but it is not what the program asked for. */
export function initFailed(id: string, properties: ValueMap, reasons: readonly string[]): OperationError {
  const detail = new providerPb.ErrorResourceInitFailed();
  detail.setId(id);
  detail.setProperties(encodeStruct(properties));
  detail.setReasonsList([...reasons]);
  const bytes = detail.serializeBinary();
  return new OperationError("FAILED_PRECONDITION", reasons.join("\n"), { type: "ErrorResourceInitFailed", bytes });
}
