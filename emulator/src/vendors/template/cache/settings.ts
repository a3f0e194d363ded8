/** The service's numbers, with source and date, and what its documents would leave open. */
import { type LimitDefinition, type SettingDefinitions, defineSwitch } from "../../../ports/settings.ts";

const limit = (name: string, value: number): LimitDefinition => ({
  name: `template.${name}`,
  value,
  source: "CHOICE: this cloud does not exist",
  readOn: "2026-11-28",
});

export const perSecond = limit("perSecond", 20);
export const batchUrls = limit("batchUrls", 10);
export const dailyUrls = limit("dailyUrls", 1_000);
export const purgeMs = limit("purgeMs", 1_000);
export const historyMs = limit("historyMs", 86_400_000);
export const resetHour = limit("quotaResetHour", 0);

export const taskOrder = defineSwitch({
  name: "template.taskOrder",
  values: ["newest", "oldest"],
  basis: "CHOICE",
  about: "Which purges ListPurges names first.",
});

export const settings: SettingDefinitions = {
  switches: [taskOrder],
  limits: [perSecond, batchUrls, dailyUrls, purgeMs, historyMs, resetHour],
};
