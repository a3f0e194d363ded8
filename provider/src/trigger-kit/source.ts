/** From a trigger's inputs to the plan of a run: the same for preview and apply. */
import { Refusal } from "../core/errors.ts";
import { Asset, quoted, type Operation } from "../engine/define/index.ts";
import { Manifest } from "../triggers/manifest/manifest.ts";
import { planPurge, type Plan, type Statement } from "../triggers/plan.ts";
import { allTarget, type Receipts } from "../triggers/receipts.ts";
import type { Lane } from "../triggers/service.ts";
import { readContents } from "./contents.ts";
import type { BoundTrigger } from "./bound-trigger.ts";
import { cut, number, things } from "./describe/words.ts";
import { areTargetsSecret, hideTargets } from "./secret-targets.ts";
import { problemWords } from "./targets.ts";

export interface Planned<O extends object> {
  readonly plan: Plan;
  readonly lane: Lane<O>;
  /** What is sent is secret. */
  readonly secret: boolean;
  /** Copies are to be deleted, not marked stale. */
  readonly deleting: boolean;
}

export async function planFor<O extends object>(
  trigger: BoundTrigger<O>,
  previous: Receipts | undefined,
  moment: number,
  operation: Operation,
): Promise<Planned<O>> {
  const { common, runtime } = trigger;
  const purge = runtime.service.verb === "purge";
  const plan = planPurge(previous, {
    statement: await statementOf(trigger, operation),
    sendAdded: purge ? common.purgeAdded === true : true,
    byHosts: common.hosts !== undefined,
    sendRemoved: purge,
    onCreate: common.onCreate === "skip" ? "skip" : "send",
    wait: common.wait,
    widened: trigger.widened,
    rollback: trigger.mayMarkStale ? { said: common.rollback === true } : undefined,
    listedSince: runtime.service.vendorClock.earliest(moment) - runtime.service.memoryMs,
  });
  const secret = areTargetsSecret(operation);
  if (secret) {
    const skipped = plan.skipped ? plan.statement.manifest.names() : [];
    const { send, watch, left, forgotten, leftBehind, addedElsewhere } = plan;
    const others = [...left, ...forgotten, ...leftBehind, ...addedElsewhere, ...skipped];
    const targets = [...send.keys(), ...watch.targets, ...others];
    hideTargets(targets, operation, common.hosts);
  }
  refuseMalformed(trigger, plan, secret);
  const deleting = plan.rolledBack.length > 0 && common.onRollback === "force" && trigger.deletes === "whenForced";
  return { plan, lane: trigger.laneFor([...plan.send.keys()], deleting), secret, deleting };
}

async function statementOf<O extends object>(
  { common, kind: type, source, ...trigger }: BoundTrigger<O>,
  operation: Operation,
): Promise<Statement> {
  if (common.contents !== undefined) {
    const reading = { names: trigger.names, secret: operation.isSecret("contents") };
    return { type, source: "contents", manifest: await readContents(common.contents, reading) };
  }
  const { service } = trigger.runtime;
  const everything = service.rules(trigger.laneFor([])).everything === true;
  const targets = everything ? [allTarget] : (source.targets ?? common.targets);
  if (targets === undefined) {
    throw new Refusal(`Give targets or contents: type ${type} needs to know what to ${service.verb}.`);
  }
  const { names } = trigger;
  const spelled = names === undefined || everything ? targets : targets.flatMap((target) => names(target));
  const hash = source.hash ?? common.contentHash ?? common.content?.hash ?? "";
  return {
    type,
    source: "targets",
    hash,
    manifest: Manifest.ofTargets(new Set(spelled), hash),
    hashNamesTargets: source.hash !== undefined,
    formerHash: source.formerHash,
  };
}

/** Refusals that are shown; more would bury what they say. */
const mostShown = 10;

/** Check sees what the program itself lists; what a file lists is seen here, before anything is sent. */
function refuseMalformed<O extends object>(
  { common, targetProblem }: BoundTrigger<O>,
  plan: Plan,
  secret: boolean,
): void {
  if (!(common.contents instanceof Asset)) return;
  const found: string[] = [];
  for (const target of plan.send.keys()) {
    const problem = plan.unlisted.has(target) ? undefined : targetProblem(target);
    if (problem !== undefined)
      found.push(`${secret ? "[secret]" : quoted(cut(target))} ${problemWords(problem, secret)}`);
  }
  if (found.length === 0) return;
  const more = found.length > mostShown ? `\n  and ${number(found.length - mostShown)} more` : "";
  throw new Refusal(
    `contents: ${things(found.length, "entry")} of the file cannot be sent:\n  ${found.slice(0, mostShown).join("\n  ")}${more}`,
  );
}
