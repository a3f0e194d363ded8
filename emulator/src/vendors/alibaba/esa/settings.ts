/** ESA's numbers, with source and date, and the behaviours that its documentation leaves open. */
import {
  type LimitDefinition,
  type SettingDefinitions,
  type SwitchDefinition,
  type TextDefinition,
  defineSwitch,
} from "../../../ports/settings.ts";
import { errorTexts } from "./errors.ts";

const readOn = "2026-11-22";
const batchSource = "Alibaba Cloud ESA, PurgeCaches (api-esa-2024-09-10-purgecaches)";
const quotaSource = "Alibaba Cloud ESA user guide, quotas of purge by plan";
const chosen = "CHOICE: not published";

export const purgeTypes = [
  "file",
  "cachekey",
  "cachetag",
  "directory",
  "ignoreParams",
  "hostname",
  "purgeall",
] as const;
export type PurgeType = (typeof purgeTypes)[number];
export const plans = ["free", "basic", "standard", "advanced", "enterprise"] as const;
export type Plan = (typeof plans)[number];

const batchSizes: Record<PurgeType, number> = {
  file: 1000,
  cachekey: 1000,
  cachetag: 30,
  directory: 100,
  ignoreParams: 100,
  hostname: 10,
  purgeall: 1,
};

/** Items a day and site, in the order of `plans`. Types without a published number carry one of our choice. */
const dailyQuotas: Record<PurgeType, readonly [number, number, number, number, number]> = {
  file: [1_000, 10_000, 50_000, 100_000, 500_000],
  cachekey: [0, 0, 0, 0, 2_000],
  cachetag: [0, 0, 0, 0, 30_000],
  directory: [100, 100, 1_000, 1_000, 2_000],
  ignoreParams: [100, 100, 1_000, 1_000, 2_000],
  hostname: [0, 100, 1_000, 1_000, 2_000],
  purgeall: [5, 50, 80, 125, 200],
};
const unpublishedQuotas: readonly PurgeType[] = ["directory", "ignoreParams"];

const batchLimits = new Map<PurgeType, LimitDefinition>(
  purgeTypes.map((type) => [
    type,
    { name: `esa.purge.${type}.batch`, value: batchSizes[type], source: batchSource, readOn },
  ]),
);
const quotaLimits = new Map<string, LimitDefinition>(
  plans.flatMap((plan, index) =>
    purgeTypes.map((type): [string, LimitDefinition] => [
      `${plan}/${type}`,
      {
        name: `esa.quota.${plan}.${type}`,
        value: dailyQuotas[type][index] ?? 0,
        source: unpublishedQuotas.includes(type) ? chosen : quotaSource,
        readOn,
      },
    ]),
  ),
);

export function batchLimit(type: PurgeType): LimitDefinition {
  return batchLimits.get(type) ?? unlimited;
}

export function quotaLimit(plan: Plan, type: PurgeType): LimitDefinition {
  return quotaLimits.get(`${plan}/${type}`) ?? unlimited;
}

const unlimited: LimitDefinition = { name: "esa.unlimited", value: Infinity, source: chosen, readOn };

const limit = (name: string, value: number, source: string, about?: string): LimitDefinition =>
  about === undefined ? { name, value, source, readOn } : { name, value, source, readOn, about };

