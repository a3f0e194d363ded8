/** DescribePurgeTasks, DescribePrefetchTasks, DescribeContentQuota, DescribeZones. */
import * as z from "zod";
import { isoSeconds, parseIsoOffset } from "../../../clock/time.ts";
import type { JsonObject } from "../../../ports/json.ts";
import { type Row, window } from "../../tasks.ts";
import { listedTarget } from "../../urls.ts";
import type { Call, Operation } from "../../../ports/service.ts";
import type { Teo } from "./context.ts";
import { quotaKey } from "./create.ts";
import * as errors from "./errors.ts";
import { filterSchema, integer, readInput } from "./input.ts";
import * as set from "./settings.ts";
import type { Zone } from "./zone.ts";
import { ownZone, zonesOf } from "./zones.ts";

const tasksSchema = z.strictObject({
  ZoneId: z.string(),
  StartTime: z.string().optional(),
  EndTime: z.string().optional(),
  Offset: integer.optional(),
  Limit: integer.optional(),
  Filters: z.array(filterSchema).optional(),
});

type Filter = z.output<typeof filterSchema>;
const purgeFilters = ["job-id", "target", "domains", "statuses", "type"];
const prefetchFilters = ["job-id", "target", "domains", "statuses"];
const oneValue = ["job-id", "target", "type"];

export function describeTasks(teo: Teo, kind: "purge" | "prefetch"): Operation {
  return {
    methods: ["POST", "GET"],
    perSecond: set.perSecond,
    run(call) {
      const { settings, clock } = teo.tenant;
      const input = readInput(tasksSchema, call.input);
      const zones = new Set(zonesOf(teo, input.ZoneId, call.account).map(({ zoneId }) => zoneId));
      const filters = input.Filters ?? [];
      checkFilters(filters, kind === "purge" ? purgeFilters : prefetchFilters, settings.limit(set.filterValues));
      const jobId = filters.find(({ Name }) => Name === "job-id")?.Values[0];
      const range = readRange(input.StartTime, input.EndTime, settings.limit(set.windowMs));
      if (!range && jobId === undefined) throw errors.parameterError('Invalid "Start time".');
      const { Offset: offset = 0, Limit: limit = 20 } = input;
      if (limit > settings.limit(set.pageSize)) throw errors.parameterError('Invalid "Limit".');

      const now = clock.now();
      teo.tasks.expire(now - settings.limit(set.historyMs));
      const tasks = jobId === undefined ? teo.tasks.newestFirst() : teo.tasks.withId(jobId);
      function* matching(): Generator<Row> {
        for (const task of tasks) {
          if (task.kind !== kind || task.account !== call.account || !zones.has(task.scope)) continue;
          if (now - task.createdAt < settings.limit(set.listingDelayMs)) continue;
          if (range && (task.createdAt < range.start || task.createdAt > range.end)) continue;
          for (const row of teo.tasks.rows(task, now)) if (filters.every((filter) => fits(row, filter))) yield row;
        }
      }
      const page = window(matching(), offset, limit);
      return { TotalCount: page.total, Tasks: page.items.map((row) => shownRow(teo, row)) };
    },
  };
}

export function describeContentQuota(teo: Teo): Operation {
  return {
    methods: ["POST", "GET"],
    perSecond: set.perSecond,
    run(call) {
      const { ZoneId } = readInput(z.strictObject({ ZoneId: z.string() }), call.input);
      const zone = ownZone(teo, ZoneId, call.account);
      if (teo.tenant.settings.switch(set.quotaLists) === "null") return { PurgeQuota: null, PrefetchQuota: null };
      const showTags = zone.features.includes("cacheTag") && teo.tenant.settings.switch(set.tagQuotaRow) === "shown";
      const types = set.purgeTypes.filter((type) => type !== "purge_cache_tag" || showTags);
      return {
        PurgeQuota: types.map((type) => quotaRow(teo, zone, type)),
        PrefetchQuota: [quotaRow(teo, zone, "prefetch_url")],
      };
    },
  };
}

const zonesSchema = z.strictObject({
  Offset: integer.optional(),
  Limit: integer.optional(),
  Filters: z.array(filterSchema).optional(),
  Order: z.string().optional(),
  Direction: z.string().optional(),
});

export function describeZones(teo: Teo): Operation {
  return {
    methods: ["POST", "GET"],
    perSecond: set.perSecond,
    run(call: Call) {
      const { Offset = 0, Limit = 20, Filters = [] } = readInput(zonesSchema, call.input);
      if (Limit > 100) throw errors.parameterError('Invalid "Limit".');
      const own = [...teo.zones.values()].filter((zone) => zone.account === call.account);
      const page = window(
        own.filter((zone) => Filters.every((filter) => zoneFits(zone, filter))),
        Offset,
        Limit,
      );
      return { TotalCount: page.total, Zones: page.items.map(shownZone) };
    },
  };
}

