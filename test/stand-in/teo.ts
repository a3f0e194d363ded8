/** EdgeOne, as its pages of 2022-09-01 describe it. */
import * as z from "zod";
import { hostOf, type Account, type Row } from "./account.ts";
import type { Order } from "./edge.ts";
import { spell } from "./manners.ts";
import {
  assert,
  counter,
  isAbout,
  listed,
  operation,
  stamp,
  take,
  timeOf,
  type Operation,
  type Refusal,
  type Rules,
} from "./wire.ts";

const zone = z.enum(["zone-2o1xvpmq7nn1", "*"], { error: "The zone does not exist." });
const forbidden: Refusal = [200, "UnauthorizedOperation.NoPermission", "Please get permissions first."];
const hosts = /(^|\.)example\.net$/;

const purgeTypes = z.enum(["purge_url", "purge_prefix", "purge_host", "purge_all", "purge_cache_tag"]);
const mostOf = { purge_url: 2000, purge_prefix: 1000, purge_host: 1000, purge_all: 1, purge_cache_tag: 100 } as const;
const most = { ...mostOf, prefetch_url: 2000 } as const;

function submit(
  account: Account,
  { verb, kind, targets, method }: Omit<Order, "cache" | "kind"> & { readonly kind: keyof typeof most },
) {
  const byUrl = kind === "purge_url" || kind === "purge_prefix" || kind === "prefetch_url";
  const reasons = new Map<string, string>();
  for (const target of targets) {
    const told = account.trouble(
      (each) => each.kind === "failTarget" && each.as === "failedList" && each.target === target,
    );
    const wrong = (byUrl && !hosts.test(hostOf(target))) || isAbout(target, account.manners.unwanted);
    if (told?.kind === "failTarget") reasons.set(target, told.reason);
    else if (wrong) reasons.set(target, "domain not valid");
  }
  const good = targets.filter((target) => !reasons.has(target));
  const rules: Rules = {
    most: most[kind],
    tooMany: [200, "LimitExceeded.BatchQuota", "Reached the upper limit of resource number."],
    notOurs: [200, "InvalidParameter.DomainNotFound", "The domain name is not belong to this account."],
    malformed: [200, "InvalidParameter.Target", "Resource error."],
    usedUp: [200, "LimitExceeded.DailyQuota", "Reached the daily upper limit of resource number."],
  };
  const [task] = good.length > 0 ? take(account, { cache: "teo", verb, kind, targets: good, method }, rules) : [];
  const { spelling } = account.manners;
  const bad = [...reasons].map(([target, Reason]) => ({ Reason, Targets: [spell(target, spelling)] }));
  const none = account.trouble(({ kind: trouble }) => trouble === "nullFailedList") !== undefined;
  const FailedList = none && bad.length === 0 ? null : listed(account, bad);
  return { ...(task === undefined ? {} : { JobId: jobId(task.id) }), FailedList };
}

/** Twelve characters of the alphabet of the samples. */
function jobId(id: bigint): string {
  return id.toString(36).padStart(12, "0").slice(-12);
}

const when = z.iso.datetime({ offset: true }).transform(Date.parse);
const query = {
  ZoneId: zone,
  StartTime: when.optional(),
  EndTime: when.optional(),
  Offset: z.int().min(0).default(0),
  Limit: z.int().min(1).max(1000).default(20),
  Filters: z
    .array(
      z.strictObject({ Name: z.string(), Values: z.array(z.string()).min(1).max(20), Fuzzy: z.boolean().optional() }),
    )
    .default([]),
};
type Query = z.output<z.ZodObject<typeof query>>;

const states = { waiting: "processing", working: "processing", done: "success", failed: "failed" } as const;
const fields: Readonly<Record<string, (row: Row) => string>> = {
  "job-id": ({ task }) => jobId(task.id),
  target: ({ target }) => target ?? "",
  domains: ({ target }) => hostOf(target ?? ""),
  statuses: ({ state }) => states[state],
  type: ({ task }) => task.kind,
};

