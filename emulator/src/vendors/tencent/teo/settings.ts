/** TEO's numbers, with source and date, and the behaviours that its documentation leaves open. */
import {
  type LimitDefinition,
  type SettingDefinitions,
  type TextDefinition,
  defineSwitch,
} from "../../../ports/settings.ts";
import { teoErrorTexts } from "./errors.ts";

const readOn = "2026-11-22";
const sample = "Tencent Cloud EdgeOne, DescribeContentQuota (sample)";
const faq = "Tencent Cloud EdgeOne, FAQ 57250";
const chosen = "CHOICE: not published";

export const purgeTypes = ["purge_url", "purge_prefix", "purge_host", "purge_all", "purge_cache_tag"] as const;
export type PurgeType = (typeof purgeTypes)[number];
export type QuotaType = PurgeType | "prefetch_url" | "prefetch_edge";

interface Quota {
  readonly batch: LimitDefinition;
  readonly daily: LimitDefinition;
}

const quota = (type: QuotaType, batch: number, batchSource: string, daily: number, dailySource: string): Quota => ({
  batch: { name: `teo.${type}.batch`, value: batch, source: batchSource, readOn },
  daily: { name: `teo.${type}.daily`, value: daily, source: dailySource, readOn },
});

export const quotas: Readonly<Record<QuotaType, Quota>> = {
  purge_url: quota("purge_url", 2000, sample, 10_000, sample),
  purge_prefix: quota("purge_prefix", 1000, faq, 10_000, sample),
  purge_host: quota("purge_host", 1000, faq, 10_000, sample),
  purge_all: quota("purge_all", 1, chosen, 1000, chosen),
  purge_cache_tag: quota("purge_cache_tag", 100, faq, 10_000, chosen),
  prefetch_url: quota("prefetch_url", 2000, sample, 10_000, sample),
  prefetch_edge: quota("prefetch_edge", 2000, chosen, 1000, "Tencent Cloud EdgeOne, CreatePrefetchTask: Mode edge"),
};

export const deniedCode = defineSwitch({
  name: "teo.deniedCode",
  values: ["UnauthorizedOperation.CamUnauthorized", "AuthFailure.UnauthorizedOperation"],
  basis: "UNVERIFIED",
  about: "The code for a call that no policy allows: the operation's own, or the common one that users report.",
});

const limit = (name: string, value: number, source: string): LimitDefinition => ({ name, value, source, readOn });

export const perSecond = limit("teo.perSecond", 20, "Tencent Cloud EdgeOne API: 20 requests a second per operation");
export const windowMs = limit("teo.windowMs", 7 * 86_400_000, "DescribePurgeTasks: the interval cannot exceed 7 days");
export const pageSize = limit("teo.pageSize", 1000, "DescribePurgeTasks: Limit at most 1000");
export const filterValues = limit("teo.filterValues", 20, "DescribePurgeTasks: at most 20 values in a filter");
export const historyMs = limit("teo.historyMs", 30 * 86_400_000, chosen);
export const purgeMs = limit("teo.purgeMs", 1_500, "CHOICE: about a minute in reality");
export const prefetchMs = limit("teo.prefetchMs", 3_000, chosen);
export const listingDelayMs = limit("teo.listingDelayMs", 0, "CHOICE: new tasks are missing for a moment in reality");
export const resetHour = limit("teo.quotaResetHour", 0, "CHOICE: midnight of UTC+8");

export const zoneNotFound = defineSwitch({
  name: "teo.zoneNotFound",
  values: [
    "InvalidParameter.ZoneNotFound",
    "InvalidParameterValue.ZoneNotFound",
    "ResourceNotFound.ZoneNotFound",
    "ResourceUnavailable.ZoneNotFound",
    "InvalidParameter.DomainNotFound",
  ],
  basis: "CHOICE",
  about: "The code for a zone that does not exist or belongs to somebody else.",
});
export const invalidType = defineSwitch({
  name: "teo.invalidType",
  values: ["InvalidParameter.ParameterError", "InvalidParameterValue"],
  basis: "CHOICE",
  about: "The code for an unknown Type and for missing Targets.",
});
export const allTargetsFailed = defineSwitch({
  name: "teo.allTargetsFailed",
  values: ["error", "job", "emptyJob"],
  basis: "CHOICE",
  about: "Every target bad: InvalidParameter.Target, a JobId with all in FailedList, or the same with an empty JobId.",
});
export const cacheTagDomains = defineSwitch({
  name: "teo.cacheTagDomains",
  values: ["optional", "required"],
  basis: "UNVERIFIED",
  about: "Whether purge_cache_tag needs CacheTag.Domains (newest SDK comment) or not (all examples).",
});
export const tagPurge = defineSwitch({
  name: "teo.tagPurge",
  values: ["delete", "invalidate"],
  basis: "UNVERIFIED",
  about: "What a purge by tag does: the China document says delete, the international one invalidate.",
});
export const emptyFailedList = defineSwitch({
  name: "teo.emptyFailedList",
  values: ["array", "null"],
  basis: "UNVERIFIED",
  about: "FailedList when nothing failed.",
});
export const purgeAllTarget = defineSwitch({
  name: "teo.purgeAllTarget",
  values: ["empty", "zone"],
  basis: "UNVERIFIED",
  about: 'The Target of the row of a purge_all: "" or the zone\'s name.',
});
export const tagQuotaRow = defineSwitch({
  name: "teo.tagQuotaRow",
  values: ["shown", "hidden"],
  basis: "UNVERIFIED",
  about: "Whether DescribeContentQuota has a row for purge_cache_tag (the sample has none).",
});

export const tagPurgePlan = defineSwitch({
  name: "teo.tagPurgePlan",
  values: ["asSeeded", "none"],
  basis: "UNVERIFIED",
  about: "Purge by tag is said to be for Enterprise: zones have it as their `features` say, or no zone has it.",
});
export const quotaLists = defineSwitch({
  name: "teo.quotaLists",
  values: ["array", "null"],
  basis: "UNVERIFIED",
  about: "PurgeQuota and PrefetchQuota as lists, or null, which the model allows.",
});
const text = (name: string, value: string, about: string): TextDefinition => ({
  name: `teo.text.${name}`,
  value,
  about,
});
/** The one Reason that was seen somewhere. */
export const refusedReason = text("refusedReason", "domain not valid", "The Reason of targets in FailedList");
export const failMessages = {
  taskFailed: text("taskFailed", "The task failed.", "The FailMessage of a row that a fault lets fail"),
  status: text("originStatus", "The origin did not answer with success.", "The FailMessage of an invalid prefetch"),
  timeout: text("originTimeout", "The origin did not answer in time.", "The FailMessage of a prefetch without answer"),
} as const;

const switches = [
  deniedCode,
  zoneNotFound,
  invalidType,
  allTargetsFailed,
  cacheTagDomains,
  tagPurge,
  emptyFailedList,
  purgeAllTarget,
  tagQuotaRow,
  tagPurgePlan,
  quotaLists,
];
const limits = [
  ...Object.values(quotas).flatMap(({ batch, daily }) => [batch, daily]),
  perSecond,
  windowMs,
  pageSize,
  filterValues,
  historyMs,
  purgeMs,
  prefetchMs,
  listingDelayMs,
  resetHour,
];

export const settings: SettingDefinitions = {
  switches,
  limits,
  texts: [...teoErrorTexts, refusedReason, ...Object.values(failMessages)],
};
