/**
 * CDN and DCDN are twins with different names, numbers and spellings. What they share is in this folder; a flavor
 * holds what differs.
 */
import type { ApiError } from "../../../ports/api-error.ts";
import type { LimitDefinition, Settings, SwitchDefinition } from "../../../ports/settings.ts";

export const objectTypes = ["File", "Directory", "Regex", "IgnoreParams"] as const;
export type ObjectType = (typeof objectTypes)[number];

export interface FlavorLimits {
  readonly batch: Readonly<Record<ObjectType, LimitDefinition>>;
  readonly daily: Readonly<Record<ObjectType, LimitDefinition>>;
  readonly domains: LimitDefinition;
  readonly urlLength: LimitDefinition;
  readonly urlsPerMinute: LimitDefinition;
  readonly refreshQueue: LimitDefinition;
  /** Tags in a purge by tag. */
  readonly tagBatch: LimitDefinition;
  readonly preloadBatch: LimitDefinition;
  readonly preloadDaily: LimitDefinition;
  readonly preloadQueue: LimitDefinition;
  readonly refreshMerge: LimitDefinition;
  readonly preloadMerge: LimitDefinition;
  readonly refreshPerSecond: LimitDefinition;
  readonly preloadPerSecond: LimitDefinition;
  readonly tasksPerSecond: LimitDefinition;
  readonly taskByIdPerSecond: LimitDefinition;
  readonly quotaPerSecond: LimitDefinition;
  readonly pageSize: LimitDefinition;
  readonly idsPerCall: LimitDefinition;
  readonly refreshMs: LimitDefinition;
  readonly preloadMs: LimitDefinition;
  readonly listingDelayMs: LimitDefinition;
  readonly historyMs: LimitDefinition;
  readonly resetHour: LimitDefinition;
}

export interface FlavorSwitches {
  readonly ignoreParamsWord: SwitchDefinition<"both" | "ExQuery" | "IgnoreParams">;
  readonly tagQuota: SwitchDefinition<"url" | "none">;
  readonly unknownTag: SwitchDefinition<"accepted" | "InvalidParameters">;
  readonly quotaShape: SwitchDefinition<"strings" | "numbers">;
  readonly longUrl: SwitchDefinition<"InvalidObjectPath.Malformed" | "InvalidObjectPath.Size.Malformed">;
  readonly preloadQueueStatus: SwitchDefinition<"400" | "403">;
  readonly edgeRoutineDomains: SwitchDefinition<"InvalidParameters" | "InvalidObjectPath.Malformed">;
}

export interface Flavor {
  readonly name: "cdn" | "dcdn";
  readonly limits: FlavorLimits;
  readonly switches: FlavorSwitches;
  /** Another number of an older page for files a day. */
  readonly olderDaily?: { readonly pages: SwitchDefinition<"newer" | "older">; readonly files: LimitDefinition };
  /** The member of `Tasks` in a listing. */
  readonly listWrapper: "CDNTask" | "Task";
  /** What a listing calls the types, by our own names. */
  readonly listedTypes: Readonly<Record<TaskType, string>>;
  readonly percent: (percent: number) => string;
  readonly descriptions: Readonly<Record<"status" | "timeout" | "internal", string>>;
  /** Digits of a task id: from, to. */
  readonly idDigits: readonly [number, number];
  readonly preloadOverBatch: ApiError;
  readonly preloadOverDaily: ApiError;
  readonly quotaHasPreloadEdge: boolean;
  readonly throttled: (settings: Settings) => ApiError;
}

export type TaskType = "file" | "directory" | "regex" | "ignoreparams" | "tag" | "preload";
