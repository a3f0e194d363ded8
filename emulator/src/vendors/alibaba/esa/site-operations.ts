/** ListSites, GetSite, ActivateVersionManagement, DeactivateVersionManagement. */
import * as z from "zod";
import { isoSeconds } from "../../../clock/time.ts";
import type { JsonObject } from "../../../ports/json.ts";
import { window } from "../../tasks.ts";
import type { AlibabaOperation } from "../operation.ts";
import type { Esa } from "./context.ts";
import * as errors from "./errors.ts";
import * as set from "./settings.ts";
import { type Site, ownSite } from "./sites.ts";

export function listSites(esa: Esa): AlibabaOperation {
  return {
    methods: ["GET", "POST"],
    perSecond: set.perSecond,
    run(call) {
      const { params } = call;
      const pageNumber = params.integerBetween("PageNumber", 1, 100_000, 1);
      const pageSize = params.integerBetween("PageSize", 1, 500, 500);
      const named = nameFilter(params.get("SiteName"), params.get("SiteSearchType") || "exact");
      const tags = tagFilter(params.get("TagFilter"));
      const exact = [
        [params.get("Status"), (site: Site) => site.status],
        [params.get("AccessType"), (site: Site) => site.accessType],
        [params.get("Coverage"), (site: Site) => site.coverage],
        [params.get("PlanSubscribeType"), planName],
      ] as const;
      const onlyEnterprise = params.boolean("OnlyEnterprise", false);
      const wanted = [...esa.sites.values()].filter(
        (site) =>
          site.account === call.account &&
          named(site.siteName) &&
          tags.every(({ Key, Value }) => Object.hasOwn(site.tags, Key) && (!Value || site.tags[Key] === Value)) &&
          exact.every(([value, of]) => !value || of(site) === value) &&
          (!onlyEnterprise || site.plan === "enterprise"),
      );
      const page = window(wanted, (pageNumber - 1) * pageSize, pageSize);
      return {
        TotalCount: page.total,
        PageNumber: pageNumber,
        PageSize: pageSize,
        Sites: page.items.map(shownSite),
      };
    },
  };
}

export function getSite(esa: Esa): AlibabaOperation {
  return {
    methods: ["GET", "POST"],
    perSecond: set.perSecond,
    run(call) {
      const site = ownSite(esa.sites, call.params.requiredId("SiteId"), call.account);
      return { SiteModel: { ...shownSite(site), VersionManagement: site.versionManagement, VanityNSList: {} } };
    },
  };
}

export function activateVersionManagement(esa: Esa): AlibabaOperation {
  return {
    methods: ["POST"],
    perSecond: set.perSecond,
    run(call) {
      const site = ownSite(esa.sites, call.params.requiredId("SiteId"), call.account);
      if (site.plan !== "advanced" && site.plan !== "enterprise") throw errors.versionQuota;
      site.versionManagement = true;
      return {};
    },
  };
}

export function deactivateVersionManagement(esa: Esa): AlibabaOperation {
  return {
    methods: ["POST"],
    perSecond: set.perSecond,
    run(call) {
      const site = ownSite(esa.sites, call.params.requiredId("SiteId"), call.account);
      if (site.versions.size > 1) throw errors.versionOperation;
      site.versionManagement = false;
      return {};
    },
  };
}

function nameFilter(name: string | undefined, how: string): (siteName: string) => boolean {
  if (!name) return () => true;
  switch (how) {
    case "exact":
      return (siteName) => siteName === name;
    case "prefix":
      return (siteName) => siteName.startsWith(name);
    case "suffix":
      return (siteName) => siteName.endsWith(name);
    case "fuzzy":
      return (siteName) => siteName.includes(name);
    default:
      throw errors.invalidParameters;
  }
}

const tagFilterSchema = z.array(z.looseObject({ Key: z.string(), Value: z.string().optional() }));

function tagFilter(text: string | undefined): z.output<typeof tagFilterSchema> {
  if (!text) return [];
  try {
    return tagFilterSchema.parse(JSON.parse(text));
  } catch {
    throw errors.invalidParameters;
  }
}

function planName(site: Site): string {
  return `${site.plan}plan`;
}

function shownSite(site: Site): JsonObject {
  return {
    SiteId: BigInt(site.siteId),
    SiteName: site.siteName,
    Status: site.status,
    AccessType: site.accessType,
    Coverage: site.coverage,
    InstanceId: `esa-site-${site.siteId}`,
    PlanName: planName(site),
    PlanSpecName: planName(site),
    CreateTime: isoSeconds(site.createdAt),
    UpdateTime: isoSeconds(site.createdAt),
    NameServerList: "ns1.example.net,ns2.example.net",
    ResourceGroupId: "rg-emulator",
    Tags: site.tags,
    CnameZone: `${site.siteName}.cname.example.net`,
    VerifyCode: "verify_emulator",
    OfflineReason: "",
    VisitTime: isoSeconds(site.createdAt),
  };
}
