/** The create and update of every trigger: plan, carry out, tell. */
import { randomId, type World } from "../core/context.ts";
import { NotYet, Refusal } from "../core/errors.ts";
import type { Operation } from "../engine/define/index.ts";
import { carryOut } from "../triggers/carry-out.ts";
import type { Outcome } from "../triggers/conclude.ts";
import type { Plan } from "../triggers/plan.ts";
import type { Receipts } from "../triggers/receipts.ts";
import { doneSummary, type Summary } from "../triggers/summary.ts";
import type { BoundTrigger } from "./bound-trigger.ts";
import { insteadOf, withinBudget } from "./budget.ts";
import { describeDropped, describeOutcome, describeProblems } from "./describe/outcome.ts";
import { describeGivenUp, describeRollback, describeSkipped } from "./describe/plan.ts";
import { describeGateAtEdge } from "./describe/probes.ts";
import { closedGate } from "../probe/describe.ts";
import { passGate, probesFor, provingBy } from "./probes.ts";
import { planFor } from "./source.ts";

export interface AppliedTrigger {
  readonly id: string;
  readonly plan: Plan;
  readonly problems: readonly string[];
  readonly receipts: Receipts;
  readonly summary: Summary;
}

export async function applyTrigger<O extends object>(
  trigger: BoundTrigger<O>,
  previous: Receipts | undefined,
  { id, operation, world }: { readonly id: string | undefined; readonly operation: Operation; readonly world: World },
): Promise<AppliedTrigger> {
  const { runtime, common } = trigger;
  const { service } = runtime;
  const start = world.clock.monotonic();
  const planned = await planFor(trigger, previous, start, operation);
  const { plan, lane, secret } = planned;
  const { coarser } = await withinBudget(trigger, planned, operation, world.clock);
  for (const line of describeGivenUp(plan, service.rules(lane))) operation.log.warn(line);
  for (const line of describeSkipped(plan, service, service.rules(lane))) operation.log.info(line);
  const { noun } = service.rules(lane);
  const rollback = describeRollback(plan, { onRollback: common.onRollback, noun }, coarser ?? { ...trigger, lane });
  if (rollback !== undefined) operation.log[rollback.level](rollback.text);
  const probes = await probesFor(trigger, plan, lane);
  const atEdge = describeGateAtEdge(probes);
  if (atEdge !== undefined) operation.log.warn(atEdge);
  const gate = await passGate({ ...probes, secret }, world, operation);
  const closed = gate === undefined || gate.open ? undefined : closedGate(gate);
  if (closed !== undefined && common.failurePolicy === "fail") throw new NotYet(closed);
  if (closed !== undefined) operation.log.warn(closed);
  const { kind } = (coarser ?? planned).lane;
  const about = closed !== undefined ? 0 : (coarser?.cover.size ?? plan.send.size);
  if (about > 0) await trigger.fleet?.claim(kind, about);
  const outcome = await carryOut({
    sent: async () => void (about > 0 && (await trigger.fleet?.claim(kind, 0))),
    plan,
    lane,
    runtime,
    coarser,
    coarserRoute: trigger.coarserRoute,
    previous,
    wait: common.wait,
    world,
    call: operation,
    withheld: closed === undefined ? undefined : originNotReady,
    proving: provingBy({ ...probes, secret }, gate?.at, world),
  });
  // Without `wait`, a task that goes on is no problem of this run.
  const missed: Outcome = common.wait ? outcome : { ...outcome, pending: new Set() };
  const problems = describeProblems(missed, service, lane);
  for (const line of describeDropped(outcome, service, lane)) operation.log.warn(line);
  const told = describeOutcome(outcome, service, lane);
  if (told !== undefined && problems.length === 0) operation.log.info(told);
  if (previous === undefined && common.failurePolicy === "fail" && cameToNothing(outcome)) {
    throw new Refusal(problems.join("\n"));
  }
  if (common.failurePolicy === "warn") for (const problem of problems) operation.log.warn(problem);
  return {
    id: id ?? randomId(world.random),
    plan,
    problems: common.failurePolicy === "warn" ? [] : problems,
    receipts: outcome.receipts,
    summary: doneSummary(
      { plan, rules: service.rules(lane), secret, instead: insteadOf(coarser) },
      {
        undone: new Set([...outcome.undone, ...outcome.dropped].map(({ target }) => target)),
        calls: outcome.calls,
        ms: world.clock.monotonic() - start,
      },
    ),
  };
}

const originNotReady = {
  code: "OriginNotReady",
  reason: "the origin did not serve the new content in time, so nothing was sent",
};

/** Nothing reached the cloud and nothing is recorded yet: the next `up` starts from scratch. */
function cameToNothing({ receipts, undone }: Outcome): boolean {
  return (
    receipts.status === "failed" && receipts.tasks.length === 0 && undone.every(({ sentAt }) => sentAt === undefined)
  );
}
