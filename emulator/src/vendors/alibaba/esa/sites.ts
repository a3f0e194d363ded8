/** ESA's sites: what a seed says of them, and finding the one that a call may see. */
import * as z from "zod";
import { hostMatches } from "../../../ports/edge.ts";
import { siteNotFound, versionNotValid } from "./errors.ts";
import { plans } from "./settings.ts";

const versionSchema = z.strictObject({
  version: z.int().nonnegative(),
  readOnly: z.boolean().default(false),
  /** Absent: never configured. */
  tagName: z.string().optional(),
  caseInsensitive: z.enum(["on", "off"]).optional(),
});

export const siteSchema = z.strictObject({
  siteId: z.string().regex(/^\d{1,19}$/),
  siteName: z.string().min(1),
  account: z.string().min(1),
  plan: z.enum(plans).default("enterprise"),
  status: z.enum(["pending", "active", "offline", "moved"]).default("active"),
  /** The plan instance behind the site, and what else may be in the way of a write. */
  condition: z.enum(["ok", "noInstance", "instanceOffline", "busy", "functionConflict", "configTooLong"]).default("ok"),
  accessType: z.enum(["NS", "CNAME"]).default("NS"),
  coverage: z.enum(["domestic", "global", "overseas"]).default("overseas"),
  /** Proxied host names; `*.example.com` stands for any host below. */
  records: z.array(z.string()),
  /** Hosts that edge routines answer for: what they keep by the Cache API, only `EdgeComputePurge` reaches. */
  routineHosts: z.array(z.string()).default([]),
  versionManagement: z.boolean().default(false),
  versions: z.array(versionSchema).default([{ version: 0, readOnly: false }]),
  /** The version that the edge serves. */
  activeVersion: z.int().nonnegative().default(0),
  tags: z.record(z.string(), z.string()).default({}),
  /** Features that are part of the site's cache key. */
  cacheKey: z.array(z.enum(["UserGeo", "UserDeviceType", "UserLanguage"])).default([]),
});

export type SiteSeed = z.input<typeof siteSchema>;
type Parsed = z.output<typeof siteSchema>;

export interface SiteVersion {
  readOnly: boolean;
  tagName: string | undefined;
  caseInsensitive: "on" | "off" | undefined;
}

export interface Site extends Omit<Parsed, "versions"> {
  readonly versions: Map<number, SiteVersion>;
  /** Writes before this moment are refused with LockFailed. */
  lockedUntil: number;
  readonly createdAt: number;
}

export function openSite(seed: Parsed, now: number): Site {
  const versions = new Map<number, SiteVersion>(
    seed.versions.map(({ version, readOnly, tagName, caseInsensitive }) => [
      version,
      { readOnly, tagName, caseInsensitive },
    ]),
  );
  return { ...seed, versions, lockedUntil: 0, createdAt: now };
}

/** The site, if it exists and belongs to the account. */
export function ownSite(sites: ReadonlyMap<string, Site>, siteId: string, account: string): Site {
  const site = sites.get(siteId);
  if (!site || site.account !== account) throw siteNotFound;
  return site;
}

export function siteVersion(site: Site, version: number): SiteVersion {
  const found = site.versions.get(version);
  if (!found || (version !== 0 && !site.versionManagement)) throw versionNotValid;
  return found;
}

export function servesHost(site: Site, host: string): boolean {
  return hostMatches(host, site.records);
}

/** The response header that names an object's tags, and whether case counts. */
export function tagRule(site: Site): { header: string; caseInsensitive: boolean } {
  const version = site.versions.get(site.activeVersion);
  return {
    header: version?.tagName ? version.tagName : "Cache-Tag",
    caseInsensitive: version?.caseInsensitive === "on",
  };
}
