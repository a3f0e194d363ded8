/** A row of the task lists of ESA, CDN and DCDN, in the triggers' words. */
import type { TaskRow } from "../../triggers/service.ts";
import { momentOf } from "../moment.ts";

export interface ListedTask {
  readonly taskId: string;
  readonly target: string;
  readonly status: string;
  readonly process: string;
  readonly createdAt: string;
  readonly description: string;
}

export function taskRow({ taskId, target, status, process, createdAt, description }: ListedTask): TaskRow {
  const percent = Number.parseFloat(process);
  // The vendor's pages write their words in either case, here and there.
  const word = status.toLowerCase();
  const failed = word === "failed";
  return {
    taskId,
    target,
    state: failed ? "failed" : word === "complete" ? "done" : "pending",
    percent: Number.isNaN(percent) ? undefined : percent,
    code: failed ? "Failed" : undefined,
    reason: failed ? description : undefined,
    // Prefetch rows of ESA come without a zone.
    createdAt: momentOf(createdAt),
  };
}
