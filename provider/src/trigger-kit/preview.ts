/** The preview of every trigger: the plan that `up` carries out, by reads only. */
import type { Clock } from "../core/clock.ts";
import { Refusal } from "../core/errors.ts";
import type { Operation } from "../engine/define/index.ts";
import type { Receipts } from "../triggers/receipts.ts";
import { figuresOf } from "../triggers/figures.ts";
import type { Coarser } from "../triggers/job.ts";
import type { Quota, TriggerService } from "../triggers/service.ts";
import { previewSummary, type Summary } from "../triggers/summary.ts";
import type { BoundTrigger } from "./bound-trigger.ts";
import { insteadOf, withinBudget } from "./budget.ts";
import { insteadText } from "./describe/budget.ts";
import { describeMoved, replacedByHand } from "./describe/moved.ts";
import { describeGivenUp, describePlan, describeRollback } from "./describe/plan.ts";
import { describeGateAtEdge, describeProbes } from "./describe/probes.ts";
import { number, things } from "./describe/words.ts";
import { probesFor } from "./probes.ts";
import { askQuota, figures as known } from "./quota.ts";
import { planFor } from "./source.ts";

export interface PreviewGiven {
  readonly operation: Operation;
  readonly clock: Clock;
  /** Supposed, so that what is planned is the most that can be. */
  readonly unknownInputs: readonly string[];
}

/** Refuses what cannot succeed, so that it fails before anything is changed. */
export async function previewTrigger<O extends object>(
  trigger: BoundTrigger<O>,
  previous: Receipts | undefined,
  { operation, clock, unknownInputs }: PreviewGiven,
): Promise<Summary> {
  const { runtime, common } = trigger;
  const { service } = runtime;
  const planned = await planFor(trigger, previous, clock.monotonic(), operation);
  const { plan, lane, secret } = planned;
  // What is only supposed is no reason to refuse.
  const budgeted = unknownInputs.length === 0 ? await withinBudget(trigger, planned, operation, clock) : {};
  // A hash that is not known yet proves nothing.
  const probes = unknownInputs.length === 0 ? await probesFor(trigger, plan, lane) : {};
  const { coarser } = budgeted;
  const rules = service.rules(lane);
  const ask = () => (plan.send.size > 0 ? askQuota({ runtime, lane }, trigger, operation, clock) : undefined);
  const asked = budgeted.quota === undefined ? await ask() : budgeted.quota.known;
  // After the quota, whose answer may tell how many targets a call takes.
  const sent = coarser === undefined ? { send: plan.send, runtime, lane } : sentInstead(coarser);
  const figures = figuresOf(sent, sent.runtime.service, sent.lane);
  const instead = coarser && insteadText(coarser, plan, figures.calls);
  for (const line of describePlan(plan, service, lane, { quota: asked, figures, unknownInputs, instead })) {
    operation.log.info(line);
  }
  for (const line of describeGivenUp(plan, rules)) operation.log.warn(line);
  const rollback = describeRollback(
    plan,
    { onRollback: common.onRollback, noun: rules.noun },
    coarser ?? { ...trigger, lane },
  );
  if (rollback !== undefined) operation.log[rollback.level](rollback.text);
  const atEdge = describeGateAtEdge(probes);
  if (atEdge !== undefined) operation.log.warn(atEdge);
  for (const line of describeProbes(probes, plan, rules.noun)) operation.log.info(line);
  // In a new stack nothing was renamed or replaced.
  if (plan.created && operation.usedBefore) {
    if (plan.send.size > 0) operation.log.info(describeMoved(operation.urn));
    operation.log.info(replacedByHand);
  }
  const quota = known(asked);
  if (quota !== undefined && coarser === undefined && quota.remaining < plan.send.size && unknownInputs.length === 0) {
    const refusal = overQuota(quota, things(plan.send.size, rules.noun), service, lane.kind);
    if (common.failurePolicy === "fail") throw new Refusal(refusal);
    operation.log.warn(refusal);
  }
  return previewSummary({ plan, rules, secret, instead: insteadOf(coarser) }, figures, quota, unknownInputs);
}

function sentInstead<O extends object>({ cover, runtime, lane }: Coarser<O>) {
  const send = new Map(Array.from(cover.keys(), (target) => [target, "changed"] as const));
  return { send, runtime, lane };
}

function overQuota(
  { limit, remaining }: Quota,
  needed: string,
  { verb, quotaResets }: Pick<TriggerService, "verb" | "quotaResets">,
  kind: string,
): string {
  const wait = quotaResets === undefined ? "Wait for another day" : `It resets ${quotaResets}: wait until then`;
  const advice = "send fewer targets (a directory or a tag instead of files), or ask the vendor for more.";
  return limit === 0
    ? `This ${verb} cannot be done: the plan has no quota for type ${kind}. Use another type, or another plan of the vendor's.`
    : `This ${verb} needs ${needed}, but ${number(remaining)} of today's ${number(limit)} ${remaining === 1 ? "is" : "are"} left for type ${kind}. ${wait}, ${advice}`;
}
