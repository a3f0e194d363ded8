/**
 * Where triggers meet the engine: the verbs of every trigger, over any
 * service. A trigger resource itself is then a declaration: its vendor's
 * words, its targets' formats, its lane.
 */
import * as z from "zod";
import type { CallContext } from "../core/call.ts";
import { randomId, type World } from "../core/context.ts";
import { Fault, Refusal } from "../core/errors.ts";
import {
  Asset,
  type Applied,
  type ApplyRequest,
  type PreviewRequest,
  type ReadRequest,
  type Stored,
} from "../engine/define/index.ts";
import { carryOut, type Outcome } from "../triggers/carry-out.ts";
import {
  describeForgotten,
  describeOutcome,
  describePlan,
  describeProblems,
  number,
  things,
  type KnownQuota,
} from "../triggers/describe.ts";
import type { Desk } from "../triggers/submit/queue.ts";
import type { Office } from "../triggers/office.ts";
import { planPurge, type Desired, type Plan, type Source } from "../triggers/plan.ts";
import type { Receipts } from "../triggers/receipts.ts";
import { everything, type Lane, type Quota } from "../triggers/service.ts";
import { readContents } from "./contents.ts";
import {
  triggerInputs,
  type CommonInputs,
  type PrefetchState,
  type PurgeState,
  type UploadState,
} from "./shared-inputs.ts";
import { holdsUnknown } from "./unknowns.ts";

/** What a service's trigger brings along. */
export interface Binding<L extends Lane> extends Office<L> {
  readonly lane: L;
  /** What the format of the lane's targets has against one. */
  targetProblem(target: string): string | undefined;
  /** Targets given in another property than `targets`, such as cache keys. */
  readonly targets?: readonly string[];
  /** Another way to send, where what there is to send decides it. */
  laneOf?(targets: readonly string[]): L;
}

export async function applyPurge<I extends CommonInputs, C extends World, L extends Lane>(
  request: ApplyRequest<I, PurgeState, C>,
  binding: Binding<L>,
): Promise<Applied<PurgeState>> {
  const { count, lastAt, state, ...applied } = await apply(request, receiptsOf(request.previous), binding);
  return { ...applied, outputs: { ...state, purgeCount: count, lastPurgedAt: lastAt } };
}

export async function applyPrefetch<I extends CommonInputs, C extends World, L extends Lane>(
  request: ApplyRequest<I, PrefetchState, C>,
  binding: Binding<L>,
): Promise<Applied<PrefetchState>> {
  const { count, lastAt, state, ...applied } = await apply(request, receiptsOf(request.previous), binding);
  return { ...applied, outputs: { ...state, prefetchCount: count, lastPrefetchedAt: lastAt } };
}

export async function applyUpload<I extends CommonInputs, C extends World, L extends Lane>(
  request: ApplyRequest<I, UploadState, C>,
  binding: Binding<L>,
): Promise<Applied<UploadState>> {
  const { count, lastAt, state, ...applied } = await apply(request, receiptsOf(request.previous), binding);
  return { ...applied, outputs: { ...state, uploadCount: count, lastUploadedAt: lastAt } };
}

interface Run {
  readonly previous: { readonly id: string } | undefined;
  readonly desired: CommonInputs;
  readonly operation: CallContext;
  readonly context: World;
}

/** What every trigger's outputs are made of; only two names differ. */
interface Ran {
  readonly id: string;
  readonly problems: readonly string[];
  readonly count: number;
  readonly lastAt: string | undefined;
  readonly state: Pick<PurgeState, "status" | "tasks" | "owed" | "ledger">;
}

