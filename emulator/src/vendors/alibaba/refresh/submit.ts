/** Accepting purges and preloads: limits, quotas, tasks, orders to the edge. */
import { type PurgeMatch } from "../../../ports/edge.ts";
import { prefetchKey, taskEnd } from "../../tasks.ts";
import type { AlibabaCall } from "../operation.ts";
import { isHostName } from "../../urls.ts";
import type { Refresh } from "./context.ts";
import { type Domain, ownDomain } from "./domains.ts";
import * as errors from "./errors.ts";
import { type ObjectType, type TaskType, objectTypes } from "./flavor.ts";
import { dailyLimit } from "./limits.ts";

export interface Target {
  readonly url: string;
  readonly domain: string;
}

/** The lines of ObjectPath. A comma is no separator: it belongs to the path. */
export function readTargets(refresh: Refresh, call: AlibabaCall, type: ObjectType | "Preload"): Target[] {
  const text = call.params.get("ObjectPath");
  if (text === undefined || text.trim() === "") throw errors.missing("ObjectPath");
  const urls = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  checkCount(refresh, type, urls.length);
  const targets = urls.map((url) => readTarget(refresh, type, url));
  const domains = new Set(targets.map(({ domain }) => domain));
  for (const domain of domains) ownDomain(refresh.domains, domain, call.account);
  if (domains.size > refresh.tenant.settings.limit(refresh.flavor.limits.domains)) throw errors.invalidParameters;
  return targets;
}

export function readObjectType({ tenant, flavor }: Refresh, text: string | undefined): ObjectType {
  if (text === undefined || text === "") return "File";
  const word = tenant.settings.switch(flavor.switches.ignoreParamsWord);
  if (text === "ExQuery" && word !== "IgnoreParams") return "IgnoreParams";
  const type = objectTypes.find((known) => known === text);
  if (!type || (type === "IgnoreParams" && word === "ExQuery")) throw errors.objectTypeMalformed;
  return type;
}

/** Takes the minute window of each domain, the queue and the day's quota, or refuses the whole call. */
export function takeRefreshQuota(
  refresh: Refresh,
  call: AlibabaCall,
  type: ObjectType,
  targets: readonly Target[],
): void {
  const { tenant, flavor, quotas, tasks } = refresh;
  const { limits } = flavor;
  const now = tenant.clock.now();
  const waiting = tasks.pending(now, (task) => task.kind === "purge" && task.account === call.account);
  if (waiting + targets.length > tenant.settings.limit(limits.refreshQueue)) throw errors.refreshQueueFull;
  const counts = new Map<string, number>();
  for (const { domain } of targets) counts.set(domain, (counts.get(domain) ?? 0) + 1);
  const window = (domain: string): string => `${flavor.name}/minute/${call.account}/${domain}`;
  if (type === "File") {
    const most = tenant.settings.limit(limits.urlsPerMinute);
    for (const [domain, count] of counts) {
      if (tenant.windows.seen(window(domain), 60_000) + count > most) throw errors.minuteQuota;
    }
  }
  const daily = dailyLimit(flavor, tenant.settings, type);
  if (!quotas.take(`${call.account}/${type}`, targets.length, daily)) throw errors.refreshQuota;
  if (type === "File") for (const [domain, count] of counts) tenant.windows.count(window(domain), 60_000, count);
}

export function takePreloadQuota(refresh: Refresh, call: AlibabaCall, count: number): void {
  const { tenant, flavor, quotas, tasks } = refresh;
  const waiting = tasks.pending(
    tenant.clock.now(),
    (task) => task.kind === "prefetch" && task.account === call.account,
  );
  if (waiting + count > tenant.settings.limit(flavor.limits.preloadQueue))
    throw errors.preloadQueueFull.with({ status: Number(tenant.settings.switch(flavor.switches.preloadQueueStatus)) });
  const daily = tenant.settings.limit(flavor.limits.preloadDaily);
  if (!quotas.take(`${call.account}/Preload`, count, daily)) throw flavor.preloadOverDaily;
}

