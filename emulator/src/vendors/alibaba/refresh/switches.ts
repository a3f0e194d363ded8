/** The open questions that CDN and DCDN share, under each one's name. */
import { defineSwitch } from "../../../ports/settings.ts";
import type { FlavorSwitches } from "./flavor.ts";

export function flavorSwitches(service: "cdn" | "dcdn"): FlavorSwitches {
  return {
    ignoreParamsWord: defineSwitch({
      name: `${service}.ignoreParamsWord`,
      values: service === "cdn" ? ["both", "ExQuery", "IgnoreParams"] : ["IgnoreParams", "both", "ExQuery"],
      basis: "UNVERIFIED",
      about:
        "The ObjectType for files with every query string: CDN's SDKs say ExQuery, its newest page and DCDN IgnoreParams.",
    }),
    tagQuota: defineSwitch({
      name: `${service}.tagQuota`,
      values: ["url", "none"],
      basis: "UNVERIFIED",
      about: "Whether a purge by tag counts against the URL quota.",
    }),
    unknownTag: defineSwitch({
      name: `${service}.unknownTag`,
      values: ["accepted", "InvalidParameters"],
      basis: "UNVERIFIED",
      about: "A purge by a tag that no cached object of the domain carries: accepted without effect, or refused.",
    }),
    quotaShape: defineSwitch({
      name: `${service}.quotaShape`,
      values: ["strings", "numbers"],
      basis: "UNVERIFIED",
      about: "Quotas as strings (the model), or as numbers with `blockRemain` (the doc's sample).",
    }),
    longUrl: defineSwitch({
      name: `${service}.longUrlCode`,
      values: ["InvalidObjectPath.Malformed", "InvalidObjectPath.Size.Malformed"],
      basis: "CHOICE",
      about: "The code for a URL of more than 1,024 characters.",
    }),
    preloadQueueStatus: defineSwitch({
      name: `${service}.preloadQueueStatus`,
      values: ["400", "403"],
      basis: "UNVERIFIED",
      about: "HTTP status of PreloadQueueFull; the documents disagree.",
    }),
    edgeRoutineDomains: defineSwitch({
      name: `${service}.edgeRoutineDomainsCode`,
      values: ["InvalidParameters", "InvalidObjectPath.Malformed"],
      basis: "UNVERIFIED",
      about: "The code for an Edge Routine refresh of several domains.",
    }),
  };
}

/** Those that a service without Edge Routine has. */
export function commonSwitches(of: FlavorSwitches) {
  const { ignoreParamsWord, tagQuota, unknownTag, quotaShape, longUrl, preloadQueueStatus } = of;
  return [ignoreParamsWord, tagQuota, unknownTag, quotaShape, longUrl, preloadQueueStatus];
}
