/** What is too much for one run, judged by a trigger's output `plan`. */

export interface Plan {
  readonly carriedOut: boolean;
  readonly granularity: "fine" | "coarse";
  readonly targetCount: number;
  readonly knownCount: number;
  readonly calls: number;
  readonly unknownInputs: readonly string[];
}

export interface Budget {
  /** The most of a site that one run may purge, in per cent. */
  readonly percent: number;
  /** So few targets are never too much. */
  readonly always: number;
  /** Whether directories, hosts, tags, patterns and everything may be purged. */
  readonly coarse: boolean;
}

/** `undefined`: within the budget. */
export function tooMuch(plan: Plan, budget: Budget): string | undefined {
  // What an earlier run did stays in state until the next one; it is no plan of this run.
  if (plan.carriedOut || plan.targetCount === 0) return undefined;
  if (plan.granularity === "coarse") {
    return budget.coarse ? undefined : "purges more than single files, and coarse purges are not allowed";
  }
  const percent = (100 * plan.targetCount) / plan.knownCount;
  if (plan.targetCount <= budget.always || percent <= budget.percent) return undefined;
  const most = plan.unknownInputs.length === 0 ? "" : "up to ";
  return `purges ${most}${plan.targetCount} of ${plan.knownCount} files (${Math.round(percent)} %); ${budget.percent} % is the most`;
}
