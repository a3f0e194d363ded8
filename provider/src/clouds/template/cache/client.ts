/** One function for each operation: parameters in, parsed answers out. Nothing is decided here. */
import * as z from "zod";
import type { CallContext } from "../../../core/call.ts";
import { Slot } from "../../../core/context.ts";
import { allPages } from "../../../core/pages.ts";
import { TemplateClient, type TemplateContext } from "../client.ts";
import { pace, pageSize } from "./limits.ts";

const slot = new Slot<TemplateClient>("template client");

export function cacheClient(context: TemplateContext): TemplateClient {
  return context.share(slot, () => new TemplateClient(pace, context));
}

const submitted = z.object({ taskId: z.string(), requestId: z.string() });
export type Submitted = z.output<typeof submitted>;

/** Tried once: the submit queue decides what a failure means. */
export function purgeUrls(client: TemplateClient, urls: readonly string[], call: CallContext): Promise<Submitted> {
  return client.once({ action: "PurgeUrls", input: { urls } }, submitted, call);
}

const task = z.object({
  taskId: z.string().meta({ description: "Id of the purge." }),
  url: z.string().meta({ description: "What it purges." }),
  status: z.enum(["running", "done", "failed"]).meta({
    description: "How far it is.",
    type: "template:PurgeStatus",
    values: { running: "Nodes still have to forget it.", done: "All nodes forgot it.", failed: "It failed." },
  }),
  createdAt: z.string().meta({ description: "When it began, by the cloud's clock." }),
  reason: z.string().optional().meta({ description: "Why it failed." }),
});
export type PurgeTask = z.output<typeof task>;
export const taskOutput = task.meta({ type: "template:PurgeTask", description: "One target of a purge." });

const listed = z.object({ total: z.number(), tasks: z.array(task) });

/** Of one task, or of all. */
export function listPurges(
  client: TemplateClient,
  taskId: string | undefined,
  call: CallContext,
): Promise<PurgeTask[]> {
  return allPages(
    async (page) => {
      const input = { offset: page * pageSize, limit: pageSize, ...(taskId === undefined ? {} : { taskId }) };
      const { tasks, total } = await client.ask({ action: "ListPurges", input }, listed, call);
      return { rows: tasks, total };
    },
    { size: pageSize, key: (row) => `${row.taskId} ${row.url}` },
  );
}

const quota = z.object({ daily: z.number(), left: z.number() });

export function getQuota(client: TemplateClient, call: CallContext): Promise<z.output<typeof quota>> {
  return client.ask({ action: "GetQuota", input: {} }, quota, call);
}
