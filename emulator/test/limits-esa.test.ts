/** Every number of ESA, by what a client sees with its default and with another value. */
import { expect } from "vitest";
import type { Answer } from "./clients.ts";
import { type LimitCase as Case, SiteId, describeLimits, useBench } from "./settings.ts";

const account = "1234567890123456";
const site = { account, records: ["*.example.com"] };
const plans = ["free", "basic", "standard", "advanced", "enterprise"] as const;
const siteOf = (plan: string): string => (plan === "enterprise" ? SiteId : `10${plans.findIndex((p) => p === plan)}`);
const bench = useBench({
  services: {
    esa: { sites: plans.map((plan) => ({ ...site, siteId: siteOf(plan), siteName: `${plan}.com`, plan })) },
  },
});
const { esa, esaCode, purgeTags } = bench;
const later = (ms: number): Promise<unknown> => bench.emulator.control.clock.advance(ms);

const urls = (host: string, count: number): string[] => Array.from({ length: count }, (_, i) => `http://${host}/${i}`);
const json = JSON.stringify;
const contents: Record<string, (count: number) => object> = {
  file: (count) => ({ Files: urls("www.example.com", count) }),
  cachekey: (count) => ({ CacheKeys: urls("www.example.com", count).map((Url) => ({ Url })) }),
  cachetag: (count) => ({ CacheTags: urls("t", count) }),
  directory: (count) => ({ Directories: urls("www.example.com", count).map((url) => `${url}/`) }),
  ignoreParams: (count) => ({ IgnoreParams: urls("www.example.com", count) }),
  hostname: (count) => ({ Hostnames: Array.from({ length: count }, (_, i) => `h${i}.example.com`) }),
  purgeall: () => ({ PurgeAll: true }),
};
const purge = (Type: string, count: number, id: string = SiteId): Promise<unknown> =>
  esaCode("PurgeCaches", { SiteId: id, Type, Content: json(contents[Type]?.(count)) });
const preload = (count: number): Promise<unknown> =>
  esaCode("PreloadCaches", { Content: json(urls("www.example.com", count)) });
const firstStatus = ({ body }: Answer): unknown => (body["Tasks"] as { Status: string }[])[0]?.Status;
const upload = async (): Promise<string> => {
  const Url = await bench.emulator.control.storage.put("l.txt", "http://www.example.com/\n");
  const { body } = await esa("UploadFile", { Type: "file", UploadTaskName: "x", Url });
  return String(body["UploadId"] ?? body["Code"]);
};

describeLimits(bench, ["esa."], {
  ...Object.fromEntries(
    plans.flatMap((plan) =>
      Object.keys(contents).map((type): [string, Case] => {
        const quota = async (): Promise<unknown> =>
          (await esa("GetPurgeQuota", { SiteId: siteOf(plan), Type: type })).body["Quota"];
        // the quota of cache keys cannot be asked for
        const keys = plan === "enterprise" ? undefined : "QuotaExceeded";
        return [
          `esa.quota.${plan}.${type}`,
          type === "cachekey"
            ? { to: 1, see: () => purge(type, 1, siteOf(plan)), usual: keys, after: undefined }
            : { to: 7, see: quota, usual: expect.stringMatching(/^\d+$/), after: "7" },
        ];
      }),
    ),
  ),
  ...Object.fromEntries(
    Object.keys(contents).map((type): [string, Case] => [
      `esa.purge.${type}.batch`,
      { to: 0, see: () => purge(type, 1), usual: undefined, after: "InvalidParameters" },
    ]),
  ),
  "esa.perSecond": { to: 0, see: () => esaCode("GetSite"), usual: undefined, after: "TooManyRequests" },
  "esa.purge.domains": { to: 1, see: () => purge("hostname", 2), usual: undefined, after: "DomainNameOverLimit" },
  "esa.preload.batch": { to: 1, see: () => preload(2), usual: undefined, after: "InvalidParameters" },
  "esa.preload.daily": { to: 1, see: () => preload(2), usual: undefined, after: "QuotaExceeded" },
  "esa.lockMs": {
    to: 0,
    see: async () => {
      await esa("UpdateCacheTag", { TagName: "a" });
      return esaCode("UpdateCacheTag", { TagName: "b" });
    },
    usual: "LockFailed",
    after: undefined,
  },
  "esa.tagNameBytes": {
    to: 3,
    see: () => esaCode("UpdateCacheTag", { TagName: "Four" }),
    usual: undefined,
    after: "InvalidParameter.ArgValue",
  },
  "esa.historyMs": {
    to: 1000,
    see: async () => {
      await purgeTags("a");
      await later(2000);
      return (await esa("DescribePurgeTasks", { Type: "cachetag" })).body["TotalCount"];
    },
    usual: 1,
    after: 0,
  },
  "esa.uploadBytes": { to: 3, see: upload, usual: expect.stringMatching(/^\d{16}$/), after: "ExceedFileUpload" },
  "esa.purgeMs": {
    to: 9000,
    see: async () => {
      await purgeTags("a");
      await later(5000);
      return firstStatus(await esa("DescribePurgeTasks", { Type: "cachetag" }));
    },
    usual: "Complete",
    after: "Refreshing",
  },
  "esa.preloadMs": {
    to: 9000,
    see: async () => {
      await preload(1);
      await later(5000);
      return firstStatus(await esa("DescribePreloadTasks"));
    },
    // there is no such page at the origin
    usual: "Failed",
    after: "Refreshing",
  },
  "esa.uploadMs": {
    to: 9000,
    see: async () => {
      const UploadId = await upload();
      await later(5000);
      return (await esa("GetUploadTask", { UploadId })).body["Status"];
    },
    usual: "success",
    after: "running",
  },
  "esa.listingDelayMs": {
    to: 500,
    see: async () => {
      await purgeTags("a");
      return (await esa("DescribePurgeTasks", { Type: "cachetag" })).body["TotalCount"];
    },
    usual: 1,
    after: 0,
  },
  "esa.quotaResetHour": {
    to: 6,
    see: async () => {
      // from half past five to half past six in the morning, in UTC+8
      await bench.emulator.control.clock.freeze("2026-11-22T21:30:00Z");
      await purgeTags("a");
      await later(3_600_000);
      return (await esa("GetPurgeQuota", { Type: "cachetag" })).body["Usage"];
    },
    usual: "1",
    after: "0",
  },
});
