/**
 * The triggers' contract, kept by ESA: PurgeCaches, DescribePurgeTasks,
 * GetPurgeQuota; for a bulk lane a file upload in place of PurgeCaches.
 */
import * as z from "zod";
import type { CallContext } from "../../../core/call.ts";
import { Slot } from "../../../core/context.ts";
import { pack } from "../../../triggers/submit/pack.ts";
import { openOffice, type Office } from "../../../triggers/office.ts";
import type { Batch, Lane, TaskRef, TaskRow, TriggerService } from "../../../triggers/service.ts";
import { timestamp } from "../../../triggers/receipts.ts";
import type { AlibabaClient, AlibabaContext } from "../client.ts";
import {
  describePurgeTasks,
  esaClient,
  getPurgeQuota,
  purgeCaches,
  type EsaTask,
  type PurgeContent,
} from "./client.ts";
import { memoryMs, pace, pageSize, purgeLimits, type PurgeType } from "./limits.ts";
import { openPlatformClient } from "./upload-client.ts";
import { callsPerFile, fileRules, readFileTask, sendFile, type Clients } from "./upload-files.ts";

export interface PurgeLane extends Lane {
  readonly kind: PurgeType;
  readonly siteId: string;
  readonly force: boolean | undefined;
  readonly edgeComputePurge: boolean | undefined;
  /** Targets travel in files, not in requests. */
  readonly bulk: BulkType | undefined;
}

export type BulkType = "file" | "directory" | "ignoreParams";

export function purgeLane(options: Omit<PurgeLane, "key" | "bulk">): PurgeLane {
  const { kind, siteId, force, edgeComputePurge } = options;
  return { ...options, bulk: undefined, key: JSON.stringify([siteId, kind, force, edgeComputePurge]) };
}

/** The lane by files, where that takes fewer calls. Pure. */
export function laneOf(lane: PurgeLane, bulk: BulkType, targets: readonly string[]): PurgeLane {
  const byCalls = pack(targets, purgeLimits[lane.kind]).length;
  const byFiles = pack(targets, fileRules).length * callsPerFile;
  return byFiles < byCalls ? { ...lane, bulk, key: JSON.stringify([lane.key, "bulk"]) } : lane;
}

const slot = new Slot<Office<PurgeLane>>("ESA purges");

export function esaPurges(context: AlibabaContext): Office<PurgeLane> {
  return context.share(slot, () => {
    const service = purgeService({ esa: esaClient(context), openPlatform: openPlatformClient(context) });
    return openOffice(service, context);
  });
}

function purgeService(clients: Clients): TriggerService<PurgeLane> {
  const client = clients.esa;
  const { clock } = client.context;
  return {
    name: "ESA",
    verb: "purge",
    memoryMs,
    action: actionOf,
    rules: ({ kind, bulk }) =>
      bulk === undefined ? purgeLimits[kind] : { ...fileRules, noun: purgeLimits[kind].noun },
    gate: (lane) => client.gate(actionOf(lane)),
    pace: (lane) => pace(actionOf(lane)),
    async submit({ lane, targets }: Batch<PurgeLane>, call) {
      const { siteId, kind: type, force, edgeComputePurge, bulk } = lane;
      if (bulk !== undefined) {
        const sent = await sendFile(clients, { siteId, type: bulk, name: "edgecache", force }, targets, call);
        return { ...sent, taskIds: sent.taskIds.map((id) => `${uploadMark}${id}`) };
      }
      const content = contentOf(type, targets);
      const { requestId, taskId } = await purgeCaches(client, { siteId, type, content, force, edgeComputePurge }, call);
      return { requestId, taskIds: [taskId], refused: [] };
    },
    async readTasks(lane, all, call) {
      const [uploads, tasks] = [all.filter(isUpload), all.filter((task) => !isUpload(task))];
      const rows: TaskRow[] = [];
      for (const { taskId } of uploads) {
        const task = { siteId: lane.siteId, uploadId: taskId.slice(uploadMark.length) };
        rows.push(...(await readFileTask(client, task, call)).map((row) => ({ ...row, taskId })));
      }
      return tasks.length === 0 ? rows : [...rows, ...(await readPurges(lane, tasks, call))];
    },
    // What was in an upload is listed nowhere; `sendFile` looks for lost ones by their names.
    tasksSince: (lane, since, call) =>
      lane.bulk === undefined ? listed(client, lane, since - listingMarginMs, clock.now(), call) : Promise.resolve([]),
    async quota(lane, call) {
      // Cache keys have a quota, but this operation does not know their type.
      if (lane.kind === "cachekey") return undefined;
      const { quota, usage } = await getPurgeQuota(client, { siteId: lane.siteId, type: lane.kind }, call);
      return { limit: quota, remaining: Math.max(0, quota - usage) };
    },
  };

  async function readPurges(lane: PurgeLane, tasks: readonly TaskRef[], call: CallContext): Promise<TaskRow[]> {
    const wanted = new Set(tasks.map((task) => task.taskId));
    const ours = (rows: readonly TaskRow[]): TaskRow[] => rows.filter((row) => wanted.has(row.taskId));
    const from = earliest(tasks) - listingMarginMs;
    // A page has 50 rows, so a big purge has hundreds: while it goes on, one page of what goes on tells enough.
    if (tasks.reduce((sum, task) => sum + task.targetCount, 0) > pageSize) {
      const pending = ours(await listed(client, lane, from, clock.now(), call, { status: "Refreshing", mostPages: 1 }));
      if (pending.length > 0) return pending;
    }
    return ours(await listed(client, lane, from, clock.now(), call));
  }
}

