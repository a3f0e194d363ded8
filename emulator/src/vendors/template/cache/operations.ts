/** PurgeUrls, ListPurges, GetQuota. */
import * as z from "zod";
import { isoSeconds } from "../../../clock/time.ts";
import type { Call, Operation } from "../../../ports/service.ts";
import type { TenantPort } from "../../../ports/tenant.ts";
import type { DailyCounters } from "../../quota.ts";
import type { Records } from "../../state.ts";
import { type Task, type TaskBoard, taskEnd, window } from "../../tasks.ts";
import { httpHost } from "../../urls.ts";
import { invalidBody } from "../errors.ts";
import { foreignSite, invalidUrl, quotaUsedUp, tooManyUrls } from "./errors.ts";
import { batchUrls, dailyUrls, historyMs, perSecond, purgeMs, taskOrder } from "./settings.ts";

/** What the operations share for one tenant. */
export interface Cache {
  readonly tenant: TenantPort;
  readonly sites: Records<{ readonly host: string; readonly account: string; readonly tagHeader: string }>;
  readonly tasks: TaskBoard;
  /** By account. */
  readonly quotas: DailyCounters;
}

const purgeSchema = z.strictObject({ urls: z.array(z.string()).min(1) });

export function purgeUrls(cache: Cache): Operation {
  return {
    methods: ["POST"],
    perSecond,
    run(call) {
      const { settings, edge } = cache.tenant;
      const { urls } = read(purgeSchema, call);
      if (urls.length > settings.limit(batchUrls)) throw tooManyUrls;
      const hosts = new Set(urls.map((url) => ownHost(cache, url, call.account)));
      if (!cache.quotas.take(call.account, urls.length, settings.limit(dailyUrls))) throw quotaUsedUp;
      const task = newTask(cache, call, urls);
      cache.tasks.add(task);
      if (task.completesAt !== null) {
        edge.purge({
          requestId: call.requestId,
          matches: urls.filter((url) => !task.failures.has(url)).map((url) => ({ by: "url", url })),
          hosts: [...hosts],
          mode: "delete",
          from: task.createdAt,
          until: task.completesAt,
        });
      }
      return { taskId: task.id };
    },
  };
}

const listSchema = z.strictObject({
  taskId: z.string().optional(),
  offset: z.int().nonnegative().default(0),
  limit: z.int().min(1).max(100).default(20),
});

export function listPurges({ tenant, tasks }: Cache): Operation {
  return {
    methods: ["POST"],
    perSecond,
    run(call) {
      const { taskId, offset, limit } = read(listSchema, call);
      const now = tenant.clock.now();
      tasks.expire(now - tenant.settings.limit(historyMs));
      const newest = tasks.newestFirst();
      const ordered = tenant.settings.switch(taskOrder) === "newest" ? newest : newest.toReversed();
      const wanted = ordered.filter(
        (task) => task.account === call.account && (taskId === undefined || task.id === taskId),
      );
      const page = window(
        wanted.flatMap((task) => [...tasks.rows(task, now)]),
        offset,
        limit,
      );
      return {
        total: page.total,
        tasks: page.items.map(({ task, target, state, failure }) => ({
          taskId: task.id,
          url: target,
          status: state === "waiting" ? "running" : state,
          createdAt: isoSeconds(task.createdAt),
          ...(failure ? { reason: failure.reason } : {}),
        })),
      };
    },
  };
}

export function getQuota({ tenant, quotas }: Cache): Operation {
  return {
    methods: ["POST"],
    perSecond,
    run(call) {
      read(z.strictObject({}), call);
      const { settings } = tenant;
      const daily = settings.limit(dailyUrls);
      return { batch: settings.limit(batchUrls), daily, left: Math.max(0, daily - quotas.used(call.account)) };
    },
  };
}

function read<Input>(schema: z.ZodType<Input>, { input }: Call): Input {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw invalidBody;
  return parsed.data;
}

function ownHost({ sites }: Cache, url: string, account: string): string {
  const host = httpHost(url);
  if (host === undefined) throw invalidUrl;
  if (sites.get(host)?.account !== account) throw foreignSite;
  return host;
}

function newTask({ tenant: { clock, random, settings } }: Cache, call: Call, urls: readonly string[]): Task {
  const now = clock.now();
  return {
    id: random.digits(12),
    account: call.account,
    requestId: call.requestId,
    scope: "",
    kind: "purge",
    type: "url",
    method: "delete",
    targets: urls,
    createdAt: now,
    startsAt: now,
    ...taskEnd(call.faults, urls, "internal", now + settings.limit(purgeMs)),
  };
}
