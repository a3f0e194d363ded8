/** The triggers' contract for prefetches, kept by ESA: PreloadCaches and DescribePreloadTasks. */
import type { CallContext } from "../../../core/call.ts";
import { timestamp } from "../../../triggers/receipts.ts";
import type { TaskRow, TriggerService } from "../../../triggers/service.ts";
import type { AlibabaContext } from "../client.ts";
import { describePreloadTasks, esaClient, preloadCaches } from "./client.ts";
import { memoryMs, pace, prefetchLimits } from "./limits.ts";
import { toRow } from "./purges.ts";

export interface PrefetchOptions {
  readonly siteId: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

const marginMs = 10 * 60_000;
const action = "PreloadCaches";

export function prefetchService(context: AlibabaContext): TriggerService<PrefetchOptions> {
  const client = esaClient(context);
  const rows = async (siteId: string, from: number, call: CallContext): Promise<TaskRow[]> => {
    const now = client.vendorClock.now();
    const start = Math.max(from - marginMs, client.vendorClock.listsSince(memoryMs));
    const query = { siteId, startTime: timestamp(start), endTime: timestamp(now + marginMs) };
    return (await describePreloadTasks(client, query, call)).map(toRow);
  };
  return {
    name: "ESA",
    verb: "prefetch",
    memoryMs,
    action: () => action,
    rules: () => prefetchLimits,
    gate: () => client.gate(action),
    pace: () => pace(action),
    vendorClock: client.vendorClock,
    async submit({ lane: { options }, targets }, call) {
      const { siteId, headers } = options;
      const urls = targets === "all" ? [] : targets;
      const { requestId, taskIds } = await preloadCaches(client, { siteId, urls, headers }, call);
      return { requestId, taskIds, refused: [] };
    },
    async readTasks({ options: { siteId } }, tasks, call) {
      const wanted = new Set(tasks.map((task) => task.taskId));
      const from = Math.min(...tasks.map((task) => task.submittedAt));
      return (await rows(siteId, from, call)).filter((row) => wanted.has(row.taskId));
    },
    tasksSince: ({ options: { siteId } }, since, call) => rows(siteId, since, call),
    // ESA tells no quota for prefetches.
    quota: () => Promise.resolve(undefined),
  };
}
