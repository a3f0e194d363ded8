/**
 * The triggers' contract, kept by CDN, DCDN and the edge routine: they differ
 * in how a call is sent; tasks and quotas are read the same way.
 */
import type { CallContext } from "../../../core/call.ts";
import type { DomainLimit } from "../../../core/pace/limits.ts";
import type { Pace } from "../../../core/rate-limit.ts";
import { timestamp } from "../../../triggers/receipts.ts";
import type { KindRules, Lane, Quota, TaskRow, TriggerService } from "../../../triggers/service.ts";
import type { AlibabaClient } from "../client.ts";
import { taskRow } from "../task-row.ts";
import {
  describeQuota,
  describeTaskById,
  describeTasks,
  type Refreshed,
  type RefreshFamily,
  type RefreshQuota,
  type RefreshTask,
} from "./client.ts";

export interface RefreshPort<O extends object> {
  readonly client: AlibabaClient;
  readonly family: RefreshFamily;
  readonly verb: "purge" | "prefetch";
  readonly action: (lane: Lane<O>) => string;
  readonly rules: (lane: Lane<O>) => KindRules;
  readonly pace: (action: string) => Pace;
  readonly quotaResets: string | undefined;
  /** What one domain takes of this kind. */
  readonly domainLimit?: (lane: Lane<O>) => DomainLimit | undefined;
  readonly submit: (lane: Lane<O>, targets: readonly string[], call: CallContext) => Promise<Refreshed>;
  /** Which counter of the quota the kind uses, if any. */
  readonly counter: (lane: Lane<O>) => keyof RefreshQuota | undefined;
  /** What the vendor's list calls tasks of this kind; `undefined`: it cannot tell them from others. */
  readonly listedAs: (lane: Lane<O>) => ListedAs | undefined;
}

export interface ListedAs {
  readonly types: readonly string[];
  /** Another kind's word, which may be this one's too. */
  readonly perhaps?: string;
}

/** Task lists reach back three days: api-cdn-2018-05-10-describerefreshtaskbyid, read 2026-11-22. */
const memoryMs = 3 * 24 * 3600 * 1000;
/** The second that stands in a task's creation time: calls of one second are one task. */
const mergesMs = 1000;
const listingMarginMs = 10 * 60_000;

export function refreshService<O extends object>(port: RefreshPort<O>): TriggerService<O> {
  const { client, family } = port;
  return {
    name: client.product.name,
    verb: port.verb,
    memoryMs,
    mergesMs,
    quotaResets: port.quotaResets,
    action: port.action,
    rules: port.rules,
    gate: (lane) => client.gate(port.action(lane)),
    pace: (lane) => port.pace(port.action(lane)),
    windows(lane) {
      const limit = port.domainLimit?.(lane);
      return limit === undefined ? undefined : client.windows(port.action(lane), limit);
    },
    vendorClock: client.vendorClock,
    async submit({ lane, targets }, call) {
      const { requestId, taskIds } = await port.submit(lane, targets === "all" ? [] : targets, call);
      return { requestId, taskIds, refused: [] };
    },
    async readTasks(lane, tasks, call) {
      const ids = tasks.map((task) => task.taskId);
      const listedAs = port.listedAs(lane);
      const found = await describeTaskById(client, family, ids, call);
      // Calls of one second become one task, whatever their types.
      return found.filter(({ objectType }) => listedAs === undefined || mayBe(listedAs, objectType)).map(toRow);
    },
    async tasksSince(lane, since, call) {
      const listedAs = port.listedAs(lane);
      if (listedAs === undefined) return undefined;
      const now = client.vendorClock.now();
      const start = Math.max(since - listingMarginMs, client.vendorClock.listsSince(memoryMs));
      const query = { startTime: timestamp(start), endTime: timestamp(now + listingMarginMs) };
      const tasks = await describeTasks(client, family, query, call);
      const ofType = (types: readonly string[]): RefreshTask[] =>
        tasks.filter(({ objectType }) => types.includes(objectType.toLowerCase()));
      const doubtful = listedAs.perhaps === undefined ? [] : ofType([listedAs.perhaps]);
      return doubtful.length > 0 ? undefined : ofType(listedAs.types).map(toRow);
    },
    async quota(lane, call): Promise<Quota | undefined> {
      const counter = port.counter(lane);
      if (counter === undefined) return undefined;
      const { quota, remaining } = (await describeQuota(client, family, call))[counter];
      return quota === undefined || remaining === undefined ? undefined : { limit: quota, remaining };
    },
  };
}

/** The words of other types are not this one's; one that nothing is known of may be. */
function mayBe({ types, perhaps }: ListedAs, objectType: string): boolean {
  const word = objectType.toLowerCase();
  return types.includes(word) || word === perhaps || !knownWords.has(word);
}

const knownWords: ReadonlySet<string> = new Set([
  "file",
  "directory",
  "path",
  "regex",
  "ignoreparams",
  "exquery",
  "preload",
]);

function toRow({ objectPath: target, creationTime: createdAt, ...task }: RefreshTask): TaskRow {
  return taskRow({ ...task, target, createdAt });
}