export interface Submission {
  readonly kind: "purge" | "prefetch";
  readonly type: TaskType;
  readonly force: boolean;
  readonly targets: readonly Target[];
  readonly match: (target: string) => PurgeMatch;
  readonly headers?: Readonly<Record<string, string>>;
  /** Part of the id's group beside the domain, for ids that do not merge with others. */
  readonly group?: string;
  /** Not to be found by the task operations. */
  readonly unlisted?: boolean;
  /** Which stores of a domain it touches; absent: the one that every visitor fills. */
  readonly stores?: (domain: Domain) => readonly string[];
  /** Domains beside its own whose nodes it reaches too. */
  readonly merged?: readonly Domain[];
}

/** Makes the tasks and returns their ids as the API does: comma separated. */
export function submit(refresh: Refresh, call: AlibabaCall, submission: Submission): string {
  const { tenant, flavor, ids } = refresh;
  const { kind, type, force, group = "" } = submission;
  const { limits } = flavor;
  const now = tenant.clock.now();
  const most = tenant.settings.limit(kind === "purge" ? limits.refreshMerge : limits.preloadMerge);
  const duration = tenant.settings.limit(kind === "purge" ? limits.refreshMs : limits.preloadMs);
  const used: string[] = [];
  for (const [domain, urls] of byDomain(submission.targets)) {
    const parts = ids.assign(`${call.account}/${kind}/${group}/${domain}`, now, urls, most);
    for (const { id, targets } of parts) {
      if (!used.includes(id)) used.push(id);
      const { completesAt, failures } = taskEnd(call.faults, targets, flavor.descriptions.internal, now + duration);
      refresh.tasks.add({
        id,
        account: call.account,
        requestId: call.requestId,
        scope: submission.unlisted ? `unlisted ${domain}` : domain,
        kind,
        type,
        method: force ? "delete" : "invalidate",
        targets,
        createdAt: now,
        // a tenth of its time a task waits in the queue
        startsAt: now + Math.floor(duration / 10),
        completesAt,
        failures,
      });
      if (completesAt === null) continue;
      const good = targets.filter((target) => !failures.has(target));
      if (kind === "purge") {
        const mode = force ? "delete" : "invalidate";
        const own = refresh.domains.get(domain);
        tenant.edge.purge({
          requestId: call.requestId,
          matches: good.map(submission.match),
          hosts: [domain],
          mode,
          ...(own && submission.stores ? { stores: submission.stores(own) } : {}),
          nodes: nodesOf(own, submission.merged ?? []),
          from: now,
          until: completesAt,
        });
      } else {
        const headers = submission.headers ?? {};
        tenant.edge.prefetch({ key: prefetchKey(flavor.name, id), urls: good, headers, at: completesAt });
      }
    }
  }
  return used.join(",");
}

/** Undefined: every node. */
function nodesOf(own: Domain | undefined, merged: readonly Domain[]): readonly string[] | undefined {
  const all = [own?.nodes, ...merged.map(({ nodes }) => nodes)];
  return all.includes(undefined) ? undefined : all.flatMap((nodes) => nodes ?? []);
}

function byDomain(targets: readonly Target[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { domain, url } of targets) {
    const group = groups.get(domain);
    if (group) group.push(url);
    else groups.set(domain, [url]);
  }
  return groups;
}

function checkCount(refresh: Refresh, type: ObjectType | "Preload", count: number): void {
  const { settings } = refresh.tenant;
  const { limits, preloadOverBatch } = refresh.flavor;
  if (type === "Preload") {
    if (count > settings.limit(limits.preloadBatch)) throw preloadOverBatch;
  } else if (count > settings.limit(limits.batch[type])) throw errors.overLimit;
}

export function hostOf(url: string): string | undefined {
  return /^(?:https?:\/\/)?([^/?#\s:,]+)(?::\d+)?(?=[/?#]|$)/i.exec(url)?.[1];
}

/** The scheme may be missing, as in the vendor's own samples. */
function readTarget(refresh: Refresh, type: ObjectType | "Preload", url: string): Target {
  if (url.length > refresh.tenant.settings.limit(refresh.flavor.limits.urlLength)) {
    const sizeCode = refresh.tenant.settings.switch(refresh.flavor.switches.longUrl);
    throw sizeCode === "InvalidObjectPath.Malformed" ? errors.objectPathMalformed : errors.objectPathSize;
  }
  const domain = hostOf(url);
  if (domain === undefined || !isHostName(domain) || !domain.includes(".")) throw errors.objectPathMalformed;
  if (/\s/.test(url) || (type === "Directory" && !url.endsWith("/"))) throw errors.objectPathMalformed;
  return { url, domain: domain.toLowerCase() };
}
