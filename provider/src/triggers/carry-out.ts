/**
 * A plan becomes calls, and calls become receipts: look up what was lost,
 * send, watch, and write down what every target came to. The one flow of all
 * triggers, on every cloud.
 */
import { leash, type CallContext } from "../core/call.ts";
import type { World } from "../core/context.ts";
import { Fault, Interrupted } from "../core/errors.ts";
import type { Desk, Fate } from "./submit/queue.ts";
import { lookUp } from "./submit/look-up.ts";
import { toLedger, type Plan } from "./plan.ts";
import {
  shelved,
  timestamp,
  type Failure,
  type Owed,
  type Receipts,
  type TaskReceipt,
  type TriggerStatus,
} from "./receipts.ts";
import type { Lane, TaskRef } from "./service.ts";
import { glance, unseen, watch, type TaskReader, type WatchResult } from "./watch/watch.ts";

export interface Job<L extends Lane> {
  readonly plan: Plan;
  readonly lane: L;
  readonly previous: Receipts | undefined;
  readonly wait: boolean;
  readonly desk: Desk<L>;
  readonly reader: TaskReader<L>;
  readonly world: World;
  readonly call: CallContext;
}

export interface Outcome {
  readonly receipts: Receipts;
  /** Target → why, for everything that this run could not get done. */
  readonly undone: readonly (Owed & { readonly hint?: string | undefined })[];
  /** Accepted, and not final when this run ended. */
  readonly pending: ReadonlySet<string>;
  /** The user stopped this run, so nothing that is left over is for lack of time. */
  readonly cancelled: boolean;
  /** Nothing was sent and nothing watched: the tasks are those of an earlier run. */
  readonly idle: boolean;
  /** The reading of tasks failed for good. */
  readonly trouble: Error | undefined;
}

/** What remains of the time when the last look at the tasks is due. */
const reserveMs = 3000;

export async function carryOut<L extends Lane>(job: Job<L>): Promise<Outcome> {
  const { plan, lane, desk, call, world } = job;
  const time = call.deadline - world.clock.monotonic();
  using rein = leash(call, call.deadline - Math.min(reserveMs, time / 10), world.clock);
  const reined: CallContext = { ...call, signal: rein.signal };
  for (const task of job.previous?.tasks ?? []) for (const id of ids(task)) desk.claimed.add(id);

  if (plan.send.size > 0) await prepare(job, reined);
  const found = await recoverLost(job, reined);
  const unsent = [...plan.send.keys()].filter((target) => !found.has(target));
  if (unsent.length > 0) await keepApart(job, reined);
  const fates = new Map([...found, ...(await desk.send(lane, unsent, reined))]);

  const groups = [...submissions(job, fates), ...resumed(plan)];
  const results = await Promise.all(groups.map((group) => follow(group, job, reined)));
  return conclude(job, fates, groups, results);
}

interface Group {
  readonly receipts: readonly TaskReceipt[];
  readonly targets: ReadonlySet<string>;
  readonly refs: readonly TaskRef[];
  readonly follow: "watch" | "glance" | "leave";
}

/** Without what it learns, the documented limits hold; what is wrong will show when sending. */
async function prepare<L extends Lane>(job: Job<L>, call: CallContext): Promise<void> {
  try {
    await job.desk.service.prepare?.(job.lane, call);
  } catch (error) {
    if (!(error instanceof Fault || error instanceof Interrupted)) throw error;
  }
}

/** Receipts have whole seconds, so the last call may be almost a second younger than they say. */
const receiptMs = 1000;

/** A resend right after its first try would be merged into its task, and the old failure taken for the new one's. */
async function keepApart<L extends Lane>(job: Job<L>, call: CallContext): Promise<void> {
  const { mergesMs } = job.desk.service;
  if (mergesMs === undefined || job.previous === undefined) return;
  const last = Math.max(...job.previous.tasks.map((task) => Date.parse(task.submittedAt)));
  const wait = last + receiptMs + mergesMs - job.world.clock.now();
  // Stopped meanwhile: the desk says what that means for each target.
  if (wait > 0 && wait <= receiptMs + mergesMs) await job.world.clock.sleep(wait, call.signal).catch(() => undefined);
}

