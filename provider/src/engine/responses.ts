/** The shapes that several RPCs answer with. */
import anyPb from "google-protobuf/google/protobuf/any_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import type { CheckFailure, DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb.js";
import { status as grpcStatus } from "@grpc/grpc-js";
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
export function checkFailures(failures: readonly Failure[], news: Stripped): CheckFailure[] {
  return failures.map(({ path, reason }) => {
    const failure = new providerPb.CheckFailure();
    const text = redact(reason, news.texts);
    if (showable(path, news)) {
      failure.setProperty(formatPath(path));
      failure.setReason(text);
    } else failure.setReason(path.length === 0 ? text : `${formatPath(path)}: ${text}`);
    return failure;
  });
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
  const packed = new anyPb.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const message = reasons.join("\n");
  const status = new statusPb.Status();
  status.setCode(grpcStatus.FAILED_PRECONDITION);
  status.setMessage(message);
  status.addDetails(packed);
  return new OperationError("FAILED_PRECONDITION", message, status.serializeBinary());
}
