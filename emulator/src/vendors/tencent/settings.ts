/** What Tencent's documents leave open about the wire, and the window of its signatures. */
import { type LimitDefinition, type SettingDefinitions, defineSwitch } from "../../ports/settings.ts";
import { rateShapeOf } from "../settings.ts";
import { commonTexts } from "./errors.ts";

export const rateShape = rateShapeOf("tencent", "Its error speaks of so many `in a second`.");
export const strictService = defineSwitch({
  name: "auth.tc3StrictService",
  values: ["off", "on"],
  basis: "TEST",
  about: "Demand the service `teo` in the TC3 scope, as the real cloud does; clients of a local endpoint cannot.",
});
export const traceId = defineSwitch({
  name: "tencent.traceId",
  values: ["absent", "echoed"],
  basis: "UNVERIFIED",
  about: "Whether an answer carries the request's X-TC-TraceId.",
});
export const tc3WindowMs: LimitDefinition = {
  name: "auth.tc3WindowMs",
  value: 5 * 60_000,
  source: "Tencent Cloud, signature v3: X-TC-Timestamp within 5 minutes",
  readOn: "2026-11-22",
};

export const settings: SettingDefinitions = {
  switches: [strictService, traceId, rateShape],
  limits: [tc3WindowMs],
  texts: commonTexts,
};
