/**
 * CreatePurgeTask and CreatePrefetchTask. Bad targets do not fail the call: they are returned in FailedList while
 * the good ones get a job.
 */
import * as z from "zod";
import type { PurgeMatch } from "../../../ports/edge.ts";
import type { Json, JsonObject } from "../../../ports/json.ts";
import { prefetchKey, taskEnd } from "../../tasks.ts";
import type { Call, Operation } from "../../../ports/service.ts";
import { httpHost, isHostName, listedTarget } from "../../urls.ts";
import type { Teo } from "./context.ts";
import * as errors from "./errors.ts";
import { flag, readInput } from "./input.ts";
import * as set from "./settings.ts";
import { type Zone, servesHost } from "./zone.ts";
import { zonesOf } from "./zones.ts";

const purgeSchema = z.strictObject({
  ZoneId: z.string(),
  Type: z.string(),
  Method: z.string().optional(),
  Targets: z.array(z.string()).optional(),
  CacheTag: z.strictObject({ Domains: z.array(z.string()) }).optional(),
  EncodeUrl: flag.optional(),
});

export function createPurgeTask(teo: Teo): Operation {
  return {
    methods: ["POST", "GET"],
    perSecond: set.perSecond,
    run(call) {
      const input = readInput(purgeSchema, call.input);
      const type = purgeType(teo, input.Type);
      if (input.ZoneId === "*" && type === "purge_all") throw errors.parameterError("ZoneId * is not allowed.");
      const zones = zonesOf(teo, input.ZoneId, call.account);
      const method = purgeMethod(teo, type, input.Method);
      const restriction = tagDomains(teo, type, zones, input.CacheTag?.Domains);
      const targets = type === "purge_all" ? [allTarget(teo, zones)] : (input.Targets ?? []);
      if (targets.length === 0) throw invalidType(teo, "Targets");
      return create(teo, call, {
        quota: type,
        zones,
        targets,
        judge: (target) => zonesFor(type, zones, target),
        start: (_id, zone, good, completesAt) =>
          teo.tenant.edge.purge({
            requestId: call.requestId,
            matches: good.map((target) => matchOf(type, zone, target)),
            hosts: restriction ?? zone.domains,
            mode: method,
            from: teo.tenant.clock.now(),
            until: completesAt,
          }),
        kind: "purge",
        type,
        method,
      });
    },
  };
}

const prefetchSchema = z.strictObject({
  ZoneId: z.string(),
  Targets: z.array(z.string()).optional(),
  EncodeUrl: flag.optional(),
  Mode: z.string().optional(),
  Headers: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).optional(),
  PrefetchMediaSegments: z.string().optional(),
});

export function createPrefetchTask(teo: Teo): Operation {
  return {
    methods: ["POST", "GET"],
    perSecond: set.perSecond,
    run(call) {
      const input = readInput(prefetchSchema, call.input);
      const zones = zonesOf(teo, input.ZoneId, call.account);
      const { Mode: mode = "default", PrefetchMediaSegments: segments = "off", Targets: targets = [] } = input;
      if (mode !== "default" && mode !== "edge") throw errors.parameterError("Mode");
      if (segments !== "on" && segments !== "off") throw errors.parameterError("PrefetchMediaSegments");
      if (targets.length === 0) throw errors.parameterError("Targets");
      if (mode === "edge") needFeature(zones, "edgePrefetch", errors.parameterError("Mode edge is not open to you."));
      if (segments === "on") {
        needFeature(zones, "mediaSegments", errors.parameterError("PrefetchMediaSegments is not open to you."));
      }
      const headers = Object.fromEntries((input.Headers ?? []).map(({ Name, Value }) => [Name, Value]));
      return create(teo, call, {
        quota: mode === "edge" ? "prefetch_edge" : "prefetch_url",
        zones,
        targets,
        judge: (target) => zonesFor("purge_url", zones, target),
        start: (id, _zone, good, completesAt) =>
          teo.tenant.edge.prefetch({ key: prefetchKey("teo", id), urls: good, headers, at: completesAt }),
        kind: "prefetch",
        type: "prefetch_url",
        method: "",
      });
    },
  };
}

interface Creation {
  readonly quota: set.QuotaType;
  readonly zones: readonly Zone[];
  readonly targets: readonly string[];
  /** The zones that a target belongs to; none: it is not valid. */
  readonly judge: (target: string) => readonly Zone[];
  readonly start: (id: string, zone: Zone, targets: readonly string[], completesAt: number) => void;
  readonly kind: "purge" | "prefetch";
  readonly type: string;
  readonly method: string;
}

