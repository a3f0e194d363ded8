/** The preview of every trigger: the plan that `up` carries out, by reads only. */
import type { CallContext } from "../core/call.ts";
import type { Clock } from "../core/clock.ts";
import { Fault, Refusal } from "../core/errors.ts";
import { optional } from "../core/optional.ts";
import type { Operation } from "../engine/define/index.ts";
import type { Receipts } from "../triggers/receipts.ts";
import type { Lane, Quota } from "../triggers/service.ts";
import type { BoundTrigger } from "./bound-trigger.ts";
import { describePlan, describeRollback, type KnownQuota } from "./describe/plan.ts";
import { describeProbes } from "./describe/probes.ts";
import { number, things } from "./describe/words.ts";
import { probesFor } from "./probes.ts";
import { planFor } from "./source.ts";

/** Refuses what cannot succeed, so that it fails before anything is changed. */
export async function previewTrigger<O extends object>(
  trigger: BoundTrigger<O>,
  previous: Receipts | undefined,
  operation: Operation,
  clock: Clock,
): Promise<void> {
  const { service } = trigger.runtime;
  const { plan, lane } = await planFor(trigger, previous, clock.monotonic(), operation);
  const probes = await probesFor(trigger, plan, lane);
  const quota = plan.send.size > 0 ? await askQuota(trigger, lane, operation, clock) : undefined;
  for (const line of describePlan(plan, service, lane, quota)) operation.log.info(line);
  const rollback = describeRollback(plan, trigger.common.onRollback, service.rules(lane));
  if (rollback !== undefined) operation.log[rollback.level](rollback.text);
  const send = new Set(plan.send.keys());
  const all = new Set([...send, ...plan.watch.targets]);
  for (const line of describeProbes(probes, { send, all }, service.rules(lane).noun)) operation.log.info(line);
  if (quota === undefined || "unknown" in quota || quota.remaining >= plan.send.size) return;
  const refusal = overQuota(quota, things(plan.send.size, service.rules(lane).noun), service.verb, lane.kind);
  if (trigger.common.failurePolicy === "fail") throw new Refusal(refusal);
  operation.log.warn(refusal);
}

function overQuota({ limit, remaining }: Quota, needed: string, verb: string, kind: string): string {
  const advice = "send fewer targets (a directory or a tag instead of files), or ask the vendor for more.";
  return limit === 0
    ? `This ${verb} cannot be done: the plan has no quota for type ${kind}. Use another type, or another plan of the vendor's.`
    : `This ${verb} needs ${needed}, but ${number(remaining)} of today's ${number(limit)} ${remaining === 1 ? "is" : "are"} left for type ${kind}. Wait for the quota's reset, ${advice}`;
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
