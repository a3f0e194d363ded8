/** UpdateCacheTag and GetCacheTag. */
import type { AlibabaCall, AlibabaOperation } from "../operation.ts";
import type { JsonObject } from "../../../ports/json.ts";
import type { Esa } from "./context.ts";
import { argValue, conditions, lockFailed, versionReadOnly } from "./errors.ts";
import * as set from "./settings.ts";
import { ownSite, siteVersion } from "./sites.ts";

const HTTP_TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

export function updateCacheTag(esa: Esa): AlibabaOperation {
  return {
    methods: ["POST"],
    perSecond: set.perSecond,
    run(call) {
      const site = ownSite(esa.sites, call.params.requiredId("SiteId"), call.account);
      if (site.condition !== "ok") throw conditions[site.condition];
      const conflicts = esa.tenant.settings.switch(set.managedCacheTag) === "FunctionConflict";
      if (conflicts && site.versionManagement) throw conditions.functionConflict;
      const version = siteVersion(site, call.params.integer("SiteVersion") ?? 0);
      if (version.readOnly) throw versionReadOnly;
      const asked = readConfig(esa, call);

      const now = esa.tenant.clock.now();
      if (now < site.lockedUntil) throw lockFailed;
      site.lockedUntil = now + esa.tenant.settings.limit(set.lockMs);

      const keep = esa.tenant.settings.switch(set.omittedFields) === "unchanged";
      version.tagName = asked.tagName ?? (keep ? version.tagName : undefined);
      version.caseInsensitive = asked.caseInsensitive ?? (keep ? version.caseInsensitive : undefined);
      return {};
    },
  };
}

export function getCacheTag(esa: Esa): AlibabaOperation {
  return {
    methods: ["GET", "POST"],
    perSecond: set.perSecond,
    permission: set.getCacheTagPermission,
    run(call) {
      const site = ownSite(esa.sites, call.params.requiredId("SiteId"), call.account);
      const number = call.params.integer("SiteVersion") ?? 0;
      const version = siteVersion(site, number);
      return { SiteVersion: number, ...shownConfig(esa, version.tagName, version.caseInsensitive) };
    },
  };
}

function shownConfig(esa: Esa, tagName: string | undefined, caseInsensitive: string | undefined): JsonObject {
  const open = esa.tenant.settings.switch(set.unconfiguredTag);
  const name = open === "default" ? "Cache-Tag" : "";
  return {
    ...(tagName || open !== "absent" ? { TagName: tagName || name } : {}),
    ...(caseInsensitive || open !== "absent" ? { CaseInsensitive: caseInsensitive ?? "off" } : {}),
  };
}

function readConfig(
  esa: Esa,
  call: AlibabaCall,
): { tagName: string | undefined; caseInsensitive: "on" | "off" | undefined } {
  const tagName = call.params.get("TagName");
  if (tagName === "" && esa.tenant.settings.switch(set.emptyTagName) === "reject") throw argValue;
  if (tagName && (!HTTP_TOKEN.test(tagName) || tagName.length > esa.tenant.settings.limit(set.tagNameBytes))) {
    throw argValue;
  }
  const caseInsensitive = call.params.get("CaseInsensitive");
  if (caseInsensitive === undefined || caseInsensitive === "on" || caseInsensitive === "off") {
    return { tagName, caseInsensitive };
  }
  throw argValue;
}
