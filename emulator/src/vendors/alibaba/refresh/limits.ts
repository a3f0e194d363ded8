/** The numbers of a flavor as settings, from a plain table. */
import type { LimitDefinition, Settings } from "../../../ports/settings.ts";
import type { Flavor, FlavorLimits, ObjectType } from "./flavor.ts";

type Numbers = { readonly [Name in keyof Omit<FlavorLimits, "batch" | "daily">]: number } & {
  readonly batch: Readonly<Record<ObjectType, number>>;
  readonly daily: Readonly<Record<ObjectType, number>>;
};

/** `chosen`: names whose value no document states. */
export function flavorLimits(
  service: string,
  source: string,
  numbers: Numbers,
  chosen: readonly (keyof FlavorLimits)[],
): FlavorLimits {
  const readOn = "2026-11-22";
  const limit = (name: keyof FlavorLimits, part: string, value: number): LimitDefinition => ({
    name: `${service}.${name}${part}`,
    value,
    source: chosen.includes(name) ? "CHOICE: not published" : source,
    readOn,
  });
  const perType = (name: "batch" | "daily"): Record<ObjectType, LimitDefinition> => ({
    File: limit(name, ".file", numbers[name].File),
    Directory: limit(name, ".directory", numbers[name].Directory),
    Regex: limit(name, ".regex", numbers[name].Regex),
    IgnoreParams: limit(name, ".ignoreParams", numbers[name].IgnoreParams),
  });
  const one = (name: keyof Omit<FlavorLimits, "batch" | "daily">): LimitDefinition => limit(name, "", numbers[name]);
  return {
    batch: perType("batch"),
    daily: perType("daily"),
    domains: one("domains"),
    urlLength: one("urlLength"),
    urlsPerMinute: one("urlsPerMinute"),
    refreshQueue: one("refreshQueue"),
    tagBatch: one("tagBatch"),
    preloadBatch: one("preloadBatch"),
    preloadDaily: one("preloadDaily"),
    preloadQueue: one("preloadQueue"),
    refreshMerge: one("refreshMerge"),
    preloadMerge: one("preloadMerge"),
    refreshPerSecond: one("refreshPerSecond"),
    preloadPerSecond: one("preloadPerSecond"),
    tasksPerSecond: one("tasksPerSecond"),
    taskByIdPerSecond: one("taskByIdPerSecond"),
    quotaPerSecond: one("quotaPerSecond"),
    pageSize: one("pageSize"),
    idsPerCall: one("idsPerCall"),
    refreshMs: one("refreshMs"),
    preloadMs: one("preloadMs"),
    listingDelayMs: one("listingDelayMs"),
    historyMs: one("historyMs"),
    resetHour: one("resetHour"),
  };
}

/** The day's quota of a type; of files, pages may have two numbers. */
export function dailyLimit({ limits, olderDaily }: Flavor, settings: Settings, type: ObjectType): number {
  const older = type === "File" && olderDaily !== undefined && settings.switch(olderDaily.pages) === "older";
  return settings.limit(older ? olderDaily.files : limits.daily[type]);
}

export function allLimits(limits: FlavorLimits): LimitDefinition[] {
  const { batch, daily, ...rest } = limits;
  return [...Object.values(batch), ...Object.values(daily), ...Object.values(rest)];
}
