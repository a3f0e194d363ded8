/** What a run came to: from the results of sending and watching to receipts and record. Pure but for the time. */
import { Interrupted } from "../core/errors.ts";
import { remembered } from "../core/pace/looks.ts";
import type { Job } from "./job.ts";
import type { OpenMark } from "./manifest/manifest.ts";
import { toLedger, type Plan } from "./plan.ts";
import type { Rounds } from "./prove.ts";
import {
  answerLost,
  listedNotes,
  listedProofs,
  pastOf,
  staleAtEdge,
  timestamp,
  type Failure,
  type Ledger,
  type Owed,
  type Receipts,
  type TaskReceipt,
  type TriggerStatus,
} from "./receipts.ts";
import type { SendResult } from "./submit/result.ts";
import type { RowFailure } from "./watch/view.ts";
import type { WatchResult } from "./watch/watch.ts";

/** A target that this run could not get done, and why. */
export interface Undone extends Owed {
  readonly hint?: string | undefined;
  /** The vendor will not take this very target, whenever it is sent. */
  readonly lasting: boolean;
}

export interface Outcome {
  readonly receipts: Receipts;
  readonly undone: readonly Undone[];
  /** Refused by the cloud and no longer listed by the program: not owed any more. */
  readonly dropped: readonly Undone[];
  /** Accepted, and not final when this run ended. */
  readonly pending: ReadonlySet<string>;
  /** Done, and the check at the edge was cut short. */
  readonly unproven: ReadonlySet<string>;
  /** Over, by the time that the vendor documents, and not to be seen in its lists. */
  readonly unverified: number;
  /** The user stopped this run, so nothing that is left over is for lack of time. */
  readonly cancelled: boolean;
  /** Nothing was sent and nothing watched: the tasks are those of an earlier run. */
  readonly idle: boolean;
  /** How many calls the cloud accepted in this run. */
  readonly calls: number;
  /** The reading of tasks failed for good. */
  readonly trouble: Error | undefined;
}

export function conclude<O extends object>(job: Job<O>, { results, groups, watched, proof }: Rounds<O>): Outcome {
  const { plan, previous, world } = job;
  const now = world.clock.now();
  const all: readonly Undone[] = [
    ...[...results].flatMap(([target, result]) => undoneOf(target, result)),
    ...watched.flatMap((result) => [...result.failures.values()].map(ofRow)),
    ...[...proof.stale].map(([target, reason]) => ({ target, code: staleAtEdge, reason, lasting: false })),
  ];
  const isDropped = ({ target, lasting }: Undone): boolean => lasting && plan.unlisted.has(target);
  const undone = all.filter((each) => !isDropped(each));
  const pending = new Set(watched.flatMap((result) => [...result.pending]));
  const open = [...pending, ...proof.unproven];
  const tasks = groups.flatMap((group, index) => {
    // To be checked by the next run, which finds it by its task.
    const unproven = [...group.watched.targets].some((target) => proof.unproven.has(target));
    return group.receipts.map((receipt) => (unproven ? receipt : stamped(receipt, watched[index], now)));
  });
  const accepted = [...results.values()].some(({ state }) => state === "accepted");
  const idle = plan.send.size === 0 && groups.length === 0;
  const took = watched.flatMap(({ tookMs }, index) =>
    tookMs === undefined || groups[index]?.cover !== undefined ? [] : [tookMs],
  );
  const past = remembered(pastOf(previous?.ledger, job.lane.kind), took);
  const ledger = {
    ...ledgerOf(plan, undone, [...open, ...plan.left]),
    ...(past.length === 0 ? {} : { tookMs: [...past] }),
  };
  return {
    receipts: {
      status: idle ? idleStatus(previous, plan, ledger) : overall(undone.length, open.length, tasks),
      count: (previous?.count ?? 0) + (accepted ? 1 : 0),
      lastAt: accepted ? timestamp(now) : previous?.lastAt,
      tasks: idle ? [...(previous?.tasks ?? [])] : [...tasks, ...namedAgain(previous, results, tasks)],
      proven: idle ? previous?.proven : listedProofs(proof.proven),
      owed: listedNotes(undone.map(({ hint: _hint, lasting: _lasting, ...owed }) => owed)),
      ledger,
    },
    undone,
    dropped: all.filter(isDropped),
    pending,
    unproven: proof.unproven,
    unverified: watched.reduce((sum, result) => sum + result.unverified.size, 0),
    idle,
    calls: tasks.length - plan.watch.tasks.length,
    cancelled: job.call.signal.aborted && Interrupted.by(job.call.signal).reason === "cancelled",
    trouble: watched.find((result) => result.trouble !== undefined)?.trouble,
  };
}

