/** Budgets and coarser purges in a user's words. Pure text. */
import { groupsOf, type Budget } from "../../triggers/budget/max-targets.ts";
import type { Coarser } from "../../triggers/job.ts";
import type { Plan } from "../../triggers/plan.ts";
import { cut, number, plural, some, things } from "./words.ts";

const mostGroups = 5;

/** `names`: what of the text is as secret as the targets. `coarserProblem`: why the fallback is none. */
export function overBudget(
  plan: Plan,
  budget: Budget | undefined,
  { noun, verb, coarserProblem }: { readonly noun: string; readonly verb: string; readonly coarserProblem?: string },
): { readonly text: string; readonly names: readonly string[] } {
  const targets = [...plan.send.keys()];
  const most = budget?.most ?? 0;
  const share = budget?.known === undefined ? "" : ` of the ${number(budget.known)} that are known`;
  const groups = groupsOf(targets).slice(0, mostGroups);
  const removed = [...plan.send.values()].filter((reason) => reason === "removed").length;
  const empty =
    removed * 2 > targets.length
      ? ` ${number(removed)} of them are no longer in contents: is the folder that it was made from empty, or was it renamed?`
      : "";
  const advice = coarserProblem ?? "if a coarser purge will do, set fallback";
  const largest = groups.map(({ name, count }) => `${cut(name)} (${number(count)})`).join(", ");
  return {
    text: `maxTargets: this ${verb} would send ${things(targets.length, noun)}, and ${number(most)}${share} ${most === 1 ? "is" : "are"} the most.${empty} Largest groups: ${largest}. Nothing was sent. If all of them are meant, raise maxTargets; ${advice}.`,
    names: groups.map(({ name }) => name),
  };
}

/** What is sent instead, why, and what it costs. */
export function insteadText<O extends object>(coarser: Coarser<O>, plan: Plan, calls: number): string {
  const { runtime, lane, word, cover, because } = coarser;
  const rules = runtime.service.rules(lane);
  const targets = [...cover.keys()];
  const what =
    word === "all" ? `everything of the ${rules.noun}` : `${things(targets.length, rules.noun)} (${some(targets)})`;
  const reason = {
    maxTargets: "over maxTargets",
    quota: "over what is left of the day's quota",
    time: "longer than this run may take",
  }[because];
  return `${things(plan.send.size, "target")} ${plan.send.size === 1 ? "is" : "are"} ${reason}, so fallback "${word}" sends ${what} instead: ${number(calls)} ${plural(calls, "call")} to ${runtime.service.action(lane)}`;
}
