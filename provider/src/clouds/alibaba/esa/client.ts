/** One function for each ESA operation: parameters in, parsed answers out. Nothing is decided here. */
import type esaSdk from "@alicloud/esa20240910";
import type * as sdk from "@alicloud/esa20240910";
import type { CallContext } from "../../../core/call.ts";
import { Slot } from "../../../core/context.ts";
import { allPages } from "../../../core/pages.ts";
import type { JsonParameters } from "../../models.ts";
import {
  count,
  id,
  ids,
  named,
  optionalCount,
  optionalFlag,
  required,
  row,
  rows,
  text,
  textMap,
  texts,
  type RowOf,
} from "../../rows.ts";
import { AlibabaClient, type AlibabaContext, type Product } from "../client.ts";
import { esaCodes } from "./errors.ts";
import { pace, pageSize, type PurgeType } from "./limits.ts";
import type { UnreleasedOperations, UnreleasedQuota } from "./unreleased.ts";
import { boolean, requestsOf } from "../request.ts";

const product: Product = {
  name: "ESA",
  version: "2024-09-10",
  endpoint: (config) =>
    config.esaEndpoint ??
    (config.alibabaSite === "international" ? "esa.ap-southeast-1.aliyuncs.com" : "esa.cn-hangzhou.aliyuncs.com"),
  codes: esaCodes,
  pace,
};

export const esa = requestsOf<esaSdk.default & UnreleasedOperations>();

const clientSlot = new Slot<AlibabaClient>("ESA client");

export function esaClient(context: AlibabaContext): AlibabaClient {
  return context.share(clientSlot, () => new AlibabaClient(product, context));
}

export const requestId = id("The vendor's id of the request.");

const acknowledged = row<sdk.UpdateCacheTagResponseBody>()({ RequestId: requestId });

/** Answers the request's id. */
export async function updateCacheTag(
  client: AlibabaClient,
  site: { siteId: string; siteVersion: number; tagName: string; caseInsensitive: "on" | "off" },
  call: CallContext,
): Promise<string> {
  const request = esa("POST", "UpdateCacheTag", {
    SiteId: site.siteId,
    SiteVersion: String(site.siteVersion),
    TagName: site.tagName,
    CaseInsensitive: site.caseInsensitive,
  });
  // It sends the whole setting, so repeating it changes nothing; locks are waited for until the deadline.
  return (await client.ask(request, acknowledged.wire, call, "anyTime", Infinity)).requestId;
}

export const cacheTag = row<sdk.GetCacheTagResponseBody>()({
  TagName: text("Name of the header; `Cache-Tag` where nothing was set."),
  CaseInsensitive: text("`on` or `off`."),
  SiteVersion: optionalCount("The version that was read."),
  RequestId: requestId,
});

export function getCacheTag(client: AlibabaClient, site: { siteId: string; siteVersion: number }, call: CallContext) {
  const request = esa("GET", "GetCacheTag", { SiteId: site.siteId, SiteVersion: String(site.siteVersion) });
  return client.ask(request, cacheTag.wire, call);
}

const submitted = row<sdk.PurgeCachesResponseBody & sdk.PreloadCachesResponseBody>()({
  RequestId: requestId,
  TaskId: named("taskIds", ids()),
});

export type PurgeContent = JsonParameters<sdk.PurgeCachesRequestContent>;

export interface PurgeRequest {
  readonly siteId: string;
  readonly type: PurgeType;
  readonly content: PurgeContent;
  readonly force: boolean | undefined;
  readonly edgeComputePurge: boolean | undefined;
}

/** Tried once: the submit queue decides what a failure means. */
export function purgeCaches(client: AlibabaClient, purge: PurgeRequest, call: CallContext) {
  const request = esa("POST", "PurgeCaches", {
    SiteId: purge.siteId,
    Type: purge.type,
    Content: JSON.stringify(purge.content),
    Force: boolean(purge.force),
    EdgeComputePurge: boolean(purge.edgeComputePurge),
  });
  return client.once(request, submitted.wire, call);
}

export function preloadCaches(
  client: AlibabaClient,
  preload: { siteId: string; urls: readonly string[]; headers: Readonly<Record<string, string>> | undefined },
  call: CallContext,
) {
  const request = esa("POST", "PreloadCaches", {
    SiteId: preload.siteId,
    Content: JSON.stringify(preload.urls satisfies JsonParameters<sdk.PreloadCachesRequest>["Content"]),
    Headers: preload.headers === undefined ? undefined : JSON.stringify(preload.headers),
  });
  return client.once(request, submitted.wire, call);
}

export const task = row<sdk.DescribePurgeTasksResponseBodyTasks>()({
  TaskId: id("Id of the task."),
  Content: text("The target."),
  Type: text("Type of the target; empty for prefetches."),
  Status: required("`Refreshing`, `Complete` or `Failed`."),
  Process: text("Progress, such as `100%`."),
  CreateTime: text("When it was made, as the vendor writes it."),
  Description: text("Why it failed."),
});
export type EsaTask = RowOf<typeof task>;

const taskPage = row<sdk.DescribePurgeTasksResponseBody & sdk.DescribePreloadTasksResponseBody>()({
  TotalCount: optionalCount(),
  Tasks: rows(task),
});

export interface TaskQuery {
  readonly siteId: string | undefined;
  /** Absent for prefetch tasks, which have a list of their own. */
  readonly type?: string | undefined;
  readonly status?: string | undefined;
  readonly content?: string | undefined;
  /** Both or neither; RFC 3339. */
  readonly startTime?: string | undefined;
  readonly endTime?: string | undefined;
}

export function describePurgeTasks(
  client: AlibabaClient,
  query: TaskQuery,
  call: CallContext,
  mostPages?: number,
): Promise<EsaTask[]> {
  return describeTasks("DescribePurgeTasks", client, query, call, mostPages);
}

