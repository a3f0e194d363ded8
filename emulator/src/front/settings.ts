/** What no vendor's document states of their gateways. */
import { type LimitDefinition, type SettingDefinitions, defineSwitch } from "../ports/settings.ts";

export const rejectedCallsCount = defineSwitch({
  name: "rate.countRejectedCalls",
  values: ["on", "off"],
  basis: "INFERRED",
  about: "Whether calls refused for their rate count against the rate too.",
});
export const maxUrlBytes: LimitDefinition = {
  name: "http.maxUrlBytes",
  value: 4 * 1024 * 1024,
  source: "CHOICE: the real gateways' limit is not known; longer request lines get 414",
  readOn: "2026-11-22",
};

export const settings: SettingDefinitions = { switches: [rejectedCallsCount], limits: [maxUrlBytes] };
