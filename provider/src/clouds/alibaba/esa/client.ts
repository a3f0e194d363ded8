/** One function for each ESA operation: parameters in, parsed answers out. Nothing is decided here. */
import * as z from "zod";
import type { CallContext } from "../../../core/call.ts";
import { Slot } from "../../../core/context.ts";
import { AlibabaClient, type AlibabaContext, type Product } from "../client.ts";
import { esaCodes } from "./errors.ts";
import { pace, pageSize, type PurgeType } from "./limits.ts";

const product: Product = {
  name: "ESA",
  version: "2024-09-10",
  endpoint: (config) =>
    config.esaEndpoint ??
    (config.alibabaSite === "international" ? "esa.ap-southeast-1.aliyuncs.com" : "esa.cn-hangzhou.aliyuncs.com"),
  codes: esaCodes,
  pace,
};

const clientSlot = new Slot<AlibabaClient>("ESA client");

export function esaClient(context: AlibabaContext): AlibabaClient {
  return context.share(clientSlot, () => new AlibabaClient(product, context));
}

/** The vendor writes ids and counters as numbers or as text, even within one operation. */
const text = z.union([z.string(), z.number()]).transform(String);
const count = z.coerce.number();

const acknowledged = z.object({ RequestId: z.string() }).transform((answer) => answer.RequestId);

/** Answers the request's id. */
export function updateCacheTag(
  client: AlibabaClient,
  site: { siteId: string; siteVersion: number; tagName: string; caseInsensitive: "on" | "off" },
  call: CallContext,
): Promise<string> {
  const parameters = {
    SiteId: site.siteId,
    SiteVersion: String(site.siteVersion),
    TagName: site.tagName,
    CaseInsensitive: site.caseInsensitive,
  };
  // It says the whole of what shall be, so repeating it changes nothing; locks are waited for until the deadline.
  return client.ask({ action: "UpdateCacheTag", method: "POST", parameters }, acknowledged, call, "anyTime", Infinity);
}

const cacheTag = z
  .object({
    RequestId: z.string(),
    TagName: z.string().nullish(),
    CaseInsensitive: z.string().nullish(),
    SiteVersion: count.nullish(),
  })
  .transform((answer) => ({
    requestId: answer.RequestId,
    tagName: answer.TagName ?? "",
    caseInsensitive: answer.CaseInsensitive ?? "",
    siteVersion: answer.SiteVersion ?? undefined,
  }));

export function getCacheTag(
  client: AlibabaClient,
  site: { siteId: string; siteVersion: number },
  call: CallContext,
): Promise<z.output<typeof cacheTag>> {
  const parameters = { SiteId: site.siteId, SiteVersion: String(site.siteVersion) };
  return client.ask({ action: "GetCacheTag", method: "GET", parameters }, cacheTag, call);
}

const submitted = z
  .object({ RequestId: z.string(), TaskId: text })
  .transform((answer) => ({ requestId: answer.RequestId, taskId: answer.TaskId }));

export interface PurgeRequest {
  readonly siteId: string;
  readonly type: PurgeType;
  readonly content: Readonly<Record<string, unknown>>;
  readonly force: boolean | undefined;
  readonly edgeComputePurge: boolean | undefined;
}

/** Tried once: whoever sends decides what a failure means. */
export function purgeCaches(
  client: AlibabaClient,
  purge: PurgeRequest,
  call: CallContext,
): Promise<z.output<typeof submitted>> {
  const parameters = {
    SiteId: purge.siteId,
    Type: purge.type,
    Content: JSON.stringify(purge.content),
    Force: flag(purge.force),
    EdgeComputePurge: flag(purge.edgeComputePurge),
  };
  return client.once({ action: "PurgeCaches", method: "POST", parameters }, submitted, call);
}

export function preloadCaches(
  client: AlibabaClient,
  preload: { siteId: string; urls: readonly string[]; headers: Readonly<Record<string, string>> | undefined },
  call: CallContext,
): Promise<z.output<typeof submitted>> {
  const parameters = {
    SiteId: preload.siteId,
    Content: JSON.stringify(preload.urls),
    Headers: preload.headers === undefined ? undefined : JSON.stringify(preload.headers),
  };
  return client.once({ action: "PreloadCaches", method: "POST", parameters }, submitted, call);
}

const task = z
  .object({
    TaskId: text,
    Content: z.string().nullish(),
    Type: z.string().nullish(),
    Status: z.string(),
    Process: z.string().nullish(),
    CreateTime: z.string().nullish(),
    Description: z.string().nullish(),
  })
  .transform((row) => ({
    taskId: row.TaskId,
    content: row.Content ?? "",
    type: row.Type ?? "",
    status: row.Status,
    process: row.Process ?? "",
    createTime: row.CreateTime ?? "",
    description: row.Description ?? "",
  }));
export type EsaTask = z.output<typeof task>;

const taskPage = z.object({ TotalCount: count.default(0), Tasks: z.array(task).nullish() });

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
  mostPages = Infinity,
): Promise<EsaTask[]> {
  return allPages("DescribePurgeTasks", client, query, call, mostPages);
}

export function describePreloadTasks(client: AlibabaClient, query: TaskQuery, call: CallContext): Promise<EsaTask[]> {
  return allPages("DescribePreloadTasks", client, query, call, Infinity);
}

