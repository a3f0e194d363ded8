/** What an answer says of each target of its call. Pure. */
import { Fault } from "../../core/errors.ts";
import type { Submission } from "../service.ts";
import type { RefusedTarget, SendResult, SendResults } from "./result.ts";
import { TargetIndex } from "./target-index.ts";

/** A success without a task id proves nothing, unless it refuses every target: the cloud may have acted or not. */
export function unprovenSuccess(
  submission: Submission,
  targets: readonly string[],
  where: { readonly cloud: string; readonly action: string },
): void {
  if (submission.taskIds.length > 0 || submission.refused.length >= targets.length) return;
  throw new Fault({
    ...where,
    kind: "ambiguous",
    code: "NoTaskId",
    text: "the answer names no task, so it is no success",
    requestId: submission.requestId,
  });
}

export function resultsOf(submission: Submission, targets: readonly string[], sentAt: number): SendResults {
  const { taskIds, requestId } = submission;
  const index = submission.refused.length === 0 ? undefined : new TargetIndex(targets);
  const results = new Map<string, SendResult>();
  let unmatched: Submission["refused"][number] | undefined;
  for (const refused of submission.refused) {
    const own = index?.all(refused.target) ?? [];
    if (own.length === 0) unmatched = refused;
    const { code, reason } = refused;
    for (const target of own) results.set(target, { state: "refused", code, reason, requestId, lasting: true });
  }
  for (const target of targets) {
    if (results.has(target)) continue;
    const accepted = { state: "accepted", taskIds, requestId, sentAt } as const;
    if (unmatched === undefined) results.set(target, accepted);
    else if (taskIds.length > 0) results.set(target, { ...accepted, doubtful: true });
    else {
      const reason = `the answer refuses ${unmatched.target}, which is none of the targets sent: ${unmatched.reason}`;
      results.set(target, { state: "refused", code: unmatched.code, reason, requestId });
    }
  }
  return results;
}

export function refusal(fault: Fault, lasting = false): RefusedTarget {
  return {
    state: "refused",
    code: fault.code,
    reason: fault.text.replace(/\.$/, ""),
    requestId: fault.requestId,
    hint: fault.hint,
    lasting: lasting || fault.kind === "invalid" || fault.kind === "notFound",
  };
}
