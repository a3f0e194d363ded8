/** What the documents leave open about the wire itself. */
import { type LimitDefinition, defineSwitch } from "../ports/settings.ts";

export const precedence = defineSwitch({
  name: "alibaba.parameterPrecedence",
  values: ["form", "query"],
  basis: "CHOICE",
  about: "Which one counts when a parameter is in the query and in the form.",
});
export const esaForms = defineSwitch({
  name: "esa.forms",
  values: ["read", "ignored"],
  basis: "UNVERIFIED",
  about: "Whether ESA reads parameters from a form body, as its documents say of any POST.",
});
export const traceId = defineSwitch({
  name: "tencent.traceId",
  values: ["absent", "echoed"],
  basis: "UNVERIFIED",
  about: "Whether an answer carries the request's X-TC-TraceId.",
});
export const maxUrlBytes: LimitDefinition = {
  name: "http.maxUrlBytes",
  value: 4 * 1024 * 1024,
  source: "CHOICE: the real gateways' limit is not known; longer request lines get 414",
  readOn: "2026-11-22",
};
