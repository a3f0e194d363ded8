/** Which operations CDN and DCDN have, and DCDN's for edge routines. */
import * as z from "zod";
import { flag } from "./alibaba.ts";
import { family, paths, purgeTypes, submit, tags } from "./refresh.ts";
import { operation, type Operation } from "./wire.ts";

export const cdn: Readonly<Record<string, Operation>> = family({
  cache: "cdn",
  directory: "directory",
  largestPage: 100,
  wrapper: "CDNTask",
  percent: "%",
  names: {
    refresh: "RefreshObjectCaches",
    tag: "RefreshObjectCacheByCacheTag",
    push: "PushObjectCache",
    pushed: "PushTaskId",
    byId: "DescribeRefreshTaskById",
    list: "DescribeRefreshTasks",
    quota: "DescribeRefreshQuota",
  },
});

const merged = z.string().optional();

export const dcdn: Readonly<Record<string, Operation>> = {
  ...family({
    cache: "dcdn",
    directory: "path",
    largestPage: 50,
    wrapper: "Task",
    percent: "",
    names: {
      refresh: "RefreshDcdnObjectCaches",
      tag: "RefreshDcdnObjectCacheByCacheTag",
      push: "PreloadDcdnObjectCaches",
      pushed: "PreloadTaskId",
      byId: "DescribeDcdnRefreshTaskById",
      list: "DescribeDcdnRefreshTasks",
      quota: "DescribeDcdnRefreshQuota",
    },
  }),
  RefreshErObjectCaches: operation(
    {
      ObjectPath: paths,
      ObjectType: purgeTypes,
      RoutineId: z.string().optional(),
      MergeDomainName: merged,
      Force: flag,
    },
    ({ ObjectPath: targets, ObjectType: kind, RoutineId: id }, account) => ({
      // What a routine keeps by the Cache API is its own; what its subrequests keep is everybody's.
      RefreshTaskId: submit(account, { cache: id === undefined ? "er" : `er ${id}`, kind, targets }),
    }),
  ),
  RefreshErObjectCachesByCacheTag: operation(
    { CacheTag: tags, Domain: z.hostname(), MergeDomainName: merged, Force: flag },
    ({ CacheTag: targets, Domain: domain }, account) => ({
      RefreshTaskId: submit(account, { cache: "er", kind: "CacheTag", targets, domain }),
    }),
  ),
};
