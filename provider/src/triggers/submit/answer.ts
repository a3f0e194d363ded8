/** What an answer says of each target of its call. Pure. */
import { Fault } from "../../core/errors.ts";
import type { Submission } from "../service.ts";
import type { Accepted, RefusedTarget, SendResult, SendResults } from "./result.ts";
import { canonicalTarget, TargetIndex } from "./target-index.ts";

/**
 * A success without a task id proves nothing, unless it refuses every target: the cloud may have acted or not. A target
 * that is refused twice is still one.
 */
export function unprovenSuccess(
  submission: Submission,
  targets: readonly string[],
  where: { readonly cloud: string; readonly action: string },
): void {
  const refused = new Set(submission.refused.map(({ target }) => canonicalTarget(target)));
  if (submission.taskIds.length > 0 || refused.size >= targets.length) return;
  throw new Fault({
    ...where,
    kind: "ambiguous",
    code: "NoTaskId",
    text: "the answer names no task, so it is no success",
    requestId: submission.requestId,
  });
}

/** `isEarlier`: the task was made for an earlier call of this target, and what changed since is not in it. */
export function resultsOf(
  submission: Submission,
  targets: readonly string[],
  sentAt: number,
  isEarlier: (target: string) => boolean = () => false,
): SendResults {
  const { taskIds, requestId } = submission;
  const index = submission.refused.length === 0 ? undefined : new TargetIndex(targets);
  const results = new Map<string, SendResult>();
  let unmatched: Submission["refused"][number] | undefined;
  for (const refused of submission.refused) {
    const own = index?.all(refused.target) ?? [];
    if (own.length === 0) unmatched = refused;
    const { code, reason, passing = false } = refused;
    // Not one of several that it may mean.
    const lasting = own.length === 1 && !passing;
    for (const target of own) results.set(target, { state: "refused", code, reason, requestId, lasting });
  }
  for (const target of targets) {
    if (results.has(target)) continue;
    const doubt = unmatched === undefined ? {} : { doubtful: true };
    if (taskIds.length > 0 && isEarlier(target)) results.set(target, ofEarlierTask(taskIds, requestId));
    else if (taskIds.length > 0) results.set(target, { state: "accepted", taskIds, requestId, sentAt, ...doubt });
    else results.set(target, { state: "refused", ...unplaced(unmatched), requestId });
  }
  return results;
}

/** Calls of one second may be one task, but not these: they were kept apart from the `earlier` ones. */
export function withoutEarlier(sent: SendResults, earlier: readonly Pick<Accepted, "taskIds">[]): SendResults {
  const made = new Set(earlier.flatMap(({ taskIds }) => taskIds));
  const checked = (result: SendResult): SendResult =>
    result.state === "accepted" && result.taskIds.some((id) => made.has(id))
      ? ofEarlierTask(result.taskIds, result.requestId)
      : result;
  return new Map(Array.from(sent, ([target, result]) => [target, checked(result)]));
}

/** What changed since that task was made is not in it. */
function ofEarlierTask(taskIds: readonly string[], requestId: string): RefusedTarget {
  const reason = `the answer names task ${taskIds.join(", ")}, which was made for an earlier call of it`;
  return { state: "refused", code: "EarlierTask", reason, requestId, earlierTasks: taskIds };
}

/** Why a target is not accepted that no refusal names, in an answer without a task. */
function unplaced(unmatched: Submission["refused"][number] | undefined): Pick<RefusedTarget, "code" | "reason"> {
  if (unmatched === undefined) return { code: "NoTaskId", reason: "the answer names no task, and refuses others only" };
  const reason = `the answer refuses ${unmatched.target}, which is none of the targets sent: ${unmatched.reason}`;
  return { code: unmatched.code, reason };
}

/** Whether a refusal is about what was sent, and so will be the same at every time. One of the call as a whole is not. */
export function isAboutTargets({ kind, blames }: Fault): boolean {
  return (kind === "invalid" || kind === "notFound") && blames !== "call" && blames !== "size";
}

/** `lasting`: other targets of the call were taken. */
export function refusal(fault: Fault, lasting = false): RefusedTarget {
  return {
    state: "refused",
    code: fault.code,
    reason: fault.text.replace(/\.$/, ""),
    requestId: fault.requestId,
    hint: fault.hint,
    lasting: lasting || isAboutTargets(fault),
  };
}
