/**
 * A plan becomes calls, and calls become receipts: look up what was lost,
 * send, watch, and write down what every target came to. The one flow of all
 * triggers, on every cloud.
 */
import { withDeadline, type CallContext } from "../core/call.ts";
import type { Clock } from "../core/clock.ts";
import { Fault, Interrupted } from "../core/errors.ts";
import { optional } from "../core/optional.ts";
import type { VendorClock } from "../core/vendor-clock.ts";
import { coverOf, type Cover } from "./budget/cover.ts";
import { resultsFor, standingFor, watchedFor } from "./budget/stand-in.ts";
import { conclude, type Outcome } from "./conclude.ts";
import type { Coarser, Group, Job, Round, Route } from "./job.ts";
import type { LostTarget } from "./plan.ts";
import { nothingDone, proveFresh } from "./prove.ts";
import { pastOf, timestamp, type TaskReceipt } from "./receipts.ts";
import type { TaskRef } from "./service.ts";
import { withoutEarlier } from "./submit/answer.ts";
import { lookUp } from "./submit/look-up.ts";
import type { Accepted, Sending, SendResult, SendResults } from "./submit/result.ts";
import { Progress } from "./watch/progress.ts";
import { lookOnce, unseen, watch, type Watching, type WatchResult } from "./watch/watch.ts";

/** What remains of the time when the last look at the tasks is due. */
const reserveMs = 3000;

export async function carryOut<O extends object>(job: Job<O>): Promise<Outcome> {
  const { plan, previous, call, world } = job;
  claimEarlierTasks(job);
  // What is recorded stands: a deadline and a queue for nothing would be most of such a run.
  if (plan.send.size + plan.watch.tasks.length === 0) return conclude(job, nothingDone);
  const time = call.deadline - world.clock.monotonic();
  using limited = withDeadline(call, call.deadline - Math.min(reserveMs, time / 10), world.clock);
  const inTime: CallContext = { ...call, signal: limited.signal };
  if (plan.send.size > 0) await prepare(job, inTime);
  const found = await lookUpLost(job, inTime);
  const unsent = [...plan.send.keys()].filter((target) => found.results.get(target) === undefined);
  const sent = await send(unsent, previous?.tasks ?? [], job, inTime, found.sentAgain);
  await job.sent?.();
  const all: Sent<O> = {
    results: new Map([...found.results, ...sent.results]),
    groups: [...sentGroups(job, job, found.results), ...sent.groups, ...resumedGroups(job)],
  };
  const first = await watched(all, job, inTime);
  const again = async (targets: readonly string[], { groups }: Round<O>): Promise<Round<O>> => {
    const tasks = groups.flatMap(({ receipts }) => receipts);
    return await watched(await send(targets, tasks, job, inTime), job, inTime);
  };
  return conclude(job, await proveFresh(job, first, again, inTime));
}

type Sent<O extends object> = Omit<Round<O>, "watched">;

/** These targets, or the coarser ones that stand for them. `earlier`: the calls before. */
async function send<O extends object>(
  targets: readonly string[],
  earlier: readonly TaskReceipt[],
  job: Job<O>,
  call: CallContext,
  sentAgain: SentAgain = new Map(),
): Promise<Sent<O>> {
  const { withheld, coarser } = job;
  if (withheld !== undefined) {
    return { results: new Map(targets.map((target) => [target, { state: "refused", ...withheld }])), groups: [] };
  }
  if (targets.length > 0) await keepApart(earlier, job, call);
  const { runtime, lane }: Route<O> = coarser ?? job;
  const chosen = coarser === undefined ? targets : standingFor(targets, coarser.cover);
  const sent = await runtime.queue.send(lane, chosen, call);
  const results = new Map([...withoutEarlier(sent, earlier)].map(noting(sentAgain, coarser?.cover)));
  const groups = sentGroups(job, { runtime, lane }, results, coarser);
  return { results: coarser === undefined ? results : resultsFor(coarser, results), groups };
}

async function watched<O extends object>(sent: Sent<O>, job: Job<O>, call: CallContext): Promise<Round<O>> {
  const progress = new Progress((line) => call.log.status(line), job.world.clock);
  // The parts first, so that the first look already knows of all.
  const parts = sent.groups.map((group) => [group, progress.part(group.watched.targets.size)] as const);
  const following = parts.map(([group, part]) => follow(group, part, job, call));
  return { ...sent, watched: await Promise.all(following) };
}

