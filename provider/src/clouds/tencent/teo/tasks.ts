/** The triggers' contract, kept by EdgeOne: purges and prefetches differ only in how they are sent. */
import type { CallContext } from "../../../core/call.ts";
import { timestamp } from "../../../triggers/receipts.ts";
import type { Batch, KindRules, Lane, TaskRow, TriggerService } from "../../../triggers/service.ts";
import { unlessStopped } from "../../../triggers/watch/poller.ts";
import { momentOf } from "../../moment.ts";
import type { TencentClient } from "../client.ts";
import { describeContentQuota, describeTasks, type Submitted, type TaskList, type TeoTask } from "./client.ts";
import { memoryMs, pace } from "./limits.ts";

export interface Zoned {
  readonly zoneId: string;
}

export interface TeoPort<O extends Zoned> {
  readonly client: TencentClient;
  readonly verb: "purge" | "prefetch";
  readonly action: "CreatePurgeTask" | "CreatePrefetchTask";
  readonly list: TaskList;
  readonly rules: (lane: Lane<O>) => KindRules;
  readonly submit: (batch: Batch<O>, call: CallContext) => Promise<Submitted>;
  /** Whether a row of its type may be of such a call; `undefined`: rows cannot tell. Absent: the type says it all. */
  readonly identify?: (lane: Lane<O>) => ((task: TeoTask) => boolean) | undefined;
}

/** Up to this many jobs are asked for by name. */
const jobsByFilter = 5;
/** Reasons are listed on no page: each of these words speaks of a limit, of the moment or of the cloud's own trouble. */
const passingReason =
  /quota|frequen|rate|throttl|too many|busy|later|again|retry|progress|time(?:d )?-?out|internal|system|server|backend|unknown/i;
/** Clocks differ a little. */
const marginMs = 600_000;

export function teoService<O extends Zoned>(port: TeoPort<O>): TriggerService<O> {
  const { client } = port;
  /** Zone and type → the plan's batch, as far as it was asked for. */
  const batches = new Map<string, number>();
  /** The question for it: a thousand triggers at once ask once. */
  const asking = new Map<string, Promise<unknown>>();
  const rows = async (query: Parameters<typeof describeTasks>[2], call: CallContext): Promise<TaskRow[]> =>
    (await describeTasks(client, port.list, query, call)).map(toRow);
  /** Kept below the 7 days that a list may span. */
  const window = ({ options: { zoneId } }: Lane<O>, since: number) => {
    const now = client.vendorClock.now();
    const start = Math.max(since - marginMs, now - memoryMs + 2 * marginMs);
    return { zoneId, startTime: timestamp(start), endTime: timestamp(now + marginMs) };
  };
  const keyOf = (lane: Lane<O>): string => `${lane.options.zoneId} ${lane.kind}`;
  const quotaOf = async (lane: Lane<O>, call: CallContext) => {
    const quota = await describeContentQuota(client, lane.options.zoneId, call);
    const row = (port.verb === "purge" ? quota.purge : quota.prefetch).find(({ type }) => type === lane.kind);
    if (row !== undefined && row.batch > 0) batches.set(keyOf(lane), row.batch);
    return row;
  };
  return {
    name: "EdgeOne",
    verb: port.verb,
    memoryMs,
    action: () => port.action,
    rules(lane) {
      const rules = port.rules(lane);
      const batch = batches.get(keyOf(lane));
      return batch === undefined || rules.everything === true ? rules : { ...rules, perCall: batch };
    },
    gate: () => client.gate(port.action),
    pace: () => pace(port.action),
    vendorClock: client.vendorClock,
    async prepare(lane, call) {
      const key = keyOf(lane);
      if (batches.has(key) || lane.options.zoneId === "*") return;
      let answer = asking.get(key);
      if (answer === undefined) {
        // One trigger's cancel does not stop the others.
        answer = quotaOf(lane, { ...call, signal: new AbortController().signal });
        asking.set(key, answer);
        answer.catch(() => asking.delete(key));
      }
      await unlessStopped(answer, call.signal);
    },
    async submit(batch, call) {
      const { jobId, requestId, failed } = await port.submit(batch, call);
      // Refused targets come back inside a success.
      const refused = failed.map(({ target, reason }) => {
        return { target, code: "FailedList", reason, passing: passingReason.test(reason) };
      });
      return { requestId, taskIds: jobId === "" ? [] : [jobId], refused };
    },
    async readTasks(lane, tasks, call) {
      // The filter takes one job at a time, so for many of them one list of all is fewer reads.
      if (tasks.length > jobsByFilter) {
        const wanted = new Set(tasks.map((task) => task.taskId));
        const since = Math.min(...tasks.map((task) => task.submittedAt));
        return (await rows(window(lane, since), call)).filter((row) => wanted.has(row.taskId));
      }
      const { zoneId } = lane.options;
      const lists = await Promise.all(
        tasks.map((task) => rows({ zoneId, filters: [{ name: "job-id", values: [task.taskId] }] }, call)),
      );
      return lists.flat();
    },
    async tasksSince(lane, since, call) {
      const isOurs = port.identify === undefined ? () => true : port.identify(lane);
      if (isOurs === undefined) return undefined;
      const tasks = await describeTasks(client, port.list, window(lane, since), call);
      return tasks.filter((task) => task.type === lane.kind && isOurs(task)).map(toRow);
    },
    async quota(lane, call) {
      if (lane.options.zoneId === "*") return undefined;
      const row = await quotaOf(lane, call);
      return row === undefined ? undefined : { limit: row.daily, remaining: row.dailyAvailable };
    },
  };
}

/** `invalid`: of prefetches whose origin answered with an error. Both spellings of the last are about. */
const failures = /^(failed|timeout|invalid|cancell?ed)$/;

/** A word that no page lists is no end: what may still be under way is not sent again. */
function toRow(task: TeoTask): TaskRow {
  const word = task.status.toLowerCase();
  const failed = failures.test(word);
  return {
    taskId: task.jobId,
    target: task.target,
    state: failed ? "failed" : word === "success" ? "done" : "pending",
    code: failed ? task.failType || word : undefined,
    reason: failed ? task.failMessage || `the task ended as ${task.status}` : undefined,
    createdAt: momentOf(task.createTime),
  };
}
