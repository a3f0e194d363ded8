/** Refresh, refresh by tag, preload, quota: each flavor gives them its own names. */
import * as z from "zod";
import { type PurgeMatch, fetchStore, routineStore } from "../../../ports/edge.ts";
import type { JsonObject } from "../../../ports/json.ts";
import type { AlibabaCall, AlibabaOperation } from "../operation.ts";
import type { Refresh } from "./context.ts";
import { type Domain, checkAccount, ownDomain } from "./domains.ts";
import * as errors from "./errors.ts";
import type { ObjectType, TaskType } from "./flavor.ts";
import { dailyLimit } from "./limits.ts";
import { readObjectType, readTargets, submit, takePreloadQuota, takeRefreshQuota } from "./submit.ts";

export interface RefreshOptions {
  /** Edge Routine: all URLs of one domain, ObjectType mandatory, extra parameters. */
  readonly edgeRoutine?: { readonly unlisted: () => boolean };
}

export function refreshObjects(refresh: Refresh, options: RefreshOptions = {}): AlibabaOperation {
  return {
    methods: ["POST"],
    perSecond: refresh.flavor.limits.refreshPerSecond,
    run(call) {
      checkAccount(refresh.accounts, call.account);
      if (options.edgeRoutine && !call.params.get("ObjectType")) throw errors.missing("ObjectType");
      const type = readObjectType(refresh, call.params.get("ObjectType"));
      const force = call.params.boolean("Force", false);
      const targets = readTargets(refresh, call, type);
      const merged = options.edgeRoutine ? readEdgeRoutine(refresh, call, targets) : [];
      takeRefreshQuota(refresh, call, type, targets);
      const RefreshTaskId = submit(refresh, call, {
        kind: "purge",
        type: taskType(type),
        // single files are always removed; Force is about directories and patterns
        force: force || type === "File",
        targets,
        match: matchOf(type),
        ...(options.edgeRoutine
          ? {
              group: "er",
              unlisted: options.edgeRoutine.unlisted(),
              stores: storesOf(call.params.get("RoutineId")),
              merged,
            }
          : {}),
      });
      return { RefreshTaskId };
    },
  };
}

export function refreshByTag(
  refresh: Refresh,
  domainParameter: "DomainName" | "Domain",
  options: RefreshOptions = {},
): AlibabaOperation {
  return {
    methods: ["POST"],
    perSecond: refresh.flavor.limits.refreshPerSecond,
    run(call) {
      checkAccount(refresh.accounts, call.account);
      const name = call.params.get(domainParameter);
      if (!name) throw errors.missing(domainParameter);
      const text = call.params.get("CacheTag");
      if (!text) throw errors.missing("CacheTag");
      if (name.includes(",")) throw errors.invalidParameters;
      const domain = ownDomain(refresh.domains, name, call.account);
      const force = call.params.boolean("Force", false);
      const tags = text
        .split(",")
        .map((tag) => tag.trim())
        .filter((tag) => tag !== "");
      checkTags(refresh, tags, domain);
      const shown = tags.map((tag) => ({ url: tag, domain: domain.domain.toLowerCase() }));
      if (refresh.tenant.settings.switch(refresh.flavor.switches.tagQuota) === "url") {
        takeRefreshQuota(refresh, call, "File", shown);
      }
      const RefreshTaskId = submit(refresh, call, {
        kind: "purge",
        type: "tag",
        force,
        targets: shown,
        match: (tag) => ({ by: "tag", tag: tagOf(domain, tag) }),
        // It names no routine, so it is about all of them.
        ...(options.edgeRoutine ? { group: "er", unlisted: options.edgeRoutine.unlisted(), stores: () => ["*"] } : {}),
      });
      return { RefreshTaskId };
    },
  };
}

export function preloadObjects(refresh: Refresh, answer: "PushTaskId" | "PreloadTaskId"): AlibabaOperation {
  return {
    methods: ["POST"],
    perSecond: refresh.flavor.limits.preloadPerSecond,
    run(call) {
      checkAccount(refresh.accounts, call.account);
      const area = call.params.get("Area");
      if (area && area !== "domestic" && area !== "overseas") throw errors.invalidParameters;
      for (const name of ["L2Preload", "QueryHashkey"]) call.params.boolean(name, false);
      const headers = readHeaders(call.params.get("WithHeader"));
      const targets = readTargets(refresh, call, "Preload");
      takePreloadQuota(refresh, call, targets.length);
      const id = submit(refresh, call, {
        kind: "prefetch",
        type: "preload",
        force: false,
        targets,
        match: (url) => ({ by: "url", url }),
        headers,
      });
      return { [answer]: id };
    },
  };
}