function claimEarlierTasks<O extends object>({ previous, runtime }: Job<O>): void {
  for (const task of previous?.tasks ?? []) {
    for (const id of task.taskIds) runtime.queue.calls.claim(runtime.service.name, id, "all");
  }
}

/** It only helps to pack calls: without it the documented limits hold, and what is wrong will show when sending. */
async function prepare<O extends object>(job: Job<O>, call: CallContext): Promise<void> {
  const { runtime, lane } = job.coarser ?? job;
  const read = optional(call, job.world.clock, async (limited) => runtime.service.prepare?.(lane, limited));
  // Stopped meanwhile: the queue says what that means for each target.
  const prepared = await read.catch((error: unknown) => {
    if (error instanceof Interrupted) return { missing: error };
    throw error;
  });
  if ("found" in prepared || !(prepared.missing instanceof Fault)) return;
  if (prepared.missing.kind === "auth") runtime.tellOnce(prepared.missing, call);
}

/** Receipts have whole seconds, so the last call may be almost a second younger than they say. */
const receiptMs = 1000;

/** A resend right after its first try would be merged into its task, and the old failure taken for the new one's. */
async function keepApart<O extends object>(
  earlier: readonly TaskReceipt[],
  { runtime, world }: Job<O>,
  call: CallContext,
): Promise<void> {
  const { mergesMs } = runtime.service;
  if (mergesMs === undefined || earlier.length === 0) return;
  const last = Math.max(...earlier.map((task) => Date.parse(task.submittedAt)));
  const wait = last + receiptMs + mergesMs - runtime.service.vendorClock.now();
  // Stopped meanwhile: the queue says what that means for each target.
  if (wait > 0 && wait <= receiptMs + mergesMs) await world.clock.sleep(wait, call.signal).catch(() => undefined);
}

/** Targets that may have been carried out before, and why that could not be looked up. */
type SentAgain = ReadonlyMap<string, string>;

interface Recovered {
  readonly results: ReadonlyMap<string, SendResult>;
  readonly sentAgain: SentAgain;
}

/** Its row names the coarser target, in a form that a later run need not send again. */
const coarserLost = "the answer to a coarser purge in their place was lost, and no list names what that stood for";

/** No answer had told the cloud's clock, and that of this machine may be another one's by now. */
const timeUnsure = "when it was sent is known by the machine's clock only, and no list names a task of that time";

/** A time of this machine's clock, in the cloud's: both may be wrong, but not in different ways than now. */
function inCloud({ sentAt, ownClock }: Sending, vendorClock: VendorClock, clock: Clock): number {
  return ownClock === true ? vendorClock.earliest(sentAt - clock.now() + clock.monotonic()) : sentAt;
}

/** Calls of earlier runs whose answer was lost: what the vendor lists of them is not sent again. */
async function lookUpLost<O extends object>(job: Job<O>, call: CallContext): Promise<Recovered> {
  const { lane, plan, runtime, world } = job;
  const { service, queue } = runtime;
  const results = new Map<string, SendResult>();
  const sentAgain = new Map(Array.from(plan.lostCoarser, (target) => [target, coarserLost]));
  for (const { sending, reference, targets } of bySend(plan.lost)) {
    // What the time was in the cloud is known when it has answered.
    const sentAt = (): number => inCloud(sending, service.vendorClock, world.clock);
    const found = await lookUp(
      { lane, targets, sentAt, reference },
      { service, calls: queue.calls, clock: world.clock },
      call,
    );
    for (const target of targets) {
      const taskIds = found.outcome === "found" ? found.tasks.get(target) : undefined;
      if (found.outcome === "impossible") sentAgain.set(target, found.why);
      else if (found.outcome === "unread")
        results.set(target, { state: "lost", ...sending, reference, reason: found.why });
      else if (taskIds !== undefined)
        results.set(target, { state: "accepted", taskIds, requestId: "", sentAt: sentAt() });
      else if (sending.ownClock === true) sentAgain.set(target, timeUnsure);
    }
  }
  for (const why of new Set(sentAgain.values())) {
    call.log.info(`sending again, though an earlier call without answer may have been carried out: ${why}`);
  }
  return { results, sentAgain };
}

function noting(
  sentAgain: SentAgain,
  cover: Cover | undefined,
): (sent: readonly [string, SendResult]) => readonly [string, SendResult] {
  return ([target, result]) => {
    if (result.state !== "accepted") return [target, result];
    const [why] = (cover?.get(target) ?? [target]).flatMap((each) => sentAgain.get(each) ?? []);
    return [target, why === undefined ? result : { sentAgain: why, ...result }];
  };
}

interface LostCall {
  readonly sending: Sending;
  readonly reference: string;
  readonly targets: string[];
}

