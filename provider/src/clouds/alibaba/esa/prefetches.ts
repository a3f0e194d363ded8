/** The triggers' contract for prefetches, kept by ESA: PreloadCaches and DescribePreloadTasks. */
import { Slot } from "../../../core/context.ts";
import type { CallContext } from "../../../core/call.ts";
import { openOffice, type Office } from "../../../triggers/office.ts";
import { timestamp } from "../../../triggers/receipts.ts";
import type { Batch, Lane, TaskRow, TriggerService } from "../../../triggers/service.ts";
import type { AlibabaClient, AlibabaContext } from "../client.ts";
import { describePreloadTasks, esaClient, preloadCaches } from "./client.ts";
import { memoryMs, pace, prefetchLimits } from "./limits.ts";
import { toRow } from "./purges.ts";

export interface PrefetchLane extends Lane {
  readonly siteId: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

export function prefetchLane(options: {
  siteId: string;
  headers: Readonly<Record<string, string>> | undefined;
}): PrefetchLane {
  return { kind: "preload", key: JSON.stringify([options.siteId, options.headers]), ...options };
}

const slot = new Slot<Office<PrefetchLane>>("ESA prefetches");

export function esaPrefetches(context: AlibabaContext): Office<PrefetchLane> {
  return context.share(slot, () => {
    const service = prefetchService(esaClient(context));
    return openOffice(service, context);
  });
}

const marginMs = 10 * 60_000;

function prefetchService(client: AlibabaClient): TriggerService<PrefetchLane> {
  const { clock } = client.context;
  const rows = async (lane: PrefetchLane, from: number, call: CallContext): Promise<TaskRow[]> => {
    const now = clock.now();
    const start = Math.max(from - marginMs, now - memoryMs + 60_000);
    const query = { siteId: lane.siteId, startTime: timestamp(start), endTime: timestamp(now + marginMs) };
    return (await describePreloadTasks(client, query, call)).map(toRow);
  };
  return {
    name: "ESA",
    verb: "prefetch",
    memoryMs,
    action: () => "PreloadCaches",
    rules: () => prefetchLimits,
    gate: () => client.gate("PreloadCaches"),
    pace: () => pace("PreloadCaches"),
    async submit({ lane, targets }: Batch<PrefetchLane>, call) {
      const { requestId, taskId } = await preloadCaches(
        client,
        { siteId: lane.siteId, urls: targets, headers: lane.headers },
        call,
      );
      return { requestId, taskIds: [taskId], refused: [] };
    },
    async readTasks(lane, tasks, call) {
      const wanted = new Set(tasks.map((task) => task.taskId));
      const from = Math.min(...tasks.map((task) => task.submittedAt));
      return (await rows(lane, from, call)).filter((row) => wanted.has(row.taskId));
    },
    tasksSince: rows,
    // ESA tells no quota for prefetches.
    quota: () => Promise.resolve(undefined),
  };
}
