/** PreloadCaches. The rows are listed by DescribePreloadTasks. */
import * as z from "zod";
import type { AlibabaCall, AlibabaOperation } from "../operation.ts";
import { httpHost } from "../../urls.ts";
import { prefetchKey, taskEnd } from "../../tasks.ts";
import type { Esa } from "./context.ts";
import * as errors from "./errors.ts";
import { quotaError } from "./purge.ts";
import * as set from "./settings.ts";
import { type Site, ownSite, servesHost } from "./sites.ts";

export function preloadCaches(esa: Esa): AlibabaOperation {
  return {
    methods: ["POST"],
    perSecond: set.perSecond,
    run(call) {
      const { settings } = esa.tenant;
      const site = ownSite(esa.sites, call.params.requiredId("SiteId"), call.account);
      const urls = readJson(call.params.required("Content"), z.array(z.string()).min(1));
      const headersText = call.params.get("Headers");
      const headers = headersText ? readJson(headersText, z.record(z.string(), z.string())) : {};
      if (urls.length > settings.limit(set.preloadBatch)) throw errors.invalidParameters;
      checkHosts(site, urls);
      if (!takePreloadQuota(esa, site, urls.length)) throw quotaError(esa);
      const id = startPreload(esa, call, site, urls, headers);
      const asNumber = call.faults.has("numericTaskId") || settings.switch(set.preloadTaskId) === "number";
      return { TaskId: asNumber ? Number(id) : id };
    },
  };
}

export function takePreloadQuota(esa: Esa, site: Site, count: number): boolean {
  return esa.quotas.take(`${site.siteId}/preload`, count, esa.tenant.settings.limit(set.preloadDaily));
}

/** Makes the task and orders the fetching; returns the task's id. */
export function startPreload(
  esa: Esa,
  call: Pick<AlibabaCall, "account" | "requestId" | "faults">,
  site: Site,
  urls: readonly string[],
  headers: Readonly<Record<string, string>>,
): string {
  const { clock, random, settings, edge } = esa.tenant;
  const id = random.digits(11);
  const now = clock.now();
  const { completesAt, failures } = taskEnd(call.faults, urls, "Internal Error", now + settings.limit(set.preloadMs));
  esa.tasks.add({
    id,
    account: call.account,
    requestId: call.requestId,
    scope: site.siteId,
    kind: "prefetch",
    type: "preload",
    method: "",
    targets: urls,
    createdAt: now,
    startsAt: now,
    completesAt,
    failures,
  });
  if (completesAt !== null) {
    // this operation warms the gzip variant unless told otherwise
    const asked = Object.keys(headers).some((name) => name.toLowerCase() === "accept-encoding")
      ? headers
      : { ...headers, "Accept-Encoding": "gzip" };
    const wanted = urls.filter((url) => !failures.has(url));
    edge.prefetch({ key: prefetchKey("esa", id), urls: wanted, headers: asked, at: completesAt });
  }
  return id;
}

function checkHosts(site: Site, urls: readonly string[]): void {
  for (const url of urls) {
    const host = httpHost(url);
    if (host === undefined) throw errors.invalidUrls;
    if (!servesHost(site, host)) throw errors.recordNotInSite;
  }
}

function readJson<Value>(text: string, schema: z.ZodType<Value>): Value {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw errors.invalidContent;
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw errors.invalidParameters;
  return parsed.data;
}