/** Every page. New tasks come first and push others to later pages, so what is seen twice counts once. */
async function allPages(
  action: "DescribePurgeTasks" | "DescribePreloadTasks",
  client: AlibabaClient,
  query: TaskQuery,
  call: CallContext,
  mostPages: number,
): Promise<EsaTask[]> {
  const rows = new Map<string, EsaTask>();
  for (let page = 1; ; page++) {
    const parameters = {
      SiteId: query.siteId,
      Type: query.type,
      Status: query.status,
      Content: query.content,
      StartTime: query.startTime,
      EndTime: query.endTime,
      PageNumber: String(page),
      PageSize: String(pageSize),
    };
    const { TotalCount, Tasks } = await client.ask({ action, method: "GET", parameters }, taskPage, call);
    for (const row of Tasks ?? []) rows.set(`${row.taskId} ${row.content}`, row);
    if ((Tasks ?? []).length < pageSize || page * pageSize >= TotalCount || page >= mostPages)
      return [...rows.values()];
  }
}

const quota = z
  .object({ Quota: count, Usage: count, Quota30Day: count.nullish(), Usage30Day: count.nullish() })
  .transform((answer) => ({
    quota: answer.Quota,
    usage: answer.Usage,
    quota30Day: answer.Quota30Day ?? undefined,
    usage30Day: answer.Usage30Day ?? undefined,
  }));

export function getPurgeQuota(
  client: AlibabaClient,
  query: { readonly siteId: string; readonly type: string },
  call: CallContext,
): Promise<z.output<typeof quota>> {
  return client.ask(
    { action: "GetPurgeQuota", method: "GET", parameters: { SiteId: query.siteId, Type: query.type } },
    quota,
    call,
  );
}

const uploadTask = z
  .object({
    UploadTaskName: z.string().nullish(),
    UploadId: text,
    CreateTime: z.string().nullish(),
    Status: z.string().nullish(),
    Type: z.string().nullish(),
    Description: z.string().nullish(),
    ErrorCode: z.string().nullish(),
  })
  .transform((row) => ({
    uploadTaskName: row.UploadTaskName ?? "",
    uploadId: row.UploadId,
    createTime: row.CreateTime ?? "",
    status: row.Status ?? "",
    type: row.Type ?? "",
    description: row.Description ?? "",
    errorCode: row.ErrorCode ?? "",
  }));

const uploadTasks = z
  .object({ RequestId: z.string(), Tasks: z.array(uploadTask).nullish() })
  .transform((answer) => ({ requestId: answer.RequestId, tasks: answer.Tasks ?? [] }));

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
): Promise<z.output<typeof uploadTasks>> {
  const parameters = { SiteId: query.siteId, Type: query.type, StartTime: query.startTime, EndTime: query.endTime };
  return client.ask({ action: "ListUploadTasks", method: "GET", parameters }, uploadTasks, call);
}

const site = z
  .object({
    SiteId: text,
    SiteName: z.string().nullish(),
    Status: z.string().nullish(),
    AccessType: z.string().nullish(),
    Coverage: z.string().nullish(),
    InstanceId: z.string().nullish(),
    PlanName: z.string().nullish(),
    PlanSpecName: z.string().nullish(),
    ResourceGroupId: z.string().nullish(),
    CnameZone: z.string().nullish(),
    VerifyCode: z.string().nullish(),
    OfflineReason: z.string().nullish(),
    NameServerList: z.string().nullish(),
    CreateTime: z.string().nullish(),
    UpdateTime: z.string().nullish(),
    VisitTime: z.string().nullish(),
    Tags: z.record(z.string(), z.unknown()).nullish(),
    VersionManagement: z.boolean().nullish(),
  })
  .transform((row) => ({
    siteId: row.SiteId,
    siteName: row.SiteName ?? "",
    status: row.Status ?? "",
    accessType: row.AccessType ?? "",
    coverage: row.Coverage ?? "",
    instanceId: row.InstanceId ?? "",
    planName: row.PlanName ?? "",
    planSpecName: row.PlanSpecName ?? "",
    resourceGroupId: row.ResourceGroupId ?? "",
    cnameZone: row.CnameZone ?? "",
    verifyCode: row.VerifyCode ?? "",
    offlineReason: row.OfflineReason ?? "",
    nameServers: (row.NameServerList ?? "").split(",").filter((name) => name !== ""),
    createTime: row.CreateTime ?? "",
    updateTime: row.UpdateTime ?? "",
    visitTime: row.VisitTime ?? "",
    tags: Object.fromEntries(Object.entries(row.Tags ?? {}).map(([key, value]) => [key, String(value)])),
    versionManagement: row.VersionManagement ?? undefined,
  }));
export type EsaSite = z.output<typeof site>;

const oneSite = z.object({ SiteModel: site }).transform((answer) => answer.SiteModel);

export function getSite(client: AlibabaClient, siteId: string, call: CallContext): Promise<EsaSite> {
  return client.ask({ action: "GetSite", method: "GET", parameters: { SiteId: siteId } }, oneSite, call);
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

const sitePage = z.object({ TotalCount: count.default(0), Sites: z.array(site).nullish() });
const sitesPerPage = 500;

export async function listSites(client: AlibabaClient, query: SiteQuery, call: CallContext): Promise<EsaSite[]> {
  const sites: EsaSite[] = [];
  for (let page = 1; ; page++) {
    const parameters = {
      SiteName: query.siteName,
      SiteSearchType: query.siteSearchType,
      Status: query.status,
      AccessType: query.accessType,
      Coverage: query.coverage,
      PlanSubscribeType: query.planSubscribeType,
      ResourceGroupId: query.resourceGroupId,
      PageNumber: String(page),
      PageSize: String(sitesPerPage),
    };
    const { TotalCount, Sites } = await client.ask({ action: "ListSites", method: "GET", parameters }, sitePage, call);
    sites.push(...(Sites ?? []));
    if ((Sites ?? []).length < sitesPerPage || sites.length >= TotalCount) return sites;
  }
}

function flag(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
