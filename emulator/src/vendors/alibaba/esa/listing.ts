/** DescribePurgeTasks, DescribePreloadTasks: rows of the last three days, filtered and paged. */
import { isoSeconds, parseIsoSeconds } from "../../../clock/time.ts";
import { listedTarget } from "../../urls.ts";
import { type Row, type RowState, type Task, window } from "../../tasks.ts";
import type { AlibabaCall, AlibabaOperation } from "../operation.ts";
import type { JsonObject } from "../../../ports/json.ts";
import { wrongParameter } from "../errors.ts";
import type { Params } from "../params.ts";
import type { Esa } from "./context.ts";
import * as errors from "./errors.ts";
import * as set from "./settings.ts";
import { ownSite } from "./sites.ts";

const statuses = ["Complete", "Refreshing", "Failed"] as const;
type Status = (typeof statuses)[number];

export function describePurgeTasks(esa: Esa): AlibabaOperation {
  return {
    methods: ["GET", "POST"],
    perSecond: set.perSecond,
    run(call) {
      const type = call.params.get("Type") || "file";
      if (!set.purgeTypes.some((known) => known === type)) throw errors.invalidParameters;
      const cacheKeys = esa.tenant.settings.switch(set.cacheKeyTasks);
      if (type === "cachekey" && cacheKeys === "refused") throw errors.invalidParameters;
      const hidden = type === "cachekey" && cacheKeys === "unlisted";
      return listRows(
        esa,
        call,
        (task) => task.kind === "purge" && task.type === type && !hidden,
        (row) => ({
          ...shownRow(esa, row),
          Type: row.task.type,
          CreateTime: isoSeconds(row.task.createdAt),
        }),
      );
    },
  };
}

export function describePreloadTasks(esa: Esa): AlibabaOperation {
  return {
    methods: ["GET", "POST"],
    perSecond: set.perSecond,
    run: (call) =>
      listRows(
        esa,
        call,
        (task) => task.kind === "prefetch",
        (row) => ({
          ...shownRow(esa, row),
          CreateTime: preloadTime(esa, row.task.createdAt),
        }),
      ),
  };
}

function preloadTime(esa: Esa, at: number): string {
  const asked = esa.tenant.settings.switch(set.preloadTime);
  if (asked === "iso") return isoSeconds(at);
  // this operation's samples carry a space and no zone
  const shown = asked === "utc" ? at : at + 8 * 3_600_000;
  return isoSeconds(shown).replace("T", " ").replace("Z", "");
}

function listRows(
  esa: Esa,
  call: AlibabaCall,
  wanted: (task: Task) => boolean,
  show: (row: Row) => JsonObject,
): JsonObject {
  const { clock, settings } = esa.tenant;
  const now = clock.now();
  const siteId = call.params.get("SiteId");
  if (siteId) ownSite(esa.sites, call.params.requiredId("SiteId"), call.account);
  const range = timeRange(call.params, now, settings.limit(set.historyMs));
  const status = readStatus(call.params.get("Status"));
  const content = call.params.get("Content");
  const pageNumber = call.params.integerBetween("PageNumber", 1, 100_000, 1);
  const pageSize = call.params.integerBetween("PageSize", 1, 50, 20);
  const onePerTask = settings.switch(set.rowPerTarget) === "perTask";

  esa.tasks.expire(now - settings.limit(set.historyMs));
  function* matching(): Generator<Row> {
    for (const task of esa.tasks.newestFirst()) {
      if (task.account !== call.account || !wanted(task)) continue;
      if (siteId && task.scope !== siteId) continue;
      if (now - task.createdAt < settings.limit(set.listingDelayMs)) continue;
      if (range && (task.createdAt < range.start || task.createdAt >= range.end + 1000)) continue;
      for (const row of esa.tasks.rows(task, now)) {
        if (content !== undefined && content !== "" && row.target !== content) continue;
        if (status && shownStatus(row.state) !== status) continue;
        yield row;
        if (onePerTask) break;
      }
    }
  }
  const page = window(matching(), (pageNumber - 1) * pageSize, pageSize);
  return { TotalCount: page.total, PageNumber: pageNumber, PageSize: pageSize, Tasks: page.items.map(show) };
}

function shownRow(esa: Esa, row: Row): JsonObject {
  return {
    TaskId: row.task.id,
    Content: listedTarget(row.target, esa.tenant.settings),
    Status: shownStatus(row.state),
    Process: `${row.percent}%`,
    ...(row.failure ? { Description: describeFailure(row.failure.reason) } : {}),
  };
}

function describeFailure(reason: string): string {
  if (reason === "status") return "Origin Return StatusCode 5XX";
  return reason === "timeout" ? "Origin Timeout" : reason;
}

function shownStatus(state: RowState): Status {
  if (state === "done") return "Complete";
  return state === "failed" ? "Failed" : "Refreshing";
}

function readStatus(text: string | undefined): Status | undefined {
  if (!text) return undefined;
  const status = statuses.find((known) => known === text);
  if (!status) throw errors.invalidParameters;
  return status;
}

/** StartTime and EndTime: both or neither, in order, within the history to the second. */
export function timeRange(
  params: Params,
  now: number,
  historyMs: number,
  shortest: "a second" | "nothing" = "a second",
): { start: number; end: number } | undefined {
  const [startText, endText] = [params.get("StartTime"), params.get("EndTime")];
  if (!startText && !endText) return undefined;
  if (!startText || !endText) throw errors.missingTime;
  const [start, end] = [parseIsoSeconds(startText), parseIsoSeconds(endText)];
  if (start === undefined) throw wrongParameter("StartTime");
  if (end === undefined) throw wrongParameter("EndTime");
  if (end < start || (end === start && shortest === "a second")) throw errors.endBeforeStart;
  if (start < Math.floor((now - historyMs) / 1000) * 1000) throw errors.timeTooOld;
  return { start, end };
}
