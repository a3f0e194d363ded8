/** Whether a plan fits, and the coarser purge that costs least where it does not. Pure. */
import type { Plan } from "../plan.ts";
import type { KindRules, Quota } from "../service.ts";
import { pack } from "../submit/pack.ts";
import { coarserThan, type Fallback } from "./cover.ts";
import { directoriesFor } from "./directories.ts";
import type { Budget } from "./max-targets.ts";

/** What a plan is over. */
export type Over = "maxTargets" | "quota" | "time";

export interface Bounds {
  readonly budget?: Budget | undefined;
  /** Of the day, where it is known. */
  readonly quota?: Quota | undefined;
  /** How long sending takes, and how long this run may take. */
  readonly sendingMs: number;
  readonly leftMs: number;
}

export function overOf(targets: number, { budget, quota, sendingMs, leftMs }: Bounds): Over | undefined {
  if (targets === 0) return undefined;
  if (budget !== undefined && targets > budget.most) return "maxTargets";
  if (quota !== undefined && targets > quota.remaining) return "quota";
  return sendingMs > leftMs ? "time" : undefined;
}

/**
 * As few calls as can be; of the choices among these the one that purges the
 * fewest files for nothing. `undefined`: more of them than `remaining`, or no gain.
 */
export function coarserTargets(
  fallback: Fallback,
  { send, statement }: Pick<Plan, "send" | "statement">,
  rules: KindRules,
  remaining = Infinity,
): readonly string[] | undefined {
  const targets = [...send.keys()];
  const fewest = coarserThan(fallback, targets);
  if (fewest.length > remaining) return undefined;
  if (fallback.word !== "directory") return fewest;
  const calls = pack(fewest, rules).length;
  const unchanged = [...statement.manifest.names()].filter((name) => !send.has(name));
  let most = Math.min(calls * rules.perCall, remaining, targets.length);
  for (; most > fewest.length; most = Math.floor(most / 2)) {
    const found = directoriesFor(targets, unchanged, most);
    if (found !== undefined && pack(found, rules).length <= calls) return found;
  }
  return directoriesFor(targets, unchanged, fewest.length) ?? fewest;
}