function quotaRow(teo: Teo, zone: Zone, type: set.QuotaType): JsonObject {
  const { settings } = teo.tenant;
  const daily = settings.limit(set.quotas[type].daily);
  return {
    Type: type,
    Batch: settings.limit(set.quotas[type].batch),
    Daily: daily,
    DailyAvailable: Math.max(0, daily - teo.quotas.used(quotaKey(zone, type))),
  };
}

function shownRow(teo: Teo, row: Row): JsonObject {
  const { task, target, failure } = row;
  const finalAt = task.completesAt ?? task.createdAt;
  const isFinal = row.state === "done" || row.state === "failed";
  return {
    JobId: task.id,
    Target: listedTarget(target, teo.tenant.settings),
    Type: task.type,
    Method: task.method,
    Status: shownStatus(row),
    CreateTime: isoSeconds(task.createdAt),
    UpdateTime: isoSeconds(isFinal ? finalAt : task.createdAt),
    FailType: failure ? failTypeOf(row) : "",
    FailMessage: failure ? failMessage(teo, failure.reason) : "",
  };
}

function shownStatus({ state, failure }: Row): string {
  if (state === "done") return "success";
  if (state !== "failed") return "processing";
  // the origin answered, but not with success
  if (failure?.reason === "status") return "invalid";
  return failure?.status ?? "failed";
}

function failTypeOf({ failure }: Row): string | null {
  if (failure?.reason === "status" || failure?.reason === "timeout") return "originPullFailed";
  return failure?.failType === undefined ? "taskFailed" : failure.failType;
}

function failMessage({ tenant: { settings } }: Teo, reason: string): string {
  return reason === "status" || reason === "timeout" ? settings.text(set.failMessages[reason]) : reason;
}

function fits(row: Row, { Name, Values, Fuzzy = false }: Filter): boolean {
  switch (Name) {
    case "job-id":
      return Values.includes(row.task.id);
    case "target":
      return Values.some((value) => (Fuzzy ? row.target.includes(value) : row.target === value));
    case "domains":
      return Values.some((domain) => row.target === domain || row.target.includes(`//${domain}/`));
    case "statuses":
      return Values.includes(shownStatus(row));
    case "type":
      return Values.includes(row.task.type);
    default:
      return false;
  }
}

function checkFilters(filters: readonly Filter[], known: readonly string[], mostValues: number): void {
  for (const { Name, Values, Fuzzy } of filters) {
    const most = oneValue.includes(Name) ? 1 : mostValues;
    const wrong = !known.includes(Name) || Values.length === 0 || Values.length > most;
    // only purges can be found by a part of their target
    if (wrong || (Fuzzy && !(Name === "target" && known.includes("type")))) {
      throw errors.parameterError(`Invalid "Filters.${Name}".`);
    }
  }
}

function readRange(
  startText: string | undefined,
  endText: string | undefined,
  most: number,
): { start: number; end: number } | undefined {
  if (startText === undefined && endText === undefined) return undefined;
  const start = parseIsoOffset(startText ?? "");
  const end = parseIsoOffset(endText ?? "");
  if (start === undefined) throw errors.parameterError('Invalid "Start time".');
  if (end === undefined || end < start) throw errors.parameterError('Invalid "End time".');
  if (end - start > most) {
    throw errors.parameterError(
      'Invalid "End time". The interval between the start and end time cannot exceed 7 days.',
    );
  }
  return { start, end };
}

function zoneFits(zone: Zone, { Name, Values, Fuzzy = false }: Filter): boolean {
  const matching = (text: string): boolean => Values.some((value) => (Fuzzy ? text.includes(value) : text === value));
  switch (Name) {
    case "zone-name":
      return matching(zone.zoneName);
    case "zone-id":
      return matching(zone.zoneId);
    case "status":
      return matching(zone.status);
    default:
      throw errors.parameterError(`Invalid "Filters.${Name}".`);
  }
}

function shownZone(zone: Zone): JsonObject {
  return {
    ZoneId: zone.zoneId,
    ZoneName: zone.zoneName,
    AliasZoneName: "",
    Area: "global",
    Type: "full",
    Status: zone.status,
    ActiveStatus: zone.status === "active" ? "active" : "inactive",
    CnameStatus: "finished",
    CnameSpeedUp: "enabled",
    Paused: false,
    LockStatus: "enable",
    IsFake: 0,
    NameServers: ["ns1.example.net", "ns2.example.net"],
    OriginalNameServers: [],
    Tags: [],
    Resources: [],
    CreatedOn: "2026-01-01T00:00:00Z",
    ModifiedOn: "2026-01-01T00:00:00Z",
  };
}
