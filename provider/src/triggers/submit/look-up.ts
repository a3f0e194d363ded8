/**
 * A call was sent and no answer came. Did it arrive? The vendor's task list
 * knows: rows for the same targets, not older than the send, in a task that
 * no answered call made.
 */
import type { CallContext } from "../../core/call.ts";
import type { Clock } from "../../core/clock.ts";
import { TargetIndex } from "./target-index.ts";
import type { Lane, TriggerService } from "../service.ts";

export interface Lost<L extends Lane> {
  readonly service: TriggerService<L>;
  readonly lane: L;
  readonly targets: readonly string[];
  readonly sentAt: number;
  readonly claimed: ReadonlySet<string>;
  readonly call: CallContext;
  readonly clock: Clock;
}

/** New tasks can take a moment to be listed, so "not there" counts only after the last of these. */
const looksAfterMs = [500, 1500, 3000];
/** Vendors' times have whole seconds. More tolerance would take an older purge of the same page for ours. */
const toleranceMs = 1000;

/** Target → task that carries it. Targets that are not there were not sent, as far as the vendor knows. */
export async function lookUp<L extends Lane>(lost: Lost<L>): Promise<ReadonlyMap<string, string>> {
  const since = Math.floor(lost.sentAt / 1000) * 1000 - toleranceMs;
  let found = new Map<string, string>();
  for (const delay of looksAfterMs) {
    await lost.clock.sleep(delay, lost.call.signal);
    const rows = await lost.service.tasksSince(lost.lane, since, lost.call);
    const index = new TargetIndex(lost.targets);
    found = new Map();
    for (const row of rows) {
      const target = index.find(row.target);
      const young = row.createdAt === undefined || row.createdAt >= since;
      if (target !== undefined && young && !lost.claimed.has(row.taskId)) found.set(target, row.taskId);
    }
    if (found.size === lost.targets.length) return found;
  }
  return found;
}