function bySend(lost: readonly LostTarget[]): Iterable<LostCall> {
  const calls = new Map<string, LostCall>();
  for (const { target, reference, ...sending } of lost) {
    const key = JSON.stringify([sending.sentAt, sending.ownClock, reference]);
    const known = calls.get(key) ?? { sending, reference, targets: [] };
    known.targets.push(target);
    calls.set(key, known);
  }
  return calls.values();
}

function sentGroups<O extends object>(
  { wait }: Job<O>,
  route: Route<O>,
  results: SendResults,
  coarser?: Coarser<O>,
): Group<O>[] {
  const { lane } = route;
  const groups = new Map<string, { first: Accepted; targets: Set<string>; doubtful: Set<string> }>();
  for (const [target, result] of results) {
    if (result.state !== "accepted") continue;
    const key = JSON.stringify([result.taskIds, result.requestId]);
    const group = groups.get(key) ?? { first: result, targets: new Set<string>(), doubtful: new Set<string>() };
    group.targets.add(target);
    if (result.doubtful === true) group.doubtful.add(target);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ first, targets, doubtful }): Group<O> => {
    const { taskIds, requestId, sentAt, sentAgain } = first;
    const covered = coarser && new Map([...coarser.cover].filter(([target]) => targets.has(target)));
    const receipt: TaskReceipt = {
      taskIds: [...taskIds],
      requestId,
      via: lane.via,
      type: lane.kind,
      targetCount: covered === undefined ? targets.size : [...covered.values()].flat().length,
      status: "submitted",
      submittedAt: timestamp(sentAt),
      failures: [],
      ...(sentAgain === undefined ? {} : { sentAgain }),
      ...(coarser === undefined ? {} : { instead: { fallback: coarser.word, targets: [...targets] } }),
    };
    const tasks = taskIds.map((taskId): TaskRef => ({
      taskId,
      submittedAt: sentAt,
      targetCount: targets.size / taskIds.length,
      via: lane.via,
    }));
    const follow = wait ? "watch" : "leave";
    return { route, receipts: [receipt], watched: { tasks, targets, doubtful }, cover: covered, follow };
  });
}

/** Tasks of earlier runs: those of plain calls together, each coarser purge by its own targets. */
function resumedGroups<O extends object>(job: Job<O>): Group<O>[] {
  const { tasks, targets, once } = job.plan.watch;
  const follow = once ? "once" : "watch";
  const plain = tasks.filter(({ instead }) => instead === undefined);
  const refs = (receipts: readonly TaskReceipt[]): TaskRef[] =>
    receipts.flatMap(({ taskIds, submittedAt, targetCount, via }) =>
      taskIds.map((taskId): TaskRef => {
        return { taskId, submittedAt: Date.parse(submittedAt), targetCount: targetCount / taskIds.length, via };
      }),
    );
  const none = new Set<string>();
  const groups: Group<O>[] =
    plain.length === 0
      ? []
      : [{ route: job, receipts: plain, watched: { tasks: refs(plain), targets, doubtful: none }, follow }];
  for (const receipt of tasks) {
    if (receipt.instead === undefined) continue;
    const cover = coverOf(receipt.instead.fallback, receipt.instead.targets, targets);
    const route = job.coarserRoute(receipt.instead.fallback, receipt.instead.targets);
    const watched = { tasks: refs([receipt]), targets: new Set(cover.keys()), doubtful: none };
    groups.push({
      route: route ?? job,
      receipts: [receipt],
      watched,
      cover,
      follow: route === undefined ? "leave" : follow,
    });
  }
  return groups;
}

async function follow<O extends object>(
  group: Group<O>,
  progress: Watching<O>["progress"],
  job: Job<O>,
  call: CallContext,
): Promise<WatchResult> {
  const { route, watched, cover } = group;
  // Of a coarser purge, which is another type, nothing is remembered.
  const pastMs = cover === undefined ? pastOf(job.previous?.ledger, job.lane.kind) : [];
  const { clock } = job.world;
  const watching = { watched, poller: route.runtime.poller, lane: route.lane, call, clock, pastMs, progress };
  const result = await followed(group.follow, watching);
  return cover === undefined ? result : watchedFor(cover, result);
}

function followed<O extends object>(how: Group<O>["follow"], watching: Watching<O>): Promise<WatchResult> {
  switch (how) {
    case "watch":
      return watch(watching);
    case "once":
      return lookOnce(watching);
    case "leave":
      return Promise.resolve(unseen(watching.watched));
  }
}
