/** Listing tasks by filters, and finding them by id. */
import { isoSeconds, parseIsoSeconds } from "../../../clock/time.ts";
import type { JsonObject } from "../../../ports/json.ts";
import { type Row, type Task, window } from "../../tasks.ts";
import { listedTarget } from "../../urls.ts";
import type { AlibabaCall, AlibabaOperation } from "../operation.ts";
import type { Params } from "../params.ts";
import type { Refresh } from "./context.ts";
import { ownDomain } from "./domains.ts";
import * as errors from "./errors.ts";

const statuses = ["Complete", "Refreshing", "Failed"] as const;

export function describeTasks(refresh: Refresh, filterTypes: readonly string[]): AlibabaOperation {
  return {
    methods: ["POST", "GET"],
    perSecond: refresh.flavor.limits.tasksPerSecond,
    run(call) {
      const { flavor, tenant } = refresh;
      const { params } = call;
      const pageNumber = params.integerBetween("PageNumber", 1, 100_000, 1);
      const pageSize = params.integerBetween("PageSize", 1, tenant.settings.limit(flavor.limits.pageSize), 20);
      const wanted = readFilter(refresh, call, filterTypes);
      const page = window(rows(refresh, call, listed(refresh), wanted), (pageNumber - 1) * pageSize, pageSize);
      return {
        TotalCount: page.total,
        PageNumber: pageNumber,
        PageSize: pageSize,
        Tasks: { [flavor.listWrapper]: page.items.map((row) => shownRow(refresh, row, true)) },
      };
    },
  };
}

export function describeTaskById(refresh: Refresh): AlibabaOperation {
  return {
    methods: ["POST", "GET"],
    perSecond: refresh.flavor.limits.taskByIdPerSecond,
    run(call) {
      const text = call.params.get("TaskId");
      if (!text) throw errors.missing("TaskId");
      const ids = text.split(",");
      if (ids.some((id) => !/^\d+$/.test(id))) throw errors.taskIdMalformed;
      if (ids.length > refresh.tenant.settings.limit(refresh.flavor.limits.idsPerCall)) throw errors.invalidParameters;
      refresh.tasks.expire(refresh.tenant.clock.now() - refresh.tenant.settings.limit(refresh.flavor.limits.historyMs));
      const tasks = [...new Set(ids)].flatMap((id) => refresh.tasks.withId(id));
      const found = [...rows(refresh, call, tasks, () => true)];
      return { TotalCount: found.length, Tasks: found.map((row) => shownRow(refresh, row, false)) };
    },
  };
}

function listed({ tenant, flavor, tasks }: Refresh): readonly Task[] {
  tasks.expire(tenant.clock.now() - tenant.settings.limit(flavor.limits.historyMs));
  return tasks.newestFirst();
}

function* rows(
  { tenant, flavor, tasks: board }: Refresh,
  call: AlibabaCall,
  tasks: readonly Task[],
  wanted: (row: Row) => boolean,
): Generator<Row> {
  const now = tenant.clock.now();
  const delay = tenant.settings.limit(flavor.limits.listingDelayMs);
  for (const task of tasks) {
    if (task.account !== call.account || task.scope.startsWith("unlisted ")) continue;
    if (now - task.createdAt < delay) continue;
    for (const row of board.rows(task, now)) if (wanted(row)) yield row;
  }
}

function shownRow({ flavor, tenant }: Refresh, row: Row, inListing: boolean): JsonObject {
  const { task, target, percent, failure } = row;
  return {
    TaskId: task.id,
    ObjectPath: listedTarget(target, tenant.settings),
    ObjectType: inListing ? flavor.listedTypes[knownType(task.type)] : task.type,
    Status: shownStatus(row),
    Process: flavor.percent(percent),
    CreationTime: isoSeconds(task.createdAt),
    ...(failure ? { Description: describeFailure(flavor.descriptions, failure.reason) } : {}),
  };
}

function describeFailure(descriptions: Refresh["flavor"]["descriptions"], reason: string): string {
  return reason === "status" || reason === "timeout" ? descriptions[reason] : reason;
}

function knownType(type: string): keyof Refresh["flavor"]["listedTypes"] {
  const known = ["file", "directory", "regex", "ignoreparams", "tag", "preload"] as const;
  return known.find((name) => name === type) ?? "file";
}

function shownStatus({ state }: Row): string {
  const shown = { waiting: "Pending", running: "Refreshing", done: "Complete", failed: "Failed" } as const;
  return shown[state];
}

function readFilter(refresh: Refresh, call: AlibabaCall, filterTypes: readonly string[]): (row: Row) => boolean {
  const { params } = call;
  const taskId = params.get("TaskId");
  if (taskId && !/^\d+$/.test(taskId)) throw errors.taskIdMalformed;
  const type = params.get("ObjectType");
  if (type && !filterTypes.includes(type)) throw errors.objectTypeUnsupported;
  const status = params.get("Status");
  if (status && !statuses.some((known) => known === status)) throw errors.statusUnsupported;
  const domain = params.get("DomainName");
  if ((domain || status) && !type) throw errors.missingObjectType;
  if (domain?.includes(",")) throw errors.domainOverLimit;
  if (domain) ownDomain(refresh.domains, domain, call.account);
  const { clock, settings } = refresh.tenant;
  const range = readRange(params, clock.now(), settings.limit(refresh.flavor.limits.historyMs));
  const path = params.get("ObjectPath");
  return (row) => {
    const { task, target } = row;
    if (taskId && task.id !== taskId) return false;
    if (type && task.type !== type) return false;
    // a queued task counts as refreshing
    if (status && shownStatus(row).replace("Pending", "Refreshing") !== status) return false;
    if (domain && task.scope !== domain.toLowerCase()) return false;
    if (path && target !== path) return false;
    return !range || (task.createdAt >= range.start && task.createdAt < range.end + 1000);
  };
}

function readRange(params: Params, now: number, historyMs: number): { start: number; end: number } | undefined {
  const [startText, endText] = [params.get("StartTime"), params.get("EndTime")];
  if (!startText && !endText) return undefined;
  if (!startText || !endText) throw errors.missingTime;
  const [start, end] = [parseIsoSeconds(startText), parseIsoSeconds(endText)];
  if (start === undefined) throw errors.startMalformed;
  if (end === undefined) throw errors.endMalformed;
  if (end <= start) throw errors.endBeforeStart;
  if (start > now) throw errors.startUnsupported;
  if (start < now - historyMs) throw errors.timeTooOld;
  return { start, end };
}
