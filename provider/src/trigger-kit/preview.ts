/** The preview of every trigger: the plan that `up` carries out, by reads only. */
import type { CallContext } from "../core/call.ts";
import type { Clock } from "../core/clock.ts";
import { Fault, Refusal } from "../core/errors.ts";
import { optional } from "../core/optional.ts";
import type { Operation } from "../engine/define/index.ts";
import type { Receipts } from "../triggers/receipts.ts";
import { figuresOf } from "../triggers/figures.ts";
import type { Lane, Quota } from "../triggers/service.ts";
import { previewSummary, type Summary } from "../triggers/summary.ts";
import type { BoundTrigger } from "./bound-trigger.ts";
import { describeMoved } from "./describe/moved.ts";
import { describePlan, describeRollback, type KnownQuota } from "./describe/plan.ts";
import { describeProbes } from "./describe/probes.ts";
import { number, things } from "./describe/words.ts";
import { probesFor } from "./probes.ts";
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
  const { service } = trigger.runtime;
  const { plan, lane, secret } = await planFor(trigger, previous, clock.monotonic(), operation);
  // A hash that is not known yet proves nothing.
  const probes = unknownInputs.length === 0 ? await probesFor(trigger, plan, lane) : {};
  const figures = figuresOf(plan, service, lane);
  const rules = service.rules(lane);
  const asked = plan.send.size > 0 ? await askQuota(trigger, lane, operation, clock) : undefined;
  for (const line of describePlan(plan, service, lane, { quota: asked, figures, unknownInputs })) {
    operation.log.info(line);
  }
  const rollback = describeRollback(plan, trigger.common.onRollback, rules);
  if (rollback !== undefined) operation.log[rollback.level](rollback.text);
  const send = new Set(plan.send.keys());
  const all = new Set([...send, ...plan.watch.targets]);
  for (const line of describeProbes(probes, { send, all }, rules.noun)) operation.log.info(line);
  // In a new stack nothing was renamed.
  if (plan.created && plan.send.size > 0 && operation.usedBefore) operation.log.info(describeMoved(operation.urn));
  const quota = asked === undefined || "unknown" in asked ? undefined : asked;
  if (quota !== undefined && quota.remaining < plan.send.size && unknownInputs.length === 0) {
    const refusal = overQuota(quota, things(plan.send.size, rules.noun), service.verb, lane.kind);
    if (trigger.common.failurePolicy === "fail") throw new Refusal(refusal);
    operation.log.warn(refusal);
  }
  return previewSummary({ plan, rules, secret }, figures, quota, unknownInputs);
}

function overQuota({ limit, remaining }: Quota, needed: string, verb: string, kind: string): string {
  const advice = "send fewer targets (a directory or a tag instead of files), or ask the vendor for more.";
  return limit === 0
    ? `This ${verb} cannot be done: the plan has no quota for type ${kind}. Use another type, or another plan of the vendor's.`
    : `This ${verb} needs ${needed}, but ${number(remaining)} of today's ${number(limit)} ${remaining === 1 ? "is" : "are"} left for type ${kind}. It resets at midnight (UTC+8): wait until then, ${advice}`;
}

async function askQuota<O extends object>(
  { runtime, common }: BoundTrigger<O>,
  lane: Lane<O>,
  call: CallContext,
  clock: Clock,
): Promise<KnownQuota> {
  const quota = await optional(call, clock, (limited) => runtime.service.quota(lane, limited));
  if ("found" in quota) return quota.found;
  const { missing } = quota;
  if (!(missing instanceof Fault)) return { unknown: "no answer in time" };
  // A site or zone that is not there makes every call fail, so the time to say it is now.
  if (missing.kind === "notFound" && common.failurePolicy === "fail") throw missing;
  // A plan is of use without it, and who may not ask for the quota may still be allowed to send.
  if (missing.code === "NoCredentials") return { unknown: missing.text };
  if (missing.kind === "auth") call.log.warn(missing.message);
  return { unknown: missing.code };
}
