/** One function for each EdgeOne operation: parameters in, parsed answers out. Nothing is decided here. */
import type { teo as teoSdk } from "tencentcloud-sdk-nodejs-teo";
import type * as sdk from "tencentcloud-sdk-nodejs-teo/tencentcloud/services/teo/v20220901/teo_models.js";
import type { CallContext } from "../../../core/call.ts";
import { Slot } from "../../../core/context.ts";
import { allPages } from "../../../core/pages.ts";
import { count, flag, id, list, named, optionalCount, required, row, rows, text, type RowOf } from "../../rows.ts";
import { requestsOf, TencentClient, type TencentContext } from "../client.ts";
import { pace, pageSize, type PurgeType } from "./limits.ts";

const slot = new Slot<TencentClient>("EdgeOne client");

export function teoClient(context: TencentContext): TencentClient {
  return context.share(
    slot,
    () =>
      new TencentClient(
        {
          name: "EdgeOne",
          load: async () => (await import("tencentcloud-sdk-nodejs-teo")).default.teo.v20220901.Client,
          endpoint: (config) =>
            config.teoEndpoint ??
            (config.tencentSite === "international" ? "teo.intl.tencentcloudapi.com" : "teo.tencentcloudapi.com"),
          pace,
        },
        context,
      ),
  );
}

const teo = requestsOf<InstanceType<typeof teoSdk.v20220901.Client>>();

const failure = row<sdk.FailReason>()({ Reason: text(), Targets: list() });
const submitted = row<sdk.CreatePurgeTaskResponse & sdk.CreatePrefetchTaskResponse>()({
  JobId: text(),
  RequestId: required(),
  FailedList: rows(failure),
});

export interface Submitted {
  readonly jobId: string;
  readonly requestId: string;
  readonly failed: readonly { readonly target: string; readonly reason: string }[];
}

function toSubmitted({ jobId, requestId, failedList }: RowOf<typeof submitted>): Submitted {
  const failed = failedList.flatMap(({ reason, targets }) =>
    // One that names nothing refuses something all the same.
    (targets.length === 0 ? [""] : targets).map((target) => ({ target, reason })),
  );
  return { jobId, requestId, failed };
}

export interface PurgeRequest {
  readonly zoneId: string;
  readonly type: PurgeType;
  readonly method: string | undefined;
  /** Absent for purge_all. */
  readonly targets: readonly string[] | undefined;
  readonly cacheTagDomains: readonly string[] | undefined;
  readonly encodeUrl: boolean | undefined;
}

/** Tried once: the submit queue decides what a failure means. */
export async function createPurgeTask(
  client: TencentClient,
  purge: PurgeRequest,
  call: CallContext,
): Promise<Submitted> {
  const request = teo("CreatePurgeTask", {
    ZoneId: purge.zoneId,
    Type: purge.type,
    Method: purge.method,
    Targets: purge.targets,
    EncodeUrl: purge.encodeUrl,
    CacheTag: purge.cacheTagDomains === undefined ? undefined : { Domains: purge.cacheTagDomains },
  });
  return toSubmitted(await client.once(request, submitted.wire, call));
}

export interface PrefetchRequest {
  readonly zoneId: string;
  readonly targets: readonly string[];
  readonly mode: string | undefined;
  readonly headers: readonly { readonly name: string; readonly value: string }[] | undefined;
  readonly prefetchMediaSegments: string | undefined;
}

export async function createPrefetchTask(
  client: TencentClient,
  prefetch: PrefetchRequest,
  call: CallContext,
): Promise<Submitted> {
  const request = teo("CreatePrefetchTask", {
    ZoneId: prefetch.zoneId,
    Targets: prefetch.targets,
    Mode: prefetch.mode,
    Headers: prefetch.headers?.map(({ name, value }) => ({ Name: name, Value: value })),
    PrefetchMediaSegments: prefetch.prefetchMediaSegments,
  });
  return toSubmitted(await client.once(request, submitted.wire, call));
}