export function describePreloadTasks(client: AlibabaClient, query: TaskQuery, call: CallContext): Promise<EsaTask[]> {
  return describeTasks("DescribePreloadTasks", client, query, call);
}

function describeTasks(
  action: "DescribePurgeTasks" | "DescribePreloadTasks",
  client: AlibabaClient,
  query: TaskQuery,
  call: CallContext,
  mostPages?: number,
): Promise<EsaTask[]> {
  return allPages(
    async (page) => {
      const request = esa("GET", action, {
        SiteId: query.siteId,
        Type: query.type,
        Status: query.status,
        Content: query.content,
        StartTime: query.startTime,
        EndTime: query.endTime,
        PageNumber: String(page + 1),
        PageSize: String(pageSize),
      });
      const { totalCount, tasks } = await client.ask(request, taskPage.wire, call);
      return { rows: tasks, total: totalCount };
    },
    {
      size: pageSize,
      key: (row) => [row.taskId, row.type, row.status, row.createTime, row.content].join(" "),
      mostPages,
    },
  );
}

export const quota = row<sdk.GetPurgeQuotaResponseBody & UnreleasedQuota>()({
  Quota: count("Allowed a day."),
  Usage: count("Used today."),
  Quota30Day: optionalCount("Allowed in 30 days; 0 or absent where the plan has no such limit."),
  Usage30Day: optionalCount("Used in the last 30 days."),
});

export function getPurgeQuota(
  client: AlibabaClient,
  query: { readonly siteId: string; readonly type: string },
  call: CallContext,
) {
  return client.ask(esa("GET", "GetPurgeQuota", { SiteId: query.siteId, Type: query.type }), quota.wire, call);
}

export const uploadTask = row<sdk.ListUploadTasksResponseBodyTasks>()({
  UploadTaskName: text("Name of the task."),
  UploadId: id("Id of the upload; a 64-bit number, so kept as text."),
  CreateTime: text("When it was made."),
  Status: text("`Complete`, `Refreshing` or `Failed`."),
  Type: text("Type of the targets."),
  Description: text("What the vendor says about it."),
  ErrorCode: text("Codes separated by commas: `InvalidUrl`, `InvalidDomain`, `QuotaExcess`, `OtherErrors`."),
});

const uploadTasks = row<sdk.ListUploadTasksResponseBody>()({ RequestId: requestId, Tasks: rows(uploadTask) });

/** Answered whole: this list has no pages. */
export function listUploadTasks(
  client: AlibabaClient,
  query: {
    readonly siteId: string;
    readonly type: string | undefined;
    readonly startTime: string;
    readonly endTime: string;
  },
  call: CallContext,
) {
  const request = esa("GET", "ListUploadTasks", {
    SiteId: query.siteId,
    Type: query.type,
    StartTime: query.startTime,
    EndTime: query.endTime,
  });
  return client.ask(request, uploadTasks.wire, call);
}

export const site = row<sdk.GetSiteResponseBodySiteModel & sdk.ListSitesResponseBodySites>()({
  SiteId: id("Id of the site."),
  SiteName: text("Name of the site: its domain."),
  Status: text("`pending`, `active`, `offline` or `moved`."),
  AccessType: text("`NS` or `CNAME`."),
  Coverage: text("`domestic`, `global` or `overseas`."),
  InstanceId: text("Id of the plan instance."),
  PlanName: text("Name of the plan."),
  PlanSpecName: text("Specification of the plan."),
  ResourceGroupId: text("Id of the resource group."),
  CnameZone: text("Zone of the CNAMEs."),
  VerifyCode: text("Code that proves the ownership of the domain."),
  OfflineReason: text("Why the site is offline."),
  NameServerList: named("nameServers", texts("Name servers to delegate the domain to.")),
  CreateTime: text("When it was made."),
  UpdateTime: text("When it was changed last."),
  VisitTime: text("When it was visited last."),
  Tags: textMap("The resource's tags."),
  VersionManagement: optionalFlag("Whether version management is on; told by `getSite` only."),
});
type Site = RowOf<typeof site>;

const oneSite = row<sdk.GetSiteResponseBody>()({ SiteModel: site });

export async function getSite(client: AlibabaClient, siteId: string, call: CallContext): Promise<Site> {
  return (await client.ask(esa("GET", "GetSite", { SiteId: siteId }), oneSite.wire, call)).siteModel;
}

export interface SiteQuery {
  readonly siteName?: string | undefined;
  readonly siteSearchType?: string | undefined;
  readonly status?: string | undefined;
  readonly accessType?: string | undefined;
  readonly coverage?: string | undefined;
  readonly planSubscribeType?: string | undefined;
  readonly resourceGroupId?: string | undefined;
}

const sitePage = row<sdk.ListSitesResponseBody>()({ TotalCount: optionalCount(), Sites: rows(site) });
const sitesPerPage = 500;

export function listSites(client: AlibabaClient, query: SiteQuery, call: CallContext): Promise<Site[]> {
  return allPages(
    async (page) => {
      const request = esa("GET", "ListSites", {
        SiteName: query.siteName,
        SiteSearchType: query.siteSearchType,
        Status: query.status,
        AccessType: query.accessType,
        Coverage: query.coverage,
        PlanSubscribeType: query.planSubscribeType,
        ResourceGroupId: query.resourceGroupId,
        PageNumber: String(page + 1),
        PageSize: String(sitesPerPage),
      });
      const { totalCount, sites } = await client.ask(request, sitePage.wire, call);
      return { rows: sites, total: totalCount };
    },
    { size: sitesPerPage, key: ({ siteId }) => siteId },
  );
}
