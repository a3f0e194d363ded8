/**
 * The triggers' contract, kept by ESA: PurgeCaches, DescribePurgeTasks,
 * GetPurgeQuota; by a file upload in place of PurgeCaches where that is chosen.
 */
import * as z from "zod";
import type { CallContext } from "../../../core/call.ts";
import type { Batch, Lane, TaskRef, TaskRow, TriggerService } from "../../../triggers/service.ts";
import { timestamp } from "../../../triggers/receipts.ts";
import { pack } from "../../../triggers/submit/pack.ts";
import type { AlibabaClient, AlibabaContext } from "../client.ts";
import { taskRow } from "../task-row.ts";
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
import { callsPerFile, fileRules, finishFile, readFileTask, sendFile, type Clients } from "./upload-files.ts";

export interface PurgeOptions {
  readonly siteId: string;
  readonly type: PurgeType;
  readonly force?: boolean | undefined;
  readonly edgeComputePurge?: boolean | undefined;
}

type PurgeLane = Lane<PurgeOptions>;

/** Types that files can carry too. */
export type BulkType = "file" | "directory" | "ignoreParams";

export function isBulk(type: PurgeType): type is BulkType {
  return type === "file" || type === "directory" || type === "ignoreParams";
}

/** By files, where that takes fewer calls. Pure. */
export function cheaperVia(type: PurgeType, targets: readonly string[]): Lane["via"] {
  const byCalls = pack(targets, purgeLimits[type]).length;
  const byFiles = pack(targets, fileRules).length * callsPerFile;
  return byFiles < byCalls ? "upload" : "call";
}

export function purgeService(context: AlibabaContext): TriggerService<PurgeOptions> {
  const clients: Clients = { esa: esaClient(context), openPlatform: openPlatformClient(context) };
  const client = clients.esa;
  return {
    name: "ESA",
    verb: "purge",
    memoryMs,
    action: actionOf,
    rules: ({ options: { type }, via }) =>
      via === "call"
        ? purgeLimits[type]
        : { ...fileRules, noun: purgeLimits[type].noun, many: purgeLimits[type].many === true },
    gate: (lane) => client.gate(actionOf(lane)),
    pace: (lane) => pace(actionOf(lane)),
    vendorClock: client.vendorClock,
    async submit({ lane, targets, reference }: Batch<PurgeOptions>, call) {
      const { siteId, type, force, edgeComputePurge } = lane.options;
      const file = fileOf(lane, reference);
      if (file !== undefined && targets !== "all") return sendFile(clients, file, targets, call);
      const content = contentOf(type, targets === "all" ? [] : targets);
      const { requestId, taskIds } = await purgeCaches(
        client,
        { siteId, type, content, force, edgeComputePurge },
        call,
      );
      return { requestId, taskIds, refused: [] };
    },
    async resume({ lane, reference }, call) {
      const file = fileOf(lane, reference);
      return file === undefined ? undefined : finishFile(clients, file, call);
    },
    async readTasks(lane, all, call) {
      const tasks = all.filter(({ via }) => via === "call");
      const rows: TaskRow[] = tasks.length === 0 ? [] : await readPurges(client, lane, tasks, call);
      for (const { taskId, via } of all) {
        if (via === "upload")
          rows.push(...(await readFileTask(client, { siteId: lane.options.siteId, uploadId: taskId }, call)));
      }
      return rows;
    },
    tasksSince: (lane, since, call) => listed(client, lane, since - listingMarginMs, call),
    async quota({ options: { siteId, type } }, call) {
      // Cache keys have a quota, but this operation does not know their type.
      if (type === "cachekey") return undefined;
      const { quota, usage } = await getPurgeQuota(client, { siteId, type }, call);
      return { limit: quota, remaining: Math.max(0, quota - usage) };
    },
  };
}

function fileOf({ options: { siteId, type, force }, via }: PurgeLane, reference: string) {
  return via === "upload" && isBulk(type) ? { siteId, type, force, name: `edgecache-${reference}` } : undefined;
}

async function readPurges(
  client: AlibabaClient,
  lane: PurgeLane,
  tasks: readonly TaskRef[],
  call: CallContext,
): Promise<TaskRow[]> {
  const wanted = new Set(tasks.map((task) => task.taskId));
  const ours = (rows: readonly TaskRow[]): TaskRow[] => rows.filter((row) => wanted.has(row.taskId));
  const from = Math.min(...tasks.map((task) => task.submittedAt)) - listingMarginMs;
  // A page has 50 rows, so a big purge has hundreds: while it goes on, one page of what goes on tells enough.
  if (tasks.reduce((sum, task) => sum + task.targetCount, 0) > pageSize) {
    const pending = ours(await listed(client, lane, from, call, { status: "Refreshing", mostPages: 1 }));
    if (pending.length > 0) return pending;
  }
  return ours(await listed(client, lane, from, call));
}

function actionOf(lane: PurgeLane): string {
  return lane.via === "call" ? "PurgeCaches" : "UploadFile";
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

const cacheKeyText = z.strictObject({ Url: z.string(), Headers: z.record(z.string(), z.string()).optional() });
type CacheKeyContent = z.output<typeof cacheKeyText>;

/** A cache key as one target: its URL, or the vendor's own JSON where headers belong to it. */
export function cacheKeyTarget(key: {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}): string {
  const headers = Object.entries(key.headers ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return headers.length === 0 ? key.url : JSON.stringify({ Url: key.url, Headers: Object.fromEntries(headers) });
}

/** What is no JSON of a cache key has a reason why. */
export function readCacheKey(target: string): CacheKeyContent | { readonly wrong: string } {
  if (!target.startsWith("{")) return { Url: target };
  try {
    const parsed = cacheKeyText.safeParse(JSON.parse(target));
    if (parsed.success) return parsed.data;
  } catch {
    // Said below.
  }
  return {
    wrong:
      'begins with { and is no cache key; write a URL, or {"Url":"https://www.example.com/a","Headers":{"UserGeo":"CN"}}',
  };
}

/** The same for the same key, in whatever order a program writes it. */
export function spelledCacheKey(target: string): string {
  const key = readCacheKey(target);
  return "wrong" in key ? target : cacheKeyTarget({ url: key.Url, headers: key.Headers });
}

function parseCacheKey(target: string): CacheKeyContent {
  const key = readCacheKey(target);
  // Checked before anything was sent.
  return "wrong" in key ? { Url: target } : key;
}

/** Clocks differ a little; a list may hold more than asked for, never less. */
const listingMarginMs = 10 * 60_000;

/** DescribePurgeTasks has no filter by task and defaults to type `file`: the type must always be said. */
async function listed(
  client: AlibabaClient,
  { options: { siteId, type } }: PurgeLane,
  from: number,
  call: CallContext,
  only: { readonly status?: string; readonly mostPages?: number } = {},
): Promise<TaskRow[]> {
  const now = client.vendorClock.now();
  // Older than three days is an error, not an empty list.
  const start = Math.max(from, client.vendorClock.listsSince(memoryMs));
  const window = { startTime: timestamp(start), endTime: timestamp(now + listingMarginMs) };
  const tasks = await describePurgeTasks(
    client,
    { siteId, type, ...window, status: only.status },
    call,
    only.mostPages,
  );
  return tasks.filter((task) => task.type === "" || task.type.toLowerCase() === type.toLowerCase()).map(toRow);
}

export function toRow({ content: target, createTime: createdAt, ...task }: EsaTask): TaskRow {
  return taskRow({ ...task, target, createdAt });
}
