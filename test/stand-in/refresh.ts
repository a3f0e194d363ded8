/** CDN of 2018-05-10 and DCDN of 2018-01-15, as their pages describe them; operations both have go by their own names. */
import * as z from "zod";
import { hostOf, type Account, type Row } from "./account.ts";
import type { Task } from "./edge.ts";
import { flag, forbidden, listTasks, query } from "./alibaba.ts";
import { assert, counter, idOf, listed, operation, take, timeOf, type Operation, type Rules } from "./wire.ts";

export interface Product {
  readonly cache: "cdn" | "dcdn";
  /** What its rows call a directory. */
  readonly directory: string;
  readonly largestPage: number;
  readonly wrapper: string;
  readonly percent: string;
  readonly names: Readonly<Record<"refresh" | "tag" | "push" | "pushed" | "byId" | "list" | "quota", string>>;
}

const mostOf = { File: 1000, Directory: 100, Regex: 1, IgnoreParams: 100, CacheTag: 1000, preload: 100 } as const;

export const paths = z
  .string()
  .transform((text) => text.split(/\r?\n/).filter((line) => line !== ""))
  .pipe(z.array(z.url({ protocol: /^https?$/ }).max(1024)).min(1));
export const purgeTypes = z.enum(["File", "Directory", "Regex", "IgnoreParams"]);
export const tags = z
  .string()
  .min(1)
  .transform((text) => text.split(","));

/** `domain`: of tags. */
export function submit(
  account: Account,
  order: { cache: string; kind: keyof typeof mostOf; targets: readonly string[]; domain?: string },
): string | bigint {
  const { cache, kind, targets, domain } = order;
  const of = (target: string): string => domain ?? hostOf(target);
  const most = mostOf[kind];
  const rules: Rules = {
    most,
    hosts: { most: cache.startsWith("er") ? 1 : 10, ours: /(^|\.)example\.com$/, of },
    tooMany: [400, "SingleRequest.OverLimit", `A maximum of ${most} URLs are supported for each request.`],
    notOurs: [404, "InvalidDomain.NotFound", "The specified domain does not belong to you."],
    malformed: [400, "InvalidObjectPath.Malformed", "The specified ObjectPath is invalid."],
    usedUp: [400, "QuotaExceeded.Refresh", "You've exceeded the prescribed refresh limits."],
  };
  const verb = kind === "preload" ? "prefetch" : "purge";
  // Several domains, several tasks.
  const groups = [...new Set(targets.map(of))].map((host) => targets.filter((target) => of(target) === host));
  const ids = take(account, { cache, verb, kind, targets }, rules, groups).map((task) => idOf(account, { task }));
  return ids.length === 1 && ids[0] !== undefined ? ids[0] : ids.join(",");
}

const states = { waiting: "Pending", working: "Refreshing", done: "Complete", failed: "Failed" } as const;

export function family(product: Product): Record<string, Operation> {
  const { cache, names } = product;
  const isOurs = (task: Task): boolean => task.cache === cache || (cache === "dcdn" && task.cache.startsWith("er"));
  const write = (account: Account, row: Row): object => ({
    TaskId: idOf(account, row),
    ObjectPath: row.target ?? null,
    ObjectType: row.task.kind === "Directory" ? product.directory : row.task.kind.toLowerCase(),
    Status: states[row.state],
    Process: `${{ waiting: 0, working: 50, done: 100, failed: 100 }[row.state]}${product.percent}`,
    CreationTime: timeOf(account, row.task.madeAt),
    Description: row.reason ?? null,
  });
  return {
    [names.refresh]: operation(
      { ObjectPath: paths, ObjectType: purgeTypes.default("File"), Force: flag },
      ({ ObjectPath: targets, ObjectType: kind }, account) => ({
        RefreshTaskId: submit(account, { cache, kind, targets }),
      }),
    ),
    [names.tag]: operation(
      { CacheTag: tags, DomainName: z.hostname(), Force: flag },
      ({ CacheTag: targets, DomainName: domain }, account) => ({
        RefreshTaskId: submit(account, { cache, kind: "CacheTag", targets, domain }),
      }),
    ),
    [names.push]: operation(
      {
        ObjectPath: paths,
        Area: z.enum(["domestic", "overseas"]).optional(),
        L2Preload: flag,
        QueryHashkey: flag,
        WithHeader: z.string().optional(),
      },
      ({ ObjectPath: targets }, account) => ({
        [names.pushed]: submit(account, { cache, kind: "preload", targets }),
      }),
    ),
    [names.byId]: operation({ TaskId: z.string().regex(/^\d+(,\d+){0,9}$/) }, ({ TaskId }, account) => {
      const ids = new Set(TaskId.split(","));
      const rows = account.rows((task) => isOurs(task) && ids.has(String(task.id)));
      return {
        TotalCount: rows.length,
        Tasks: listed(
          account,
          rows.map((row) => write(account, row)),
        ),
      };
    }),
    [names.list]: operation(
      {
        TaskId: z.string().optional(),
        ObjectPath: z.string().optional(),
        DomainName: z.string().optional(),
        ObjectType: z.enum(["file", "directory", "regex", "preload"]).optional(),
        ...query(product.largestPage),
      },
      (asked, account) => {
        const fits = (task: Task): boolean =>
          isOurs(task) &&
          (asked.TaskId ?? String(task.id)) === String(task.id) &&
          (asked.ObjectType ?? task.kind.toLowerCase()) === task.kind.toLowerCase();
        const rowFits = ({ target, state }: Row): boolean =>
          (asked.ObjectPath ?? target) === target &&
          (asked.Status ?? states[state]) === states[state] &&
          (asked.DomainName ?? hostOf(target ?? "")) === hostOf(target ?? "");
        const page = listTasks(account, asked, fits, rowFits, (row) => write(account, row));
        return { ...page, Tasks: page.Tasks ? { [product.wrapper]: page.Tasks } : page.Tasks };
      },
    ),
    [names.quota]: operation({}, (_, account) => {
      assert(account.manners.mayReadQuotas, ...forbidden);
      const of = (name: string, kind: string): object => ({
        [`${name}Quota`]: counter(account, account.daily),
        // One sample of the page begins a name in lower case.
        [`${name === "Url" ? "url" : name}Remain`]: counter(account, account.daily - account.used(cache, kind)),
      });
      const purges = { ...of("Url", "File"), ...of("Dir", "Directory"), ...of("Regex", "Regex") };
      return { ...purges, ...of("IgnoreParams", "IgnoreParams"), ...of("Preload", "preload") };
    }),
  };
}
