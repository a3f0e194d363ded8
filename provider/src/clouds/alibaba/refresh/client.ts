/**
 * CDN and DCDN are one family: the same operations under other names. One
 * function for each operation here; `cdn/client.ts` and `dcdn/client.ts` say
 * the names.
 */
import type * as cdn from "@alicloud/cdn20180510";
import type * as dcdn from "@alicloud/dcdn20180115";
import * as z from "zod";
import type { CallContext } from "../../../core/call.ts";
import { Fault } from "../../../core/errors.ts";
import { allPages } from "../../../core/pages.ts";
import type { TextParameters, Wire } from "../../models.ts";
import { ids, named, optional, optionalCount, required, row, rows, text, texts, type RowOf } from "../../rows.ts";
import type { AlibabaClient } from "../client.ts";
import type { RefreshErObjectCachesByCacheTagRequest } from "./unreleased.ts";
import { boolean } from "../request.ts";

/** `Action`: the operations of one product. */
export interface RefreshFamily<Action extends string = string> {
  readonly refresh: Action;
  readonly refreshByTag: Action;
  readonly push: Action;
  readonly taskById: Action;
  readonly tasks: Action;
  readonly quota: Action;
  /** The SDK sends `refresh` as a form. */
  readonly refreshAsForm: boolean;
  readonly pageSize: number;
}

export interface Refreshed {
  readonly requestId: string;
  readonly taskIds: readonly string[];
}

/** Several hosts make several tasks: `704222904,704222905`. */
const refreshed = row<cdn.RefreshObjectCachesResponseBody & dcdn.RefreshDcdnObjectCachesResponseBody>()({
  RequestId: required(),
  RefreshTaskId: named("taskIds", ids()),
});
const pushed = row<cdn.PushObjectCacheResponseBody & dcdn.PreloadDcdnObjectCachesResponseBody>()({
  RequestId: required(),
  PushTaskId: texts(),
  PreloadTaskId: texts(),
});

/** Tried once. A comma is part of a path, so paths are told apart by newlines. */
export function refresh(
  client: AlibabaClient,
  request: {
    action: string;
    paths: readonly string[];
    type: string;
    force: boolean | undefined;
    form: boolean;
    more?: TextParameters<dcdn.RefreshErObjectCachesRequest>;
  },
  call: CallContext,
): Promise<Refreshed> {
  const { action, paths, type, force, form, more } = request;
  const parameters = {
    ...more,
    ObjectPath: paths.join("\n"),
    ObjectType: type,
    Force: boolean(force),
  } satisfies TextParameters<
    cdn.RefreshObjectCachesRequest & dcdn.RefreshDcdnObjectCachesRequest & dcdn.RefreshErObjectCachesRequest
  >;
  return client.once({ action, method: "POST", parameters, form }, refreshed.wire, call);
}

export function refreshByTag(
  client: AlibabaClient,
  request: { action: string; tags: readonly string[]; force: boolean | undefined; more: TextParameters<ByTagModel> },
  call: CallContext,
): Promise<Refreshed> {
  const parameters = {
    ...request.more,
    CacheTag: request.tags.join(","),
    Force: boolean(request.force),
  } satisfies TextParameters<ByTagModel>;
  return client.once({ action: request.action, method: "POST", parameters }, refreshed.wire, call);
}

type ByTagModel = cdn.RefreshObjectCacheByCacheTagRequest &
  dcdn.RefreshDcdnObjectCacheByCacheTagRequest &
  RefreshErObjectCachesByCacheTagRequest;

export interface PushOptions {
  readonly area: string | undefined;
  readonly l2Preload: boolean | undefined;
  readonly withHeader: Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly queryHashkey: boolean | undefined;
}

export async function push(
  client: AlibabaClient,
  action: string,
  paths: readonly string[],
  options: PushOptions,
  call: CallContext,
): Promise<Refreshed> {
  const parameters = {
    ObjectPath: paths.join("\n"),
    Area: options.area,
    L2Preload: boolean(options.l2Preload),
    WithHeader: options.withHeader && JSON.stringify(listed(options.withHeader)),
    QueryHashkey: boolean(options.queryHashkey),
  } satisfies TextParameters<cdn.PushObjectCacheRequest & dcdn.PreloadDcdnObjectCachesRequest>;
  const answer = await client.once({ action, method: "POST", parameters }, pushed.wire, call);
  return { requestId: answer.requestId, taskIds: [...answer.pushTaskId, ...answer.preloadTaskId] };
}

/** The vendor takes lists only. */
function listed(headers: Readonly<Record<string, string | readonly string[]>>): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === "string" ? [value] : value]),
  );
}