export const perSecond = limit("esa.perSecond", 20, chosen, "calls a second, per account and action");
export const purgeDomains = limit("esa.purge.domains", 10, batchSource);
export const preloadBatch = limit("esa.preload.batch", 100, "Alibaba Cloud ESA console doc 2703468");
export const preloadDaily = limit("esa.preload.daily", 1_000, chosen);
export const lockMs = limit("esa.lockMs", 300, chosen, "a second write to a site within this time is LockFailed");
export const tagNameBytes = limit("esa.tagNameBytes", 16 * 1024, "Alibaba Cloud ESA, refresh-cache-by-tag (zh)");
export const historyMs = limit("esa.historyMs", 3 * 86_400_000, "DescribePurgeTasks: data of the last 3 days");
export const uploadBytes = limit("esa.uploadBytes", 10 * 1024 * 1024, "Alibaba Cloud ESA, UploadFile");
export const purgeMs = limit("esa.purgeMs", 2_000, "CHOICE: 5 to 6 minutes in reality", "until a purge is complete");
export const preloadMs = limit("esa.preloadMs", 3_000, "CHOICE: 5 to 30 minutes in reality");
export const uploadMs = limit("esa.uploadMs", 2_000, chosen);
export const listingDelayMs = limit("esa.listingDelayMs", 0, chosen, "until a new task is listed");
export const resetHour = limit("esa.quotaResetHour", 0, "CHOICE: midnight of UTC+8", "hour of the day in UTC+8");

export const forms = defineSwitch({
  name: "esa.forms",
  values: ["read", "ignored"],
  basis: "UNVERIFIED",
  about: "Whether ESA reads parameters from a form body, as its documents say of any POST.",
});
export const unconfiguredTag = defineSwitch({
  name: "esa.unconfiguredCacheTag",
  values: ["empty", "absent", "default"],
  basis: "CHOICE",
  about: 'GetCacheTag of a site never configured: TagName "", no TagName and CaseInsensitive at all, or Cache-Tag.',
});
export const managedCacheTag = defineSwitch({
  name: "esa.managedCacheTag",
  values: ["allowed", "FunctionConflict"],
  basis: "UNVERIFIED",
  about:
    "UpdateCacheTag of a site with version management: done, as its parameter SiteVersion asks for, or refused, as its error FunctionConflict says.",
});
export const emptyTagName = defineSwitch({
  name: "esa.emptyTagName",
  values: ["reset", "reject"],
  basis: "UNVERIFIED",
  about: 'UpdateCacheTag with TagName="": back to the default header, or InvalidParameter.ArgValue.',
});
export const omittedFields = defineSwitch({
  name: "esa.omittedFields",
  values: ["unchanged", "reset"],
  basis: "INFERRED",
  about: "UpdateCacheTag without a field: leaves it as it is, or sets its default.",
});
export const quotaCode = defineSwitch({
  name: "esa.quotaCode",
  values: ["QuotaExceeded", "OverQuota"],
  basis: "CHOICE",
  about: "A purge over the daily quota: 400 QuotaExceeded or 403 Purge.OverQuota.",
});
export const throttleCode = defineSwitch({
  name: "esa.throttleCode",
  values: ["TooManyRequests", "Throttling.User"],
  basis: "CHOICE",
  about: "A call over the rate: 400 TooManyRequests or 400 Throttling.User.",
});
export const uploadStart = defineSwitch({
  name: "esa.uploadStart",
  values: ["auto", "submit"],
  basis: "UNVERIFIED",
  about: "UploadFile starts its task by itself, or the task waits in `init` for SubmitUploadTask.",
});
export const uploadResubmit = defineSwitch({
  name: "esa.uploadResubmit",
  values: ["accept", "refuse"],
  basis: "UNVERIFIED",
  about:
    "SubmitUploadTask for a task already started: accepted, and purged once more if Force is new to it, or InvalidParameters.",
});
export const partialListedAs = defineSwitch({
  name: "esa.partialUploadListedAs",
  values: ["Failed", "Complete"],
  basis: "CHOICE",
  about: "How ListUploadTasks shows a task that GetUploadTask calls `partial`.",
});
export const invalidTypeCode = defineSwitch({
  name: "esa.invalidTypeCode",
  values: ["InvalidParameters", "InvalidType"],
  basis: "CHOICE",
  about: "The code for a purge type that does not exist.",
});
export const domainsCode = defineSwitch({
  name: "esa.domainsCode",
  values: ["DomainNameOverLimit", "InvalidParameters"],
  basis: "CHOICE",
  about: "The code for a purge of more than ten domains.",
});
export const preloadTime = defineSwitch({
  name: "esa.preloadTime",
  values: ["utc", "utc+8", "iso"],
  basis: "UNVERIFIED",
  about: "CreateTime of a preload: with a space and no zone (the sample) in UTC or in UTC+8, or in ISO form.",
});
export const preloadTaskId = defineSwitch({
  name: "esa.preloadTaskId",
  values: ["string", "number"],
  basis: "UNVERIFIED",
  about: "PreloadCaches answers TaskId as text (the model) or as a JSON number (the doc's sample).",
});
export const rowPerTarget = defineSwitch({
  name: "esa.rows",
  values: ["perTarget", "perTask"],
  basis: "UNVERIFIED",
  about: "DescribePurgeTasks lists one row per purged item, or one row per task with its first item.",
});