/** A call that the last run sent into the dark: what the vendor lists of it is done, the rest is sent. */
async function recoverLost<L extends Lane>(job: Job<L>, call: CallContext): Promise<Map<string, Fate>> {
  const bySend = groupBySend(job.plan.lost);
  const fates = new Map<string, Fate>();
  for (const [sentAt, owed] of bySend) {
    const at = Date.parse(sentAt);
    const targets = owed.map(({ target }) => target);
    try {
      const { service, claimed } = job.desk;
      const listed = await lookUp({
        service,
        lane: job.lane,
        targets,
        sentAt: at,
        claimed,
        call,
        clock: job.world.clock,
      });
      for (const [target, taskId] of listed) {
        fates.set(target, { state: "accepted", taskIds: [taskId], requestId: "", at });
      }
    } catch (error) {
      if (!(error instanceof Fault || error instanceof Interrupted)) throw error;
      for (const target of targets) fates.set(target, { state: "lost", sentAt: at, reason: error.message });
    }
  }
  return fates;
}

function submissions<L extends Lane>({ lane, wait }: Job<L>, fates: ReadonlyMap<string, Fate>): Group[] {
  const groups = new Map<string, { fate: Extract<Fate, { state: "accepted" }>; targets: Set<string> }>();
  for (const [target, fate] of fates) {
    if (fate.state !== "accepted") continue;
    const key = `${fate.taskIds.join()} ${fate.requestId}`;
    const group = groups.get(key) ?? { fate, targets: new Set<string>() };
    group.targets.add(target);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ fate, targets }) => {
    const receipt: TaskReceipt = {
      taskId: fate.taskIds.join(","),
      requestId: fate.requestId,
      type: lane.kind,
      targetCount: targets.size,
      status: "submitted",
      submittedAt: timestamp(fate.at),
      failures: [],
    };
    return {
      receipts: [receipt],
      targets,
      refs: fate.taskIds.map((taskId) => ({ taskId, submittedAt: fate.at, targetCount: targets.size })),
      follow: wait ? "watch" : "leave",
    };
  });
}

function resumed(plan: Plan): Group[] {
  const { tasks, targets, once } = plan.watch;
  if (tasks.length === 0) return [];
  const refs = tasks.flatMap((task) =>
    ids(task).map((taskId) => ({
      taskId,
      submittedAt: Date.parse(task.submittedAt),
      targetCount: task.targetCount,
    })),
  );
  return [{ receipts: tasks, targets, refs, follow: once ? "glance" : "watch" }];
}

function follow<L extends Lane>(group: Group, job: Job<L>, call: CallContext): Promise<WatchResult> {
  const watched = { tasks: group.refs, targets: group.targets };
  switch (group.follow) {
    case "watch":
      return watch(watched, job.reader, job.lane, call, job.world.clock);
    case "glance":
      return glance(watched, job.reader, job.lane, call, job.world.clock);
    case "leave":
      return Promise.resolve(unseen(watched));
  }
}

