/** PurgeCaches and GetPurgeQuota. */
import * as z from "zod";
import { type PurgeMatch, hostMatches } from "../../../ports/edge.ts";
import { type Task, taskEnd } from "../../tasks.ts";
import type { ApiError } from "../../../ports/api-error.ts";
import type { AlibabaCall, AlibabaOperation } from "../operation.ts";
import { wrongParameter } from "../errors.ts";
import { httpHost } from "../../urls.ts";
import type { Esa } from "./context.ts";
import * as errors from "./errors.ts";
import * as set from "./settings.ts";
import { type Site, ownSite, tagRule } from "./sites.ts";

/** One item of a purge: how its row names it, what the edge forgets, the host it must belong to. */
interface Item {
  readonly content: string;
  readonly match: PurgeMatch;
  readonly host?: string;
}

export function purgeCaches(esa: Esa): AlibabaOperation {
  return {
    methods: ["POST"],
    perSecond: set.perSecond,
    run(call) {
      const site = ownSite(esa.sites, call.params.requiredId("SiteId"), call.account);
      const type = purgeType(esa, call.params.required("Type"));
      const force = call.params.boolean("Force", false) || type === "file" || type === "cachekey";
      const edgeCompute = call.params.boolean("EdgeComputePurge", false);
      const items = readItems(esa, site, type, call.params.required("Content"));
      checkItems(esa, site, type, items);
      takeQuota(esa, site, type, items.length);

      const task = newTask(esa, call, site, type, force, items);
      esa.tasks.add(task);
      if (task.completesAt !== null) {
        esa.tenant.edge.purge({
          requestId: call.requestId,
          matches: items.filter((item) => !task.failures.has(item.content)).map((item) => item.match),
          hosts: site.records,
          mode: force ? "delete" : "invalidate",
          ...(edgeCompute ? { stores: ["*"] } : {}),
          from: task.createdAt,
          until: task.completesAt,
        });
      }
      return { TaskId: call.faults.has("numericTaskId") ? Number(task.id) : task.id };
    },
  };
}

export function getPurgeQuota(esa: Esa): AlibabaOperation {
  return {
    methods: ["GET", "POST"],
    perSecond: set.perSecond,
    permission: set.purgeQuotaPermission,
    run(call) {
      const site = ownSite(esa.sites, call.params.requiredId("SiteId"), call.account);
      const type = purgeType(esa, call.params.get("Type") || "file");
      if (type === "cachekey") throw errors.invalidParameters;
      const quota = esa.tenant.settings.limit(set.quotaLimit(site.plan, type));
      return {
        Quota: String(quota),
        Usage: String(esa.quotas.used(quotaKey(site, type))),
        Quota30Day: "0",
        Usage30Day: "0",
      };
    },
  };
}

/** Takes from the site's daily quota, or answers that it is used up. Uploads use it too. */
export function takeQuota(esa: Esa, site: Site, type: set.PurgeType, count: number): void {
  const quota = esa.tenant.settings.limit(set.quotaLimit(site.plan, type));
  if (!esa.quotas.take(quotaKey(site, type), count, quota)) throw quotaError(esa);
}

export function quotaError(esa: Esa): ApiError {
  return esa.tenant.settings.switch(set.quotaCode) === "QuotaExceeded" ? errors.quotaExceeded : errors.quotaOver;
}

export function quotaKey(site: Site, type: string): string {
  return `${site.siteId}/${type}`;
}

function purgeType(esa: Esa, text: string): set.PurgeType {
  const type = set.purgeTypes.find((known) => known === text);
  if (type) return type;
  const named = esa.tenant.settings.switch(set.invalidTypeCode) === "InvalidType";
  throw named ? wrongParameter("Type") : errors.invalidParameters;
}

const contentSchema = z.looseObject({
  Files: z.array(z.string()).optional(),
  CacheKeys: z
    .array(z.looseObject({ Url: z.string(), Headers: z.record(z.string(), z.string()).optional() }))
    .optional(),
  CacheTags: z.array(z.string()).optional(),
  Directories: z.array(z.string()).optional(),
  IgnoreParams: z.array(z.string()).optional(),
  Hostnames: z.array(z.string()).optional(),
  PurgeAll: z.boolean().optional(),
});

function readItems(esa: Esa, site: Site, type: set.PurgeType, text: string): Item[] {
  const content = parseContent(text);
  const required = <Value>(values: Value[] | undefined): Value[] => {
    if (!values || values.length === 0) throw errors.invalidParameters;
    return values;
  };
  switch (type) {
    case "file":
      return required(content.Files).map((url) => ({ content: url, match: { by: "url", url }, host: urlHost(url) }));
    case "cachekey":
      return required(content.CacheKeys).map(({ Url: url, Headers: headers = {} }) => ({
        content: url,
        match: { by: "cacheKey", url, headers },
        host: urlHost(url),
      }));
    case "cachetag":
      return required(content.CacheTags).map((tag) => ({
        content: tag,
        match: { by: "tag", tag: tagRule(site).caseInsensitive ? tag.toLowerCase() : tag },
      }));
    case "directory":
      return required(content.Directories).map((url) => {
        if (!url.endsWith("/")) throw errors.invalidUrls;
        return { content: url, match: { by: "prefix", url }, host: urlHost(url) };
      });
    case "ignoreParams":
      return required(content.IgnoreParams).map((url) => ({
        content: url,
        match: { by: "ignoreParams", url },
        host: urlHost(url),
      }));
    case "hostname":
      return required(content.Hostnames).map((host) => ({ content: host, match: { by: "host", host }, host }));
    case "purgeall":
      if (content.PurgeAll !== true) throw errors.invalidParameters;
      return [{ content: allContent(esa, site), match: { by: "all" } }];
  }
}

function allContent(esa: Esa, site: Site): string {
  return esa.tenant.settings.switch(set.purgeAllContent) === "siteName" ? site.siteName : "";
}

function parseContent(text: string): z.output<typeof contentSchema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw errors.invalidContent;
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw errors.invalidContent;
  const parsed = contentSchema.safeParse(json);
  if (!parsed.success) throw errors.invalidParameters;
  return parsed.data;
}

function checkItems(esa: Esa, site: Site, type: set.PurgeType, items: readonly Item[]): void {
  if (items.length > esa.tenant.settings.limit(set.batchLimit(type))) throw errors.invalidParameters;
  const hosts = new Set(items.flatMap((item) => (item.host === undefined ? [] : [item.host])));
  if (hosts.size > esa.tenant.settings.limit(set.purgeDomains)) {
    const named = esa.tenant.settings.switch(set.domainsCode) === "DomainNameOverLimit";
    throw named ? errors.domainOverLimit : errors.invalidParameters;
  }
  for (const host of hosts) {
    if (host.includes("*")) throw errors.invalidParameters;
    if (!hostMatches(host, site.records)) throw errors.recordNotInSite;
  }
}

function urlHost(url: string): string {
  const host = httpHost(url);
  if (host === undefined) throw errors.invalidUrls;
  return host;
}

function newTask(esa: Esa, call: AlibabaCall, site: Site, type: string, force: boolean, items: readonly Item[]): Task {
  const now = esa.tenant.clock.now();
  const targets = items.map((item) => item.content);
  return {
    id: esa.tenant.random.digits(11),
    account: call.account,
    requestId: call.requestId,
    scope: site.siteId,
    kind: "purge",
    type,
    method: force ? "delete" : "invalidate",
    targets,
    createdAt: now,
    startsAt: now,
    ...taskEnd(call.faults, targets, "Internal Error", now + esa.tenant.settings.limit(set.purgeMs)),
  };
}
