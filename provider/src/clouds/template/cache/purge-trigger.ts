/** `edgecache:template:PurgeTrigger`: purges when content changed, and only then. */
import * as z from "zod";
import type { Lane, TaskRow, TriggerService } from "../../../triggers/service.ts";
import { definePurge } from "../../../trigger-kit/define-trigger.ts";
import { urlProblem } from "../../../trigger-kit/urls.ts";
import { momentOf } from "../../moment.ts";
import type { TemplateContext } from "../client.ts";
import { cacheClient, getQuota, listPurges, purgeUrls, type PurgeTask } from "./client.ts";
import { memoryMs, pace, purgeLimits, purgeTypes, type PurgeType } from "./limits.ts";

const lane = {
  type: z.enum(purgeTypes).meta({
    description: "What the targets are.",
    type: "template:PurgeType",
    values: { url: "URLs of single files, with scheme." },
  }),
};

export const purgeTrigger = definePurge<TemplateContext, typeof lane, Record<never, never>>({
  token: "edgecache:template:PurgeTrigger",
  description: "Purges URLs at the template's cloud when their content changed.",
  lane,
  inputs: {},
  targetProblem: (_kind, target) => urlProblem(target, "file"),
  service: cacheService,
});

interface Options {
  readonly type: PurgeType;
}

/** The triggers' contract, kept by this cloud. */
function cacheService(context: TemplateContext): TriggerService<Options> {
  const client = cacheClient(context);
  return {
    name: "Template",
    verb: "purge",
    memoryMs,
    vendorClock: client.vendorClock,
    action: () => "PurgeUrls",
    rules: ({ options }: Lane<Options>) => purgeLimits[options.type],
    gate: () => client.gate("PurgeUrls"),
    pace: () => pace("PurgeUrls"),
    async submit({ targets }, call) {
      const { taskId, requestId } = await purgeUrls(client, targets === "all" ? [] : targets, call);
      return { requestId, taskIds: [taskId], refused: [] };
    },
    async readTasks(_lane, tasks, call) {
      const lists = await Promise.all(tasks.map(({ taskId }) => listPurges(client, taskId, call)));
      return lists.flat().map(toRow);
    },
    async tasksSince(_lane, since, call) {
      const rows = (await listPurges(client, undefined, call)).map(toRow);
      return rows.filter(({ createdAt = since }) => createdAt >= since);
    },
    async quota(_lane, call) {
      const { daily, left } = await getQuota(client, call);
      return { limit: daily, remaining: left };
    },
  };
}

function toRow({ taskId, url, status, createdAt, reason }: PurgeTask): TaskRow {
  return {
    taskId,
    target: url,
    state: status === "running" ? "pending" : status,
    code: status === "failed" ? "PurgeFailed" : undefined,
    reason,
    createdAt: momentOf(createdAt),
  };
}
