/** ESA, as its pages of 2024-09-10 describe it: purges and prefetches. */
import * as z from "zod";
import { hostOf, type Account, type Row } from "./account.ts";
import { flag, forbidden, listTasks, query } from "./alibaba.ts";
import { assert, counter, idOf, operation, stamp, take, timeOf, type Operation, type Rules } from "./wire.ts";

const siteId = "5407498413000";

const url = z.url({ protocol: /^https?$/ });
const cacheKey = z.strictObject({ Url: url, Headers: z.record(z.string(), z.string()).optional() });
/** For each type: the member of `Content` that has the targets, what they are, how many a call takes. */
const types = {
  file: ["Files", url, 1000],
  cachekey: ["CacheKeys", cacheKey.transform((key) => (key.Headers ? JSON.stringify(key) : key.Url)), 1000],
  cachetag: ["CacheTags", z.string().min(1), 30],
  directory: ["Directories", url.endsWith("/"), 100],
  ignoreParams: ["IgnoreParams", url, 100],
  hostname: ["Hostnames", z.hostname(), 10],
  preload: ["", url, 100],
} as const;
const purgeTypes = ["file", "cachekey", "cachetag", "directory", "ignoreParams", "hostname"] as const;
const type = z.enum([...purgeTypes, "purgeall"]);

function submit(account: Account, verb: "purge" | "prefetch", kind: keyof typeof types | "purgeall", content: unknown) {
  const [member, target, most] = kind === "purgeall" ? ["", z.never(), 1] : types[kind];
  const list = z.array(target).min(1);
  const everything = z.strictObject({ PurgeAll: z.literal(true) }).transform(() => ["*"]);
  const shape = kind === "purgeall" ? everything : member === "" ? list : z.strictObject({ [member]: list });
  const parsed = shape.safeParse(content);
  assert(parsed.success, 400, "InvalidParameters", `Content: ${parsed.error?.issues[0]?.message}`);
  const targets = z.array(z.string()).parse(Array.isArray(parsed.data) ? parsed.data : Object.values(parsed.data)[0]);
  const of = (each: string): string => hostOf(each.startsWith("{") ? String(JSON.parse(each).Url) : each);
  const rules: Rules = {
    most,
    ...(kind === "cachetag" || kind === "purgeall" ? {} : { hosts: { most: 10, ours: /(^|\.)example\.com$/, of } }),
    tooMany: [400, "InvalidParameters", "The specified parameters are invalid."],
    notOurs: [400, "InvalidParameter.RecordNotBelongToSite", "The record does not belong to the site."],
    malformed: [400, "InvalidParameters.InvalidUrls", "The specified urls are invalid."],
    usedUp: [403, "Purge.OverQuota", "The quota of the day is used up."],
  };
  const [task] = take(account, { cache: "esa", verb, kind, targets }, rules);
  return task === undefined ? {} : { TaskId: idOf(account, { task }) };
}

const site = z.literal(siteId, { error: "The website does not exist or does not belong to you." });
const states = { waiting: "Refreshing", working: "Refreshing", done: "Complete", failed: "Failed" } as const;
const tasks = { SiteId: site, Content: z.string().optional(), ...query(50) };

function list(account: Account, asked: z.output<z.ZodObject<typeof tasks>>, verb: string, kind: string): object {
  const shown = (row: Row): object => ({
    TaskId: idOf(account, row),
    Content: row.target ?? null,
    ...(verb === "purge" ? { Type: row.task.kind } : {}),
    Status: states[row.state],
    Process: { waiting: "0%", working: "40%", done: "100%", failed: "100%" }[row.state],
    // A prefetch's sample has a time without zone.
    CreateTime: verb === "purge" ? timeOf(account, row.task.madeAt) : stamp(row.task.madeAt).replace(/T(.*)Z/, " $1"),
    Description: row.reason ?? null,
  });
  return listTasks(
    account,
    asked,
    (task) => task.cache === "esa" && task.verb === verb && task.kind === kind,
    ({ state, target }) => (asked.Status ?? states[state]) === states[state] && (asked.Content ?? target) === target,
    shown,
  );
}

export const esa: Readonly<Record<string, Operation>> = {
  PurgeCaches: operation(
    { SiteId: site, Type: type, Content: z.string(), Force: flag, EdgeComputePurge: flag },
    ({ Type, Content }, account) => submit(account, "purge", Type, JSON.parse(Content)),
  ),
  PreloadCaches: operation(
    { SiteId: site, Content: z.string(), Headers: z.string().optional() },
    ({ Content }, account) => submit(account, "prefetch", "preload", JSON.parse(Content)),
  ),
  DescribePurgeTasks: operation(
    { ...tasks, Type: type.default("file") },
    (asked, account) => list(account, asked, "purge", asked.Type),
    "GET",
  ),
  DescribePreloadTasks: operation(tasks, (asked, account) => list(account, asked, "prefetch", "preload"), "GET"),
  GetPurgeQuota: operation(
    { SiteId: site, Type: type.exclude(["cachekey"]).default("file") },
    ({ Type }, account) => {
      assert(account.manners.mayReadQuotas, ...forbidden);
      return { Quota: counter(account, account.daily), Usage: counter(account, account.used("esa", Type)) };
    },
    "GET",
  ),
};