export const cacheKeyTasks = defineSwitch({
  name: "esa.cacheKeyTasks",
  values: ["listed", "unlisted", "refused"],
  basis: "UNVERIFIED",
  about: "DescribePurgeTasks with Type=cachekey, which its document does not name: rows, none, or InvalidParameters.",
});
export const purgeAllContent = defineSwitch({
  name: "esa.purgeAllContent",
  values: ["siteName", "empty"],
  basis: "CHOICE",
  about: 'The Content of the row of a purgeall: the site\'s name or "".',
});
export const uploadSource = defineSwitch({
  name: "esa.uploadSource",
  values: ["storage", "network"],
  basis: "CHOICE",
  about:
    "Where UploadFile takes its Url from: the emulator's own object storage, or, at addresses that `allowFetch` names, what answers a GET of it.",
});
export const throttlingStatus = defineSwitch({
  name: "esa.throttlingStatus",
  values: ["400", "429", "503"],
  basis: "UNVERIFIED",
  about: "HTTP status of Throttling.User; 400 in the gateway's document, others for some products.",
});
const permission = (operation: string, first: "asked" | "free", why: string): SwitchDefinition<"asked" | "free"> => ({
  name: `esa.permission.${operation}`,
  values: first === "asked" ? ["asked", "free"] : ["free", "asked"],
  basis: "UNVERIFIED",
  about: `Whether allow lists are asked for \`esa:${operation}\`; ${why}.`,
});
export const getCacheTagPermission = permission("GetCacheTag", "asked", "no document names its permission");
export const submitUploadPermission = permission("SubmitUploadTask", "asked", "no document names its permission");
export const purgeQuotaPermission = permission("GetPurgeQuota", "free", "an older document asks, the newer does not");

/** Descriptions of an upload that did not fully succeed. */
export const uploadUnreadable: TextDefinition = {
  name: "esa.text.uploadUnreadable",
  value: "The file cannot be read or is empty.",
  about: "The Description of an upload without a line",
};
export const uploadLinesFailed: TextDefinition = {
  name: "esa.text.uploadLinesFailed",
  value: "{failed} of {lines} lines failed.",
  about: "The Description of an upload with bad lines",
};

const switches = [
  forms,
  unconfiguredTag,
  managedCacheTag,
  emptyTagName,
  omittedFields,
  quotaCode,
  throttleCode,
  uploadStart,
  uploadResubmit,
  partialListedAs,
  invalidTypeCode,
  domainsCode,
  preloadTime,
  preloadTaskId,
  rowPerTarget,
  cacheKeyTasks,
  purgeAllContent,
  uploadSource,
  throttlingStatus,
  getCacheTagPermission,
  submitUploadPermission,
  purgeQuotaPermission,
];
const limits = [
  ...batchLimits.values(),
  ...quotaLimits.values(),
  perSecond,
  purgeDomains,
  preloadBatch,
  preloadDaily,
  lockMs,
  tagNameBytes,
  historyMs,
  uploadBytes,
  purgeMs,
  preloadMs,
  uploadMs,
  listingDelayMs,
  resetHour,
];

export const settings: SettingDefinitions = {
  switches,
  limits,
  texts: [...errorTexts, uploadUnreadable, uploadLinesFailed],
};
