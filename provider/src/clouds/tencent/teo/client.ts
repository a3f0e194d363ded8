/** One function for each EdgeOne operation: parameters in, parsed answers out. Nothing is decided here. */
import * as z from "zod";
import type { CallContext } from "../../../core/call.ts";
import { Slot } from "../../../core/context.ts";
import { TencentClient, type TencentContext } from "../client.ts";
import { pace, pageSize, type PurgeType } from "./limits.ts";

const slot = new Slot<TencentClient>("EdgeOne client");

export function teoClient(context: TencentContext): TencentClient {
  return context.share(
    slot,
    () =>
      new TencentClient(
        {
          version: "2022-09-01",
          endpoint: (config) =>
            config.teoEndpoint ??
            (config.tencentSite === "international" ? "teo.intl.tencentcloudapi.com" : "teo.tencentcloudapi.com"),
          pace,
        },
        context,
      ),
  );
}

const submitted = z
  .object({
    JobId: z.string().nullish(),
    RequestId: z.string(),
    FailedList: z.array(z.object({ Reason: z.string().nullish(), Targets: z.array(z.string()).nullish() })).nullish(),
  })
  .transform((answer) => ({
    jobId: answer.JobId ?? "",
    requestId: answer.RequestId,
    failed: (answer.FailedList ?? []).flatMap(({ Reason, Targets }) =>
      (Targets ?? []).map((target) => ({ target, reason: Reason ?? "" })),
    ),
  }));
export type Submitted = z.output<typeof submitted>;

export interface PurgeRequest {
  readonly zoneId: string;
  readonly type: PurgeType;
  readonly method: string | undefined;
  /** Absent for purge_all. */
  readonly targets: readonly string[] | undefined;
  readonly cacheTagDomains: readonly string[] | undefined;
  readonly encodeUrl: boolean | undefined;
}

/** Tried once: whoever sends decides what a failure means. */
export function createPurgeTask(client: TencentClient, purge: PurgeRequest, call: CallContext): Promise<Submitted> {
  const parameters = {
    ZoneId: purge.zoneId,
    Type: purge.type,
    Method: purge.method,
    Targets: purge.targets,
    EncodeUrl: purge.encodeUrl,
    CacheTag: purge.cacheTagDomains === undefined ? undefined : { Domains: purge.cacheTagDomains },
  };
  return client.once("CreatePurgeTask", present(parameters), submitted, call);
}

export interface PrefetchRequest {
  readonly zoneId: string;
  readonly targets: readonly string[];
  readonly mode: string | undefined;
  readonly headers: readonly { readonly name: string; readonly value: string }[] | undefined;
  readonly prefetchMediaSegments: string | undefined;
}

export function createPrefetchTask(
  client: TencentClient,
  prefetch: PrefetchRequest,
  call: CallContext,
): Promise<Submitted> {
  const parameters = {
    ZoneId: prefetch.zoneId,
    Targets: prefetch.targets,
    Mode: prefetch.mode,
    Headers: prefetch.headers?.map(({ name, value }) => ({ Name: name, Value: value })),
    PrefetchMediaSegments: prefetch.prefetchMediaSegments,
  };
  return client.once("CreatePrefetchTask", present(parameters), submitted, call);
}

const task = z
  .object({
    JobId: z.string(),
    Target: z.string().nullish(),
    Type: z.string().nullish(),
    Method: z.string().nullish(),
    Status: z.string(),
    CreateTime: z.string().nullish(),
    UpdateTime: z.string().nullish(),
    // null in rows that failed for reasons the vendor does not tell.
    FailType: z.string().nullish(),
    FailMessage: z.string().nullish(),
  })
  .transform((row) => ({
    jobId: row.JobId,
    target: row.Target ?? "",
    type: row.Type ?? "",
    method: row.Method ?? "",
    status: row.Status,
    createTime: row.CreateTime ?? "",
    updateTime: row.UpdateTime ?? "",
    failType: row.FailType ?? "",
    failMessage: row.FailMessage ?? "",
  }));
export type TeoTask = z.output<typeof task>;

const taskPage = z.object({ TotalCount: z.number().nullish(), Tasks: z.array(task).nullish() });