function list(account: Account, asked: Query, verb: "purge" | "prefetch", cannot: readonly string[]): object {
  assert(account.manners.mayList, ...forbidden);
  const { StartTime: start, EndTime: end, Filters } = asked;
  const byJob = Filters.some(({ Name }) => Name === "job-id");
  const error = "InvalidParameter.ParameterError";
  assert(byJob || (start !== undefined && end !== undefined), 200, error, "Give a time range or a job-id.");
  const week = 7 * 86_400_000;
  assert((end ?? 0) - (start ?? 0) <= week, 200, error, "Parameter error: Invalid “End time”: more than 7 days.");
  const bad = Filters.find(({ Name }) => !(Name in fields) || cannot.includes(Name));
  assert(bad === undefined, 200, error, `Parameter error: Invalid filter ${bad?.Name}.`);
  const rows = account
    .rows(
      (task) =>
        task.cache === "teo" && task.verb === verb && task.madeAt >= (start ?? 0) && task.madeAt <= (end ?? Infinity),
    )
    .filter((row) => Filters.every(({ Name, Values }) => Values.includes(fields[Name]?.(row) ?? "")));
  const size = Math.min(asked.Limit, account.manners.pageRows);
  const Tasks = rows.slice(asked.Offset, asked.Offset + size).map((row) => ({
    JobId: jobId(row.task.id),
    Target: row.target ?? null,
    Type: row.task.kind,
    Method: row.task.method ?? "",
    // Two more words for what has failed.
    Status: /^(canceled|timeout)$/.test(row.reason ?? "") ? row.reason : states[row.state],
    CreateTime: zoned(account, row.task.madeAt),
    UpdateTime: zoned(account, account.now()),
    FailType: row.state === "failed" ? "taskFailed" : null,
    FailMessage: row.reason ?? null,
  }));
  return { TotalCount: rows.length, Tasks: listed(account, Tasks) };
}

/** The page allows any offset. */
function zoned(account: Account, at: number): string {
  return account.manners.times === "local" ? timeOf(account, at) : stamp(at + 8 * 3_600_000).replace("Z", "+08:00");
}

export const teo: Readonly<Record<string, Operation>> = {
  CreatePurgeTask: operation(
    {
      ZoneId: zone,
      Type: purgeTypes,
      Method: z.enum(["invalidate", "delete"]).optional(),
      Targets: z.array(z.string()).optional(),
      CacheTag: z.strictObject({ Domains: z.array(z.string()) }).optional(),
      EncodeUrl: z.boolean().optional(),
    },
    ({ Type: kind, Targets = [], Method: method }, account) =>
      submit(account, { verb: "purge", kind, targets: kind === "purge_all" ? ["*"] : Targets, method }),
  ),
  CreatePrefetchTask: operation(
    {
      ZoneId: zone,
      Targets: z.array(z.string()),
      Mode: z.enum(["default", "edge"]).optional(),
      Headers: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).optional(),
      PrefetchMediaSegments: z.enum(["on", "off"]).optional(),
    },
    ({ Targets: targets }, account) => submit(account, { verb: "prefetch", kind: "prefetch_url", targets }),
  ),
  DescribePurgeTasks: operation(query, (asked, account) => list(account, asked, "purge", [])),
  DescribePrefetchTasks: operation(query, (asked, account) => list(account, asked, "prefetch", ["type"])),
  DescribeContentQuota: operation({ ZoneId: zone }, (_, account) => {
    assert(account.manners.mayReadQuotas, ...forbidden);
    const of = (kind: keyof typeof most): object => ({
      Type: kind,
      Batch: counter(account, most[kind]),
      Daily: counter(account, account.daily),
      DailyAvailable: counter(account, account.daily - account.used("teo", kind)),
    });
    return { PurgeQuota: purgeTypes.options.map(of), PrefetchQuota: [of("prefetch_url")] };
  }),
};