export const task = row<
  cdn.DescribeRefreshTasksResponseBodyTasksCDNTask & dcdn.DescribeDcdnRefreshTasksResponseBodyTasksTask
>()({
  TaskId: required("Id of the task."),
  ObjectPath: text("The target."),
  ObjectType: text("Type of the target."),
  Status: required("`Pending`, `Refreshing`, `Complete` or `Failed`."),
  Process: text("Progress, as the vendor writes it."),
  CreationTime: text("When it was made."),
  Description: text("Why it failed."),
});
export type RefreshTask = RowOf<typeof task>;

const tasksById = row<cdn.DescribeRefreshTaskByIdResponseBody & dcdn.DescribeDcdnRefreshTaskByIdResponseBody>()({
  Tasks: rows(task),
});
/** The list wraps its rows once more, under another name in each product. */
const wrapped = row<cdn.DescribeRefreshTasksResponseBodyTasks & dcdn.DescribeDcdnRefreshTasksResponseBodyTasks>()({
  CDNTask: named("cdnTask", rows(task)),
  Task: rows(task),
});
const taskPage = row<cdn.DescribeRefreshTasksResponseBody & dcdn.DescribeDcdnRefreshTasksResponseBody>()({
  TotalCount: optionalCount(),
  Tasks: optional(wrapped),
});

const idsPerRead = 10;

/** All rows of these tasks; a task that is too old has none. */
export async function describeTaskById(
  client: AlibabaClient,
  family: RefreshFamily,
  ids: readonly string[],
  call: CallContext,
): Promise<RefreshTask[]> {
  const found: RefreshTask[] = [];
  for (let at = 0; at < ids.length; at += idsPerRead) {
    const parameters = {
      TaskId: ids.slice(at, at + idsPerRead).join(","),
    } satisfies TextParameters<cdn.DescribeRefreshTaskByIdRequest & dcdn.DescribeDcdnRefreshTaskByIdRequest>;
    try {
      const answer = await client.ask({ action: family.taskById, method: "POST", parameters }, tasksById.wire, call);
      found.push(...answer.tasks);
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "InvalidTaskId.Malformed") throw error;
    }
  }
  return found;
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

export function describeTasks(
  client: AlibabaClient,
  family: RefreshFamily,
  query: RefreshQuery,
  call: CallContext,
): Promise<RefreshTask[]> {
  const { tasks: action, pageSize: size } = family;
  return allPages(
    async (page) => {
      const parameters = {
        TaskId: query.taskId,
        ObjectPath: query.objectPath,
        DomainName: query.domainName,
        ObjectType: query.objectType,
        Status: query.status,
        StartTime: query.startTime,
        EndTime: query.endTime,
        PageNumber: String(page + 1),
        PageSize: String(size),
      } satisfies TextParameters<cdn.DescribeRefreshTasksRequest & dcdn.DescribeDcdnRefreshTasksRequest>;
      const { totalCount, tasks } = await client.ask({ action, method: "POST", parameters }, taskPage.wire, call);
      return { rows: [...(tasks?.cdnTask ?? []), ...(tasks?.task ?? [])], total: totalCount };
    },
    // Calls of one second may be one task, whatever their types.
    { size, key: (row) => [row.taskId, row.objectType, row.status, row.creationTime, row.objectPath].join(" ") },
  );
}

type QuotaField = keyof Wire<cdn.DescribeRefreshQuotaResponseBody & dcdn.DescribeDcdnRefreshQuotaResponseBody>;

/** The vendor's samples mix text, numbers and even the case of the names. */
const quota = z
  .record(z.string(), z.union([z.string(), z.number()]))
  .transform(
    (answer) =>
      new Map(
        Object.entries(answer).map(([key, value]) => [key.toLowerCase(), value === "" ? Number.NaN : Number(value)]),
      ),
  )
  .transform((values) => {
    const of = (quota: QuotaField, remain: QuotaField) => ({
      quota: number(values.get(quota.toLowerCase())),
      remaining: number(values.get(remain.toLowerCase())),
    });
    return {
      url: of("UrlQuota", "UrlRemain"),
      directory: of("DirQuota", "DirRemain"),
      regex: of("RegexQuota", "RegexRemain"),
      ignoreParams: of("IgnoreParamsQuota", "IgnoreParamsRemain"),
      preload: of("PreloadQuota", "PreloadRemain"),
      preloadEdge: of("PreloadEdgeQuota", "PreloadEdgeRemain"),
      block: of("BlockQuota", "BlockRemain"),
    };
  });
export type RefreshQuota = z.output<typeof quota>;

export function describeQuota(client: AlibabaClient, family: RefreshFamily, call: CallContext): Promise<RefreshQuota> {
  return client.ask({ action: family.quota, method: "POST", parameters: {} }, quota, call);
}

function number(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}