async function apply<L extends Lane>(
  { desired, operation, context, previous: stored }: Run,
  previous: Receipts | undefined,
  binding: Binding<L>,
): Promise<Ran> {
  const { desk, reader } = binding;
  const { service } = desk;
  const plan = planPurge(previous, await toDesired(desired, binding));
  refuseMalformed(desired.contents, plan, binding);
  const lane = laneFor(binding, plan);
  for (const line of describeForgotten(plan, service.rules(lane))) operation.log.info(line);
  const outcome = await carryOut({
    plan,
    lane,
    previous,
    wait: desired.wait,
    desk,
    reader,
    world: context,
    call: operation,
  });
  // What nobody waits for is not missed.
  const missed: Outcome = desired.wait ? outcome : { ...outcome, pending: new Set() };
  const problems = describeProblems(missed, service, lane);
  const told = describeOutcome(outcome, service, lane);
  if (told !== undefined && problems.length === 0) operation.log.info(told);
  // Nothing reached the cloud and nothing is recorded yet: the next `up` starts from scratch.
  if (
    previous === undefined &&
    outcome.receipts.status === "failed" &&
    outcome.receipts.tasks.length === 0 &&
    outcome.undone.every(({ sentAt }) => sentAt === undefined)
  ) {
    if (desired.failurePolicy === "fail") throw new Refusal(problems.join("\n"));
  }
  if (desired.failurePolicy === "warn") for (const problem of problems) operation.log.warn(problem);
  const { count, lastAt, status, tasks, owed, ledger } = outcome.receipts;
  return {
    id: stored?.id ?? randomId(context.random),
    problems: desired.failurePolicy === "warn" ? [] : problems,
    count,
    lastAt,
    state: { status, tasks: [...tasks], owed: [...owed], ledger },
  };
}

/**
 * Tells what `up` would do, with reads only. Refuses what cannot succeed, so
 * that it fails before anything is changed.
 */
export async function previewTrigger<I extends CommonInputs, C extends World, L extends Lane>(
  request: PreviewRequest<I, AnyState, C>,
  /** `undefined`: a property that decides where or how to send is not known yet. */
  binding: Binding<L> | undefined,
): Promise<object> {
  const { desired, operation } = request;
  const undecided = binding === undefined ? ["where to send"] : unknownNames(desired);
  if (binding === undefined || undecided.length > 0) {
    operation.log.info(
      `cannot be planned yet: ${undecided.join(", ")} ${undecided.length === 1 ? "is" : "are"} known only during up`,
    );
    return {};
  }
  const { desk } = binding;
  const known: CommonInputs = commonSchema.parse(pickKnown(desired));
  const plan = planPurge(receiptsOf(request.previous), await toDesired(known, binding));
  refuseMalformed(known.contents, plan, binding);
  const lane = laneFor(binding, plan);
  const quota = plan.send.size > 0 ? await askQuota(desk, lane, operation, known.failurePolicy) : undefined;
  for (const line of describePlan(plan, desk.service, lane, quota)) operation.log.info(line);
  if (quota !== undefined && "remaining" in quota && quota.remaining < plan.send.size) {
    const refusal = overQuota(
      quota,
      things(plan.send.size, desk.service.rules(lane).noun),
      desk.service.verb,
      lane.kind,
    );
    if (known.failurePolicy === "fail") throw new Refusal(refusal);
    operation.log.warn(refusal);
  }
  return {};
}

function overQuota({ limit, remaining }: Quota, needed: string, verb: string, kind: string): string {
  const advice = "send fewer targets (a directory or a tag instead of files), or ask the vendor for more.";
  return limit === 0
    ? `This ${verb} cannot be done: the plan has no quota for type ${kind}. Use another type, or another plan of the vendor's.`
    : `This ${verb} needs ${needed}, but ${number(remaining)} of today's ${number(limit)} ${remaining === 1 ? "is" : "are"} left for type ${kind}. Wait for the quota's reset, ${advice}`;
}

/** What is owed, and what is to be waited for, calls for an `up` of its own. */
function unfinished(
  { owed, ledger }: Pick<Receipts, "owed" | "ledger">,
  desired: { readonly wait?: unknown },
): ("owed" | "tasks")[] {
  return [
    ...(owed.length > 0 ? (["owed"] as const) : []),
    ...(ledger.awaiting !== undefined && desired.wait === true ? (["tasks"] as const) : []),
  ];
}

function read<I, O, C>(request: ReadRequest<I, O, C>): Promise<Stored<I, O> | undefined> {
  if (request.previous === undefined) {
    throw new Refusal(
      'A trigger cannot be imported or read by id: it is an event, and the cloud keeps no object for it. Declare it instead; with onCreate: "skip" it starts without sending anything.',
    );
  }
  // The state is the record: the vendor forgets tasks after days, and that must change nothing.
  return Promise.resolve(request.previous);
}

/** The verbs that are the same for every trigger. */
export const triggerVerbs = { unfinished, read };

const commonSchema = z
  .object({ ...triggerInputs, onCreate: z.enum(["purge", "prefetch", "skip"]), purgeAdded: z.boolean().optional() })
  .transform((inputs): CommonInputs => {
    const { purgeAdded, ...rest } = inputs;
    return purgeAdded === undefined ? rest : { ...rest, purgeAdded };
  });

