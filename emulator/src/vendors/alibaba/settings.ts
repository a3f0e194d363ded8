/** What Alibaba's documents leave open about the wire, and the window of its signatures. */
import { type LimitDefinition, type SettingDefinitions, defineSwitch } from "../../ports/settings.ts";
import { rateShapeOf } from "../settings.ts";
import { gatewayTexts } from "./errors.ts";

export const rateShape = rateShapeOf("alibaba", "The documents say only how many.");
export const securityTokenStatus = defineSwitch({
  name: "auth.securityTokenStatus",
  values: ["400", "403"],
  basis: "UNVERIFIED",
  about: "HTTP status of Alibaba's InvalidSecurityToken errors; the documents show both.",
});
export const precedence = defineSwitch({
  name: "alibaba.parameterPrecedence",
  values: ["form", "query"],
  basis: "CHOICE",
  about: "Which one counts when a parameter is in the query and in the form.",
});
export const postQuery = defineSwitch({
  name: "alibaba.postQuery",
  values: ["read", "ignored"],
  basis: "UNVERIFIED",
  about:
    "Whether a POST's parameters are read from the query too, where every product SDK but one puts them; the pages of CDN, DCDN and Edge Routine speak of a form only.",
});
export const acs3WindowMs: LimitDefinition = {
  name: "auth.acs3WindowMs",
  value: 15 * 60_000,
  source: "Alibaba Cloud, request signature V3: x-acs-date within 15 minutes",
  readOn: "2026-11-22",
};

export const settings: SettingDefinitions = {
  switches: [securityTokenStatus, precedence, postQuery, rateShape],
  limits: [acs3WindowMs],
  texts: gatewayTexts,
};