export function describeQuota(refresh: Refresh): AlibabaOperation {
  return {
    methods: ["POST", "GET"],
    perSecond: refresh.flavor.limits.quotaPerSecond,
    run(call) {
      const { flavor, tenant, quotas } = refresh;
      const asNumbers = tenant.settings.switch(flavor.switches.quotaShape) === "numbers";
      const show = (value: number): string | number => (asNumbers ? value : String(value));
      const pair = (name: string, key: string, limit: number): JsonObject => ({
        [`${name}Quota`]: show(limit),
        [`${name}Remain`]: show(Math.max(0, limit - quotas.used(`${call.account}/${key}`))),
      });
      const daily = (type: ObjectType): number => dailyLimit(flavor, tenant.settings, type);
      const preload = tenant.settings.limit(flavor.limits.preloadDaily);
      return {
        ...pair("Url", "File", daily("File")),
        ...pair("Dir", "Directory", daily("Directory")),
        ...pair("Regex", "Regex", daily("Regex")),
        ...pair("IgnoreParams", "IgnoreParams", daily("IgnoreParams")),
        ...pair("Preload", "Preload", preload),
        ...(flavor.quotaHasPreloadEdge ? pair("PreloadEdge", "PreloadEdge", preload) : {}),
        BlockQuota: show(0),
        // the vendor's sample spells this one member with a small letter
        [asNumbers ? "blockRemain" : "BlockRemain"]: show(0),
      };
    },
  };
}

function checkTags({ tenant, flavor }: Refresh, tags: readonly string[], domain: Domain): void {
  if (tags.length === 0 || tags.length > tenant.settings.limit(flavor.limits.tagBatch)) throw errors.invalidParameters;
  if (tenant.settings.switch(flavor.switches.unknownTag) === "accepted") return;
  const held = (tag: string): boolean => tenant.edge.holdsTag(tagOf(domain, tag), domain.domain.toLowerCase());
  if (!tags.every(held)) throw errors.invalidParameters;
}

function tagOf({ tagsCaseInsensitive }: Domain, tag: string): string {
  return tagsCaseInsensitive ? tag.toLowerCase() : tag;
}

/** The page: with a RoutineId what its Cache API wrote, without one what its subrequests fetched. */
function storesOf(routineId: string | undefined): (domain: Domain) => readonly string[] {
  return ({ routine }) => {
    if (routine === undefined) return [""];
    return [routineId === undefined || routineId === "" ? fetchStore : routineStore(routineId)];
  };
}

/** Answers the domains to merge. */
function readEdgeRoutine(refresh: Refresh, call: AlibabaCall, targets: readonly { domain: string }[]): Domain[] {
  if (new Set(targets.map(({ domain }) => domain)).size > 1) {
    const code = refresh.tenant.settings.switch(refresh.flavor.switches.edgeRoutineDomains);
    throw code === "InvalidParameters" ? errors.invalidParameters : errors.objectPathMalformed;
  }
  const routine = call.params.get("RoutineId");
  if (routine && !/^[^.\s]+(\.[^.\s]+)+$/.test(routine)) throw errors.invalidParameters;
  const merged = call.params.get("MergeDomainName");
  return (merged ? merged.split(",") : []).map((name) => ownDomain(refresh.domains, name.trim(), call.account));
}

const headersSchema = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

function readHeaders(text: string | undefined): Record<string, string> {
  if (!text) return {};
  try {
    const given = headersSchema.parse(JSON.parse(text));
    return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, [value].flat().join(", ")]));
  } catch {
    throw errors.invalidParameters;
  }
}

function taskType(type: ObjectType): TaskType {
  const types = { File: "file", Directory: "directory", Regex: "regex", IgnoreParams: "ignoreparams" } as const;
  return types[type];
}

function matchOf(type: ObjectType): (url: string) => PurgeMatch {
  switch (type) {
    case "File":
      return (url) => ({ by: "url", url });
    case "Directory":
      return (url) => ({ by: "prefix", url });
    case "IgnoreParams":
      return (url) => ({ by: "ignoreParams", url });
    case "Regex":
      return (pattern) => ({ by: "regex", pattern });
  }
}