/** Tells an upload's id from a purge task's in receipts. */
const uploadMark = "upload:";

function isUpload(task: TaskRef): boolean {
  return task.taskId.startsWith(uploadMark);
}

function actionOf(lane: PurgeLane): string {
  return lane.bulk === undefined ? "PurgeCaches" : "UploadFile";
}

/** The member of `Content` that each type reads. */
export function contentOf(type: PurgeType, targets: readonly string[]): PurgeContent {
  switch (type) {
    case "file":
      return { Files: targets };
    case "cachekey":
      return { CacheKeys: targets.map(parseCacheKey) };
    case "cachetag":
      return { CacheTags: targets };
    case "directory":
      return { Directories: targets };
    case "ignoreParams":
      return { IgnoreParams: targets };
    case "hostname":
      return { Hostnames: targets };
    case "purgeall":
      return { PurgeAll: true };
  }
}

const cacheKeyText = z.object({ Url: z.string(), Headers: z.record(z.string(), z.string()) });

/** A cache key as one target: its URL, or the vendor's own JSON where headers belong to it. */
export function cacheKeyTarget(key: {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}): string {
  const headers = Object.entries(key.headers ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return headers.length === 0 ? key.url : JSON.stringify({ Url: key.url, Headers: Object.fromEntries(headers) });
}

function parseCacheKey(target: string): { Url: string; Headers: Record<string, string> } | { Url: string } {
  return target.startsWith("{") ? cacheKeyText.parse(JSON.parse(target)) : { Url: target };
}

/** Our clock and the vendor's differ a little; a list may hold more than asked for, never less. */
const listingMarginMs = 10 * 60_000;
/** DescribePurgeTasks has no filter by task and defaults to type `file`: the type must always be said. */
const listTypes: Readonly<Record<PurgeType, string>> = {
  file: "file",
  cachekey: "cachekey",
  cachetag: "cachetag",
  directory: "directory",
  ignoreParams: "ignoreParams",
  hostname: "hostname",
  purgeall: "purgeall",
};

async function listed(
  client: AlibabaClient,
  lane: PurgeLane,
  from: number,
  now: number,
  call: CallContext,
  only: { readonly status?: string; readonly mostPages?: number } = {},
): Promise<TaskRow[]> {
  // Older than three days is an error, not an empty list; a minute of slack keeps clear of the edge.
  const start = Math.max(from, now - memoryMs + 60_000);
  const query = {
    siteId: lane.siteId,
    type: listTypes[lane.kind],
    startTime: timestamp(start),
    endTime: timestamp(now + listingMarginMs),
  };
  return (await describePurgeTasks(client, { ...query, status: only.status }, call, only.mostPages)).map(toRow);
}

function earliest(tasks: readonly TaskRef[]): number {
  return Math.min(...tasks.map((task) => task.submittedAt));
}

export function toRow(task: EsaTask): TaskRow {
  const percent = Number.parseFloat(task.process);
  // Only a time with a zone can be compared; prefetch rows come without one.
  const zoned = /Z$|[+-]\d\d:?\d\d$/.test(task.createTime) ? Date.parse(task.createTime) : Number.NaN;
  const failed = task.status === "Failed";
  return {
    taskId: task.taskId,
    target: task.content,
    state: failed ? "failed" : task.status === "Complete" ? "done" : "pending",
    percent: Number.isNaN(percent) ? undefined : percent,
    code: failed ? "Failed" : undefined,
    reason: failed ? task.description : undefined,
    createdAt: Number.isNaN(zoned) ? undefined : zoned,
  };
}