function conclude<L extends Lane>(
  job: Job<L>,
  fates: ReadonlyMap<string, Fate>,
  groups: readonly Group[],
  results: readonly WatchResult[],
): Outcome {
  const now = job.world.clock.now();
  const failures = results.flatMap((result) => [...result.failures.values()]);
  const undone: Outcome["undone"] = [
    ...[...fates].flatMap(([target, fate]) => toUndone(target, fate)),
    ...failures.map(toOwed),
  ];
  const pending = new Set(results.flatMap((result) => [...result.pending]));
  const tasks = groups.flatMap((group, index) => {
    const result = results[index];
    return result === undefined ? [] : group.receipts.map((receipt) => stamped(receipt, result, now));
  });
  const accepted = [...fates.values()].some((fate) => fate.state === "accepted");
  const idle = job.plan.send.size === 0 && groups.length === 0;
  const before = job.previous;
  const { listed, packed } = shelved(undone.map(({ hint: _hint, ...owed }) => owed));
  const ledger = idle
    ? { ...toLedger(job.plan.baseline, []), ...stillAwaiting(job) }
    : toLedger(job.plan.baseline, pending);
  const standing = ledger.awaiting === undefined ? "complete" : "submitted";
  return {
    receipts: {
      status: idle ? idleStatus(job, standing) : overall(undone.length, pending.size, tasks),
      count: (before?.count ?? 0) + (accepted ? 1 : 0),
      lastAt: accepted ? timestamp(now) : before?.lastAt,
      tasks: idle ? [...(before?.tasks ?? [])] : tasks,
      owed: listed,
      ledger: packed === undefined ? ledger : { ...ledger, owed: packed },
    },
    undone,
    pending,
    idle,
    cancelled: job.call.signal.aborted && Interrupted.by(job.call.signal).reason === "cancelled",
    trouble: results.find((result) => result.trouble !== undefined)?.trouble,
  };
}

function toUndone(target: string, fate: Fate): Outcome["undone"] {
  switch (fate.state) {
    case "accepted":
      return [];
    case "refused":
      return [{ target, code: fate.code, reason: fate.reason, hint: fate.hint }];
    case "unsent": {
      const why = fate.why === "deadline" ? "time was up before it was sent" : "cancelled before it was sent";
      const trouble = fate.trouble === undefined ? "" : `; what kept it: ${fate.trouble}`;
      return [{ target, code: "NotSent", reason: `${why}${trouble}` }];
    }
    case "lost":
      return [{ target, code: "AnswerLost", reason: fate.reason, sentAt: new Date(fate.sentAt).toISOString() }];
  }
}

function toOwed({ target, code, reason }: Failure): Owed {
  return { target, code, reason };
}

function stamped(receipt: TaskReceipt, result: WatchResult, now: number): TaskReceipt {
  const own = new Set(ids(receipt));
  const failures = [...result.failures.values()].filter((failure) => own.has(failure.taskId)).map(toOwed);
  const over = result.pending.size === 0 || [...own].every((id) => result.closed.has(id));
  if (!over) return { ...receipt, failures };
  const unlisted = [...own].every((id) => result.unlisted.has(id));
  const status = unlisted
    ? "unknown"
    : failures.length === 0
      ? "complete"
      : failures.length < receipt.targetCount
        ? "partial"
        : "failed";
  return { ...receipt, status, completedAt: timestamp(now), failures };
}

/** The last run's receipts stand, except that debts which the program no longer lists are gone. */
function idleStatus<L extends Lane>({ previous, plan }: Job<L>, standing: "complete" | "submitted"): TriggerStatus {
  if (previous === undefined) return plan.skipped ? "skipped" : standing;
  return previous.status === "skipped" ? "skipped" : standing;
}

/**
 * Whoever does not wait today may wait tomorrow. Whoever waits, and has
 * nothing to watch, awaits what the program no longer lists: nothing.
 */
function stillAwaiting<L extends Lane>(job: Job<L>): { awaiting?: string } {
  const ledger = job.wait ? undefined : job.previous?.ledger;
  return ledger?.awaiting !== undefined && ledger.type === job.plan.baseline.type ? { awaiting: ledger.awaiting } : {};
}

function overall(undone: number, pending: number, tasks: readonly TaskReceipt[]): TriggerStatus {
  if (undone > 0) return tasks.some((task) => task.status !== "failed") ? "partial" : "failed";
  return pending > 0 ? "submitted" : "complete";
}

function ids(task: TaskReceipt): string[] {
  return task.taskId.split(",");
}

function groupBySend(lost: readonly Owed[]): Map<string, Owed[]> {
  const groups = new Map<string, Owed[]>();
  for (const owed of lost) groups.set(owed.sentAt ?? "", [...(groups.get(owed.sentAt ?? "") ?? []), owed]);
  return groups;
}