export const task = row<sdk.Task>()({
  JobId: id("Id of the job."),
  Target: text("The target."),
  Type: text("Type of the target."),
  Method: text("`invalidate` or `delete`; empty for prefetches."),
  Status: required("`processing`, `success`, `failed`, `timeout`, `canceled` or, for prefetches, `invalid`."),
  CreateTime: text("When it was made."),
  UpdateTime: text("When its state changed last."),
  // null in rows that failed for reasons the vendor does not tell.
  FailType: text("Why it failed, as a code."),
  FailMessage: text("Why it failed."),
});
export type TeoTask = RowOf<typeof task>;

const taskPage = row<sdk.DescribePurgeTasksResponse & sdk.DescribePrefetchTasksResponse>()({
  TotalCount: optionalCount(),
  Tasks: rows(task),
});

export interface Filter {
  readonly name: string;
  readonly values: readonly string[];
}

export interface TaskQuery {
  readonly zoneId: string | undefined;
  readonly startTime?: string | undefined;
  readonly endTime?: string | undefined;
  readonly filters?: readonly Filter[];
}

export type TaskList = "DescribePurgeTasks" | "DescribePrefetchTasks";

/** 1,000 rows a page: the default page of 20 hides the rest. */
export function describeTasks(
  client: TencentClient,
  action: TaskList,
  query: TaskQuery,
  call: CallContext,
): Promise<TeoTask[]> {
  return allPages(
    async (_page, before) => {
      const request = teo(action, {
        ZoneId: query.zoneId,
        StartTime: query.startTime,
        EndTime: query.endTime,
        Offset: before,
        Limit: pageSize,
        Filters: query.filters?.map(toWire),
      });
      const { totalCount, tasks } = await client.ask(request, taskPage.wire, call);
      return { rows: tasks, total: totalCount };
    },
    { size: pageSize, key: ({ jobId, target, status }) => `${jobId} ${status} ${target}` },
  );
}

function toWire({ name, values }: Filter) {
  return { Name: name, Values: values };
}

export const quota = row<sdk.Quota>()({
  Type: required("Type of the targets."),
  Batch: count("Most targets in one submission."),
  Daily: count("Allowed a day."),
  DailyAvailable: count("Left today."),
});

const contentQuota = row<sdk.DescribeContentQuotaResponse>()({
  PurgeQuota: named("purge", rows(quota)),
  PrefetchQuota: named("prefetch", rows(quota)),
});
export type ContentQuota = RowOf<typeof contentQuota>;

export function describeContentQuota(client: TencentClient, zoneId: string, call: CallContext): Promise<ContentQuota> {
  return client.ask(teo("DescribeContentQuota", { ZoneId: zoneId }), contentQuota.wire, call);
}

export const zone = row<sdk.Zone>()({
  ZoneId: id("Id of the zone."),
  ZoneName: text("Name of the zone: its domain."),
  AliasZoneName: text("Name that tells zones of one domain apart."),
  Area: text("`global`, `mainland` or `overseas`."),
  Type: text("How the zone is connected: `full`, `partial`, …"),
  Status: text("State of the delegation."),
  ActiveStatus: text("State of the service."),
  CnameStatus: text("State of the CNAME."),
  Paused: flag("Whether the zone is paused."),
  CreatedOn: text("When it was made."),
  ModifiedOn: text("When it was changed last."),
});

const zonePage = row<sdk.DescribeZonesResponse>()({ TotalCount: optionalCount(), Zones: rows(zone) });
const zonesPerPage = 100;

export function describeZones(
  client: TencentClient,
  filters: readonly Filter[] | undefined,
  call: CallContext,
): Promise<RowOf<typeof zone>[]> {
  return allPages(
    async (_page, before) => {
      const request = teo("DescribeZones", {
        Offset: before,
        Limit: zonesPerPage,
        Filters: filters?.map(toWire),
      });
      const { totalCount, zones } = await client.ask(request, zonePage.wire, call);
      return { rows: zones, total: totalCount };
    },
    { size: zonesPerPage, key: ({ zoneId }) => zoneId },
  );
}