/** Earlier tasks that the cloud took for the calls of this run: the next run must know them too. */
function namedAgain(
  previous: Receipts | undefined,
  results: Rounds<never>["results"],
  tasks: readonly TaskReceipt[],
): readonly TaskReceipt[] {
  const named = new Set([...results.values()].flatMap((each) => (each.state === "refused" && each.earlierTasks) || []));
  for (const { taskIds } of tasks) for (const id of taskIds) named.delete(id);
  return (previous?.tasks ?? []).filter(({ taskIds }) => taskIds.some((id) => named.has(id)));
}

function ledgerOf(plan: Plan, undone: readonly Undone[], sent: readonly string[]): Ledger {
  const open = new Map<string, OpenMark>(sent.map((target) => [target, "sent"]));
  for (const { target, sentAt } of undone) open.set(target, sentAt === undefined ? "owed" : "lost");
  return toLedger(plan, open);
}

function undoneOf(target: string, result: SendResult): Undone[] {
  switch (result.state) {
    case "accepted":
      return [];
    case "refused": {
      const { code, reason, hint, requestId, lasting = false } = result;
      return [{ target, code, reason, hint, lasting, ...(requestId === undefined ? {} : { requestId }) }];
    }
    case "unsent": {
      const why = result.why === "deadline" ? "time was up before it was sent" : "cancelled before it was sent";
      const trouble = result.trouble === undefined ? "" : `; what kept it: ${result.trouble}`;
      return [{ target, code: "NotSent", reason: `${why}${trouble}`, lasting: false }];
    }
    case "lost": {
      const { reason, reference, ownClock } = result;
      const sentAt = new Date(result.sentAt).toISOString();
      return [{ target, code: answerLost, reason, sentAt, reference, ...(ownClock && { ownClock }), lasting: false }];
    }
  }
}

function ofRow({ target, code, reason, lasting }: RowFailure): Undone {
  return { target, code, reason, lasting };
}

function toFailure({ target, code, reason }: RowFailure): Failure {
  return { target, code, reason };
}

function stamped(receipt: TaskReceipt, result: WatchResult | undefined, now: number): TaskReceipt {
  if (result === undefined) return receipt;
  const own = new Set(receipt.taskIds);
  const failures = [...result.failures.values()].filter((failure) => own.has(failure.taskId)).map(toFailure);
  const over = result.pending.size === 0 || [...own].every((id) => result.closed.has(id));
  if (!over) return { ...receipt, failures };
  const unlisted = [...own].every((id) => result.unlisted.has(id));
  const status = unlisted
    ? "unverified"
    : failures.length === 0
      ? "complete"
      : failures.length < receipt.targetCount
        ? "partial"
        : "failed";
  return { ...receipt, status, completedAt: timestamp(now), failures };
}

/** The last run's receipts stand, except that what the program no longer lists is no longer owed. */
function idleStatus(previous: Receipts | undefined, plan: Plan, { awaiting }: Ledger): TriggerStatus {
  const standing = awaiting === 0 ? "complete" : "submitted";
  if (previous === undefined) return plan.skipped ? "skipped" : standing;
  return previous.status === "skipped" ? "skipped" : standing;
}

function overall(undone: number, pending: number, tasks: readonly TaskReceipt[]): TriggerStatus {
  if (undone > 0) return tasks.some((task) => task.status !== "failed") ? "partial" : "failed";
  return pending > 0 ? "submitted" : "complete";
}