export interface TaskQuery {
  readonly zoneId: string | undefined;
  readonly startTime?: string | undefined;
  readonly endTime?: string | undefined;
  readonly filters?: readonly { readonly name: string; readonly values: readonly string[] }[];
}

export type TaskList = "DescribePurgeTasks" | "DescribePrefetchTasks";

/** Every page, 1,000 rows each: the default page of 20 hides the rest. */
export async function describeTasks(
  client: TencentClient,
  action: TaskList,
  query: TaskQuery,
  call: CallContext,
): Promise<TeoTask[]> {
  const rows = new Map<string, TeoTask>();
  for (let offset = 0; ; offset += pageSize) {
    const parameters = {
      ZoneId: query.zoneId,
      StartTime: query.startTime,
      EndTime: query.endTime,
      Offset: offset,
      Limit: pageSize,
      Filters: query.filters?.map(({ name, values }) => ({ Name: name, Values: values })),
    };
    const { TotalCount, Tasks } = await client.ask(action, present(parameters), taskPage, call);
    for (const row of Tasks ?? []) rows.set(`${row.jobId} ${row.target}`, row);
    if ((Tasks ?? []).length < pageSize || offset + pageSize >= (TotalCount ?? 0)) return [...rows.values()];
  }
}

const quotaRow = z
  .object({ Type: z.string(), Batch: z.number(), Daily: z.number(), DailyAvailable: z.number() })
  .transform((row) => ({ type: row.Type, batch: row.Batch, daily: row.Daily, dailyAvailable: row.DailyAvailable }));
const contentQuota = z
  .object({ PurgeQuota: z.array(quotaRow).nullish(), PrefetchQuota: z.array(quotaRow).nullish() })
  .transform((answer) => ({ purge: answer.PurgeQuota ?? [], prefetch: answer.PrefetchQuota ?? [] }));
export type ContentQuota = z.output<typeof contentQuota>;

export function describeContentQuota(client: TencentClient, zoneId: string, call: CallContext): Promise<ContentQuota> {
  return client.ask("DescribeContentQuota", { ZoneId: zoneId }, contentQuota, call);
}

const zone = z
  .object({
    ZoneId: z.string(),
    ZoneName: z.string().nullish(),
    AliasZoneName: z.string().nullish(),
    Area: z.string().nullish(),
    Type: z.string().nullish(),
    Status: z.string().nullish(),
    ActiveStatus: z.string().nullish(),
    CnameStatus: z.string().nullish(),
    Paused: z.boolean().nullish(),
    CreatedOn: z.string().nullish(),
    ModifiedOn: z.string().nullish(),
  })
  .transform((row) => ({
    zoneId: row.ZoneId,
    zoneName: row.ZoneName ?? "",
    aliasZoneName: row.AliasZoneName ?? "",
    area: row.Area ?? "",
    type: row.Type ?? "",
    status: row.Status ?? "",
    activeStatus: row.ActiveStatus ?? "",
    cnameStatus: row.CnameStatus ?? "",
    paused: row.Paused ?? false,
    createdOn: row.CreatedOn ?? "",
    modifiedOn: row.ModifiedOn ?? "",
  }));
export type TeoZone = z.output<typeof zone>;

const zonePage = z.object({ TotalCount: z.number().nullish(), Zones: z.array(zone).nullish() });
const zonesPerPage = 100;

export async function describeZones(
  client: TencentClient,
  filters: TaskQuery["filters"],
  call: CallContext,
): Promise<TeoZone[]> {
  const zones: TeoZone[] = [];
  for (let offset = 0; ; offset += zonesPerPage) {
    const parameters = {
      Offset: offset,
      Limit: zonesPerPage,
      Filters: filters?.map(({ name, values }) => ({ Name: name, Values: values })),
    };
    const { TotalCount, Zones } = await client.ask("DescribeZones", present(parameters), zonePage, call);
    zones.push(...(Zones ?? []));
    if ((Zones ?? []).length < zonesPerPage || zones.length >= (TotalCount ?? 0)) return zones;
  }
}

/** The vendor refuses parameters it does not know, and the SDK keeps keys whose value is undefined out of the body. */
function present(parameters: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));
}
