/**
 * CDN and DCDN are one family: the same operations under other names. One
 * function for each operation here; `cdn/client.ts` and `dcdn/client.ts` say
 * the names.
 */
import * as z from "zod";
import type { CallContext } from "../../../core/call.ts";
import { Fault } from "../../../core/errors.ts";
import type { AlibabaClient } from "../client.ts";

export interface RefreshFamily {
  readonly refresh: string;
  readonly refreshByTag: string;
  readonly push: string;
  readonly taskById: string;
  readonly tasks: string;
  readonly quota: string;
  /** The SDK sends `refresh` as a form. */
  readonly refreshAsForm: boolean;
  readonly pageSize: number;
}

const text = z.union([z.string(), z.number()]).transform(String);

export interface Refreshed {
  readonly requestId: string;
  readonly taskIds: readonly string[];
}

/** `704222904` or `704222904,704222905`: several hosts make several tasks. */
const taskIds = text.transform((ids) =>
  ids
    .split(",")
    .map((id) => id.trim())
    .filter((id) => id !== ""),
);
const refreshed = z
  .object({ RequestId: z.string(), RefreshTaskId: taskIds })
  .transform((answer): Refreshed => ({ requestId: answer.RequestId, taskIds: answer.RefreshTaskId }));
const pushed = z
  .object({ RequestId: z.string(), PushTaskId: taskIds.optional(), PreloadTaskId: taskIds.optional() })
  .transform((answer): Refreshed => ({
    requestId: answer.RequestId,
    taskIds: answer.PushTaskId ?? answer.PreloadTaskId ?? [],
  }));

export type Parameters = Readonly<Record<string, string | undefined>>;

/** Tried once. A comma is part of a path, so paths are told apart by newlines. */
export function refresh(
  client: AlibabaClient,
  request: {
    action: string;
    paths: readonly string[];
    type: string;
    force: boolean | undefined;
    form: boolean;
    more?: Parameters;
  },
  call: CallContext,
): Promise<Refreshed> {
  const { action, paths, type, force, form, more } = request;
  const parameters = { ...more, ObjectPath: paths.join("\n"), ObjectType: type, Force: flag(force) };
  return client.once({ action, method: "POST", parameters, form }, refreshed, call);
}

export function refreshByTag(
  client: AlibabaClient,
  request: { action: string; tags: readonly string[]; force: boolean | undefined; more: Parameters },
  call: CallContext,
): Promise<Refreshed> {
  const parameters = { ...request.more, CacheTag: request.tags.join(","), Force: flag(request.force) };
  return client.once({ action: request.action, method: "POST", parameters }, refreshed, call);
}

export interface PushOptions {
  readonly area: string | undefined;
  readonly l2Preload: boolean | undefined;
  readonly withHeader: Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly queryHashkey: boolean | undefined;
}

export function push(
  client: AlibabaClient,
  action: string,
  paths: readonly string[],
  options: PushOptions,
  call: CallContext,
): Promise<Refreshed> {
  const parameters = {
    ObjectPath: paths.join("\n"),
    Area: options.area,
    L2Preload: flag(options.l2Preload),
    WithHeader: options.withHeader && JSON.stringify(listed(options.withHeader)),
    QueryHashkey: flag(options.queryHashkey),
  };
  return client.once({ action, method: "POST", parameters }, pushed, call);
}

/** The vendor takes lists only. */
function listed(headers: Readonly<Record<string, string | readonly string[]>>): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === "string" ? [value] : value]),
  );
}

const task = z
  .object({
    TaskId: text,
    ObjectPath: z.string().nullish(),
    ObjectType: z.string().nullish(),
    Status: z.string(),
    Process: text.nullish(),
    CreationTime: z.string().nullish(),
    Description: z.string().nullish(),
  })
  .transform((row) => ({
    taskId: row.TaskId,
    objectPath: row.ObjectPath ?? "",
    objectType: row.ObjectType ?? "",
    status: row.Status,
    process: row.Process ?? "",
    creationTime: row.CreationTime ?? "",
    description: row.Description ?? "",
  }));
export type RefreshTask = z.output<typeof task>;

/** The list wraps its rows once more, under another name in each product. */
const tasksById = z.object({ Tasks: z.array(task).nullish() });
const taskList = z.array(task).nullish();
const taskPage = z.object({
  TotalCount: z.coerce.number().default(0),
  Tasks: z.object({ CDNTask: taskList, Task: taskList }).nullish(),
});

const idsPerRead = 10;

/** All rows of these tasks; a task that is too old has none. */
export async function describeTaskById(
  client: AlibabaClient,
  family: RefreshFamily,
  ids: readonly string[],
  call: CallContext,
): Promise<RefreshTask[]> {
  const rows: RefreshTask[] = [];
  for (let at = 0; at < ids.length; at += idsPerRead) {
    const parameters = { TaskId: ids.slice(at, at + idsPerRead).join(",") };
    try {
      const { Tasks } = await client.ask({ action: family.taskById, method: "POST", parameters }, tasksById, call);
      rows.push(...(Tasks ?? []));
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "InvalidTaskId.Malformed") throw error;
    }
  }
  return rows;
}

export interface RefreshQuery {
  readonly taskId?: string | undefined;
  readonly objectPath?: string | undefined;
  readonly domainName?: string | undefined;
  readonly objectType?: string | undefined;
  readonly status?: string | undefined;
  readonly startTime?: string | undefined;
  readonly endTime?: string | undefined;
}

/** Every page. Rows that new tasks pushed to a later page count once. */
export async function describeTasks(
  client: AlibabaClient,
  family: RefreshFamily,
  query: RefreshQuery,
  call: CallContext,
): Promise<RefreshTask[]> {
  const rows = new Map<string, RefreshTask>();
  for (let page = 1; ; page++) {
    const parameters = {
      TaskId: query.taskId,
      ObjectPath: query.objectPath,
      DomainName: query.domainName,
      ObjectType: query.objectType,
      Status: query.status,
      StartTime: query.startTime,
      EndTime: query.endTime,
      PageNumber: String(page),
      PageSize: String(family.pageSize),
    };
    const { TotalCount, Tasks } = await client.ask(
      { action: family.tasks, method: "POST", parameters },
      taskPage,
      call,
    );
    const list = Tasks?.CDNTask ?? Tasks?.Task ?? [];
    for (const row of list) rows.set(`${row.taskId} ${row.objectPath}`, row);
    if (list.length < family.pageSize || page * family.pageSize >= TotalCount) return [...rows.values()];
  }
}

/** The vendor's samples mix text, numbers and even the case of the names. */
const quota = z
  .record(z.string(), z.union([z.string(), z.number()]))
  .transform((answer) => new Map(Object.entries(answer).map(([key, value]) => [key.toLowerCase(), Number(value)])))
  .transform((values) => {
    const of = (name: string) => ({
      quota: number(values.get(`${name}quota`)),
      remaining: number(values.get(`${name}remain`)),
    });
    return {
      url: of("url"),
      directory: of("dir"),
      regex: of("regex"),
      ignoreParams: of("ignoreparams"),
      preload: of("preload"),
      preloadEdge: of("preloadedge"),
      block: of("block"),
    };
  });
export type RefreshQuota = z.output<typeof quota>;

export function describeQuota(client: AlibabaClient, family: RefreshFamily, call: CallContext): Promise<RefreshQuota> {
  return client.ask({ action: family.quota, method: "POST", parameters: {} }, quota, call);
}

function number(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

function flag(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
