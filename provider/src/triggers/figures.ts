/** What it takes to send a plan: calls, and time at the vendor's pace. Pure. */
import { estimate, type Estimate } from "../core/pace/limits.ts";
import type { Plan } from "./plan.ts";
import type { Lane, TriggerService } from "./service.ts";
import { domainCounts } from "./submit/next-call.ts";
import { pack } from "./submit/pack.ts";

export interface Figures {
  readonly calls: number;
  readonly likely: Estimate;
  /** If the strictest of the vendor's documented limits holds. */
  readonly slowest: Estimate;
}

export function figuresOf<O extends object>(
  { send }: Pick<Plan, "send">,
  service: TriggerService<O>,
  lane: Lane<O>,
): Figures {
  const targets = [...send.keys()];
  const calls = pack(targets, service.rules(lane)).length;
  const pace = service.pace(lane);
  const windows = service.windows?.(lane);
  const domains = windows === undefined ? new Map<string, number>() : domainCounts(targets);
  const within = (limit: number): Estimate =>
    estimate(calls, pace, domains, windows && { limit, perMs: windows.perMs });
  return { calls, likely: within(windows?.limit ?? Infinity), slowest: within(windows?.lowest ?? Infinity) };
}