function create(teo: Teo, call: Call, creation: Creation): JsonObject {
  const { settings, clock, random } = teo.tenant;
  const { batch } = set.quotas[creation.quota];
  if (creation.targets.length > settings.limit(batch)) throw errors.batchQuota;

  const refused = new Map<string, string[]>();
  const accepted = new Map<Zone, string[]>();
  for (const target of creation.targets) {
    const fault = call.faults.failing(target, "failedList");
    const zones = fault ? [] : creation.judge(target);
    if (zones.length === 0) append(refused, fault?.reason ?? settings.text(set.refusedReason), target);
    for (const zone of zones) append(accepted, zone, target);
  }
  if (accepted.size === 0 && settings.switch(set.allTargetsFailed) === "error") throw errors.invalidTarget;
  takeQuota(teo, creation.quota, accepted);

  const id = accepted.size === 0 && settings.switch(set.allTargetsFailed) === "emptyJob" ? "" : random.base36(12);
  const now = clock.now();
  const duration = settings.limit(creation.kind === "purge" ? set.purgeMs : set.prefetchMs);
  for (const [zone, targets] of accepted) {
    const reason = settings.text(set.failMessages.taskFailed);
    const { completesAt, failures } = taskEnd(call.faults, targets, reason, now + duration);
    teo.tasks.add({
      id,
      account: call.account,
      requestId: call.requestId,
      scope: zone.zoneId,
      kind: creation.kind,
      type: creation.type,
      method: creation.method,
      targets,
      createdAt: now,
      startsAt: now,
      completesAt,
      failures,
    });
    if (completesAt !== null) {
      creation.start(
        id,
        zone,
        targets.filter((target) => !failures.has(target)),
        completesAt,
      );
    }
  }
  return { JobId: id, FailedList: failedList(teo, call, refused) };
}

function failedList(teo: Teo, call: Call, refused: ReadonlyMap<string, string[]>): Json {
  if (call.faults.has("nullFailedList")) return null;
  if (refused.size === 0 && teo.tenant.settings.switch(set.emptyFailedList) === "null") return null;
  const { settings } = teo.tenant;
  return [...refused].map(([Reason, targets]) => ({
    Reason,
    Targets: targets.map((target) => listedTarget(target, settings)),
  }));
}

function takeQuota(teo: Teo, type: set.QuotaType, accepted: ReadonlyMap<Zone, readonly string[]>): void {
  const daily = teo.tenant.settings.limit(set.quotas[type].daily);
  for (const [zone, targets] of accepted) {
    if (teo.quotas.used(quotaKey(zone, type)) + targets.length > daily) throw errors.dailyQuota;
  }
  for (const [zone, targets] of accepted) teo.quotas.take(quotaKey(zone, type), targets.length, daily);
}

export function quotaKey(zone: Zone, type: set.QuotaType): string {
  return `${zone.zoneId}/${type}`;
}

function purgeType(teo: Teo, text: string): set.PurgeType {
  const type = set.purgeTypes.find((known) => known === text);
  if (!type) throw invalidType(teo, "Type");
  return type;
}

function invalidType(teo: Teo, name: string): Error {
  const code = teo.tenant.settings.switch(set.invalidType);
  return errors.invalid(code, `Invalid "${name}".`);
}

/** Method is about prefix, host and all; a URL is always deleted, a tag as the switch says. */
function purgeMethod(teo: Teo, type: set.PurgeType, method: string | undefined): "delete" | "invalidate" {
  if (method !== undefined && method !== "delete" && method !== "invalidate") throw errors.parameterError("Method");
  if (type === "purge_url") return "delete";
  if (type === "purge_cache_tag") return teo.tenant.settings.switch(set.tagPurge);
  return method ?? "invalidate";
}

/** The hosts that a purge by tag is restricted to. */
function tagDomains(
  teo: Teo,
  type: set.PurgeType,
  zones: readonly Zone[],
  domains: readonly string[] | undefined,
): readonly string[] | undefined {
  if (type !== "purge_cache_tag") return undefined;
  if (teo.tenant.settings.switch(set.tagPurgePlan) === "none") throw errors.packNotAllow;
  needFeature(zones, "cacheTag", errors.packNotAllow);
  if (!domains || domains.length === 0) {
    if (teo.tenant.settings.switch(set.cacheTagDomains) === "required") throw errors.parameterError("CacheTag.Domains");
    return undefined;
  }
  if (domains.some((domain) => !zones.some((zone) => servesHost(zone, domain)))) throw errors.domainNotFound;
  return domains;
}

function needFeature(zones: readonly Zone[], feature: Zone["features"][number], error: Error): void {
  if (!zones.some((zone) => zone.features.includes(feature))) throw error;
}

function zonesFor(type: set.PurgeType, zones: readonly Zone[], target: string): readonly Zone[] {
  if (type === "purge_all") return zones;
  if (type === "purge_cache_tag") return target === "" ? [] : zones;
  const host = type === "purge_host" ? hostName(target) : httpHost(target);
  if (host === undefined) return [];
  return zones.filter((zone) => servesHost(zone, host)).slice(0, 1);
}

function hostName(text: string): string | undefined {
  return text.includes("*") || !isHostName(text) ? undefined : text.toLowerCase();
}

function matchOf(type: set.PurgeType, zone: Zone, target: string): PurgeMatch {
  switch (type) {
    case "purge_url":
      return { by: "url", url: target };
    case "purge_prefix":
      return { by: "prefix", url: target };
    case "purge_host":
      return { by: "host", host: target };
    case "purge_cache_tag":
      return { by: "tag", tag: zone.tagsCaseInsensitive ? target.toLowerCase() : target };
    case "purge_all":
      return { by: "all" };
  }
}

function allTarget(teo: Teo, zones: readonly Zone[]): string {
  return teo.tenant.settings.switch(set.purgeAllTarget) === "zone" ? (zones[0]?.zoneName ?? "") : "";
}

function append<Key>(groups: Map<Key, string[]>, key: Key, value: string): void {
  const group = groups.get(key);
  if (group) group.push(value);
  else groups.set(key, [value]);
}