const deciding = [
  "targets",
  "contentHash",
  "content",
  "contents",
  "onCreate",
  "wait",
  "purgeAdded",
  "failurePolicy",
  "cacheKeys",
] as const;

function unknownNames(desired: object): string[] {
  return deciding.filter((key) => holdsUnknown(Reflect.get(desired, key)));
}

function pickKnown(desired: object): Record<string, unknown> {
  return Object.fromEntries(
    deciding.map((key) => [key, Reflect.get(desired, key)]).filter(([, value]) => value !== undefined),
  );
}

type AnyState = PurgeState | PrefetchState | UploadState;

function receiptsOf(previous: { readonly outputs: AnyState } | undefined): Receipts | undefined {
  if (previous === undefined) return undefined;
  const { outputs } = previous;
  if ("purgeCount" in outputs) return { ...outputs, count: outputs.purgeCount, lastAt: outputs.lastPurgedAt };
  if ("prefetchCount" in outputs) return { ...outputs, count: outputs.prefetchCount, lastAt: outputs.lastPrefetchedAt };
  return { ...outputs, count: outputs.uploadCount, lastAt: outputs.lastUploadedAt };
}

function laneFor<L extends Lane>(binding: Binding<L>, plan: Plan): L {
  return binding.laneOf?.([...plan.send.keys()]) ?? binding.lane;
}

async function toDesired<L extends Lane>(inputs: CommonInputs, binding: Binding<L>): Promise<Desired> {
  const purge = binding.desk.service.verb === "purge";
  return {
    type: binding.lane.kind,
    source: await toSource(inputs, binding),
    sendAdded: purge ? inputs.purgeAdded === true : true,
    sendRemoved: purge,
    onCreate: inputs.onCreate === "skip" ? "skip" : "send",
    wait: inputs.wait,
  };
}

async function toSource<L extends Lane>(inputs: CommonInputs, binding: Binding<L>): Promise<Source> {
  if (inputs.contents !== undefined) return { by: "contents", contents: await readContents(inputs.contents) };
  const all = binding.desk.service.rules(binding.lane).everything === true;
  const targets = all ? [everything] : (binding.targets ?? inputs.targets);
  if (targets === undefined)
    throw new Refusal(
      `Give targets or contents: type ${binding.lane.kind} needs to know what to ${binding.desk.service.verb}.`,
    );
  const hash = inputs.contentHash ?? inputs.content?.hash ?? "";
  return { by: "hash", hash, targets };
}

/** Refusals that are shown; more would bury what they say. */
const mostShown = 10;

/** Check sees what the program itself lists; what a file lists is seen here, before anything is sent. */
function refuseMalformed<L extends Lane>(contents: CommonInputs["contents"], plan: Plan, binding: Binding<L>): void {
  if (!(contents instanceof Asset)) return;
  const found: string[] = [];
  for (const [target, reason] of plan.send) {
    const why = reason === "removed" || reason === "owed" ? undefined : binding.targetProblem(target);
    if (why !== undefined) found.push(`${target} ${why}`);
  }
  if (found.length === 0) return;
  const more = found.length > mostShown ? `\n  and ${number(found.length - mostShown)} more` : "";
  throw new Refusal(
    `contents: ${things(found.length, "entry")} of the file cannot be sent:\n  ${found.slice(0, mostShown).join("\n  ")}${more}`,
  );
}

/** A figure that is good to have, and no more than that, is not worth a long wait. */
const quotaPatienceMs = 5000;

async function askQuota<L extends Lane>(
  desk: Desk<L>,
  lane: L,
  call: CallContext,
  policy: CommonInputs["failurePolicy"],
): Promise<KnownQuota> {
  const deadline = Math.min(call.deadline, desk.world.clock.monotonic() + quotaPatienceMs);
  try {
    return await desk.service.quota(lane, { ...call, deadline });
  } catch (error) {
    // A site or zone that is not there makes every call fail, so the time to say it is now.
    if (error instanceof Fault && error.kind === "notFound" && policy === "fail") throw error;
    if (!(error instanceof Fault)) throw error;
    // A plan is of use without it, and whoever may not ask for the quota may still be allowed to send.
    if (error.code === "NoCredentials") return { unknown: error.text };
    if (error.kind === "auth") call.log.warn(error.message);
    return { unknown: error.code };
  }
}
