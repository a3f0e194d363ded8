/** Holds a plan against its budget, the day's quota and the time: as it is, by a coarser purge, or refused. The same for preview and apply. */
import type { Clock } from "../core/clock.ts";
import { Refusal } from "../core/errors.ts";
import type { Operation } from "../engine/define/index.ts";
import { coarserTargets, overOf } from "../triggers/budget/choose.ts";
import { coverOf, readFallback } from "../triggers/budget/cover.ts";
import { budgetOf } from "../triggers/budget/max-targets.ts";
import { figuresOf } from "../triggers/figures.ts";
import type { Coarser } from "../triggers/job.ts";
import type { Summarized } from "../triggers/summary.ts";
import type { BoundTrigger, CoarserRoute } from "./bound-trigger.ts";
import { overBudget } from "./describe/budget.ts";
import { askQuota, figures, type KnownQuota } from "./quota.ts";
import { hideTargets } from "./secret-targets.ts";
import type { Planned } from "./source.ts";

export interface Budgeted<O extends object> {
  readonly coarser?: (Coarser<O> & Pick<CoarserRoute<O>, "deletes">) | undefined;
  /** Of what is sent; absent: it was not needed. */
  readonly quota?: { readonly known: KnownQuota };
}

/** A coarser purge as a summary tells it. */
export function insteadOf<O extends object>(coarser: Coarser<O> | undefined): Summarized["instead"] {
  return coarser && { ...coarser, rules: coarser.runtime.service.rules(coarser.lane) };
}

export async function withinBudget<O extends object>(
  trigger: BoundTrigger<O>,
  { plan, lane, deleting, secret: isSecret }: Planned<O>,
  operation: Operation,
  clock: Clock,
): Promise<Budgeted<O>> {
  const { common, runtime } = trigger;
  const targets = [...plan.send.keys()];
  if (targets.length === 0) return {};
  const budget = budgetOf(common.maxTargets, plan);
  const refuse = (coarserProblem?: string): never => {
    const { verb } = runtime.service;
    const { noun } = runtime.service.rules(lane);
    const { text, names } = overBudget(plan, budget, { noun, verb, ...(coarserProblem && { coarserProblem }) });
    if (isSecret) hideTargets(names, operation, common.hosts);
    throw new Refusal(text);
  };
  const fallback = common.fallback === undefined ? undefined : readFallback(common.fallback);
  if (fallback === undefined) return budget !== undefined && targets.length > budget.most ? refuse() : {};
  const plain = { runtime, lane };
  const known = await askQuota(plain, trigger, operation, clock);
  const sendingMs = figuresOf(plan, runtime.service, lane).likely.ms;
  const leftMs = operation.deadline - clock.monotonic();
  const because = overOf(targets.length, { budget, quota: figures(known), sendingMs, leftMs });
  if (because === undefined) return { quota: { known } };
  const route = trigger.coarserRoute(fallback.word, targets, deleting);
  const left = route === undefined ? undefined : await askQuota(route, trigger, operation, clock);
  const rules = route?.runtime.service.rules(route.lane);
  const coarser = rules && coarserTargets(fallback, plan, rules, figures(left)?.remaining);
  if (route === undefined || coarser === undefined || coarser.length >= targets.length) {
    const problem = coarser === undefined ? "more than the day's quota has left" : "no fewer";
    return because === "maxTargets"
      ? refuse(`fallback "${fallback.word}" would send ${problem}`)
      : { quota: { known } };
  }
  // A tag is named by the program; all else is made of the targets.
  const isTagSecret = fallback.word === "tag" && operation.isSecret("fallback");
  if (isSecret || isTagSecret) hideTargets(coarser, operation, common.hosts);
  const cover = coverOf(fallback.word, coarser, targets);
  return { coarser: { ...route, word: fallback.word, cover, because }, quota: { known: left } };
}
