/** `awaitOrigin` and `verifyEdge` of one run: what is asked, and what the answers mean for it. */
import { Slot, type World } from "../core/context.ts";
import type { CallContext } from "../core/call.ts";
import { expectedText, foundLine } from "../probe/describe.ts";
import { planCheck, planGate, type Probe, type ProbePlan, type ProbeTarget } from "../probe/plan.ts";
import type { EdgeResult, Finding, GateResult, Prober } from "../probe/prober.ts";
import type { Plan } from "../triggers/plan.ts";
import type { Checked, Proving } from "../triggers/job.ts";
import { timestamp, type Proof } from "../triggers/receipts.ts";
import type { Lane } from "../triggers/service.ts";
import type { BoundTrigger } from "./bound-trigger.ts";
import { readHashes } from "./contents.ts";

export interface RunProbes {
  /** Absent: nothing is asked before sending. */
  readonly gate?: ProbePlan;
  /** Absent: nothing is visited afterwards. */
  readonly check?: {
    readonly attempts: number;
    /** For these targets; `since`: from when on whatever the edge fetches is new. */
    readonly plan: (done: ReadonlySet<string>, since: number) => ProbePlan;
  };
  /** What is asked for is secret. */
  readonly secret?: boolean;
  /** The program asks for a check, and with `wait: false` there is none. */
  readonly unchecked?: boolean;
}

const defaultAttempts = 1;

/** Refuses probes that can prove nothing, before anything is sent. */
export async function probesFor<O extends object>(
  trigger: BoundTrigger<O>,
  plan: Plan,
  lane: Lane<O>,
): Promise<RunProbes> {
  const { awaitOrigin, verifyEdge, wait } = trigger.common;
  if ((awaitOrigin ?? verifyEdge) === undefined) return {};
  const send = new Set(plan.send.keys());
  const all = new Set([...send, ...plan.watch.targets]);
  if (all.size === 0) return {};
  const targets = await probeTargets(trigger, plan, all, trigger.runtime.service.rules(lane).many === true);
  const among = (names: ReadonlySet<string>): readonly ProbeTarget[] =>
    targets.filter(({ target }) => names.has(target));
  const gate = awaitOrigin === undefined || send.size === 0 ? undefined : planGate(awaitOrigin, among(send));
  const first = gate === undefined ? {} : { gate };
  if (verifyEdge === undefined) return first;
  if (!wait) return { ...first, unchecked: true };
  const checks = (done: ReadonlySet<string>, since: number): ProbePlan => planCheck(verifyEdge, among(done), since);
  checks(all, 0);
  // What earlier runs have sent is watched without asking the origin; to be sent again it waits for a run that does.
  const ungated = awaitOrigin !== undefined && gate === undefined;
  const check = { attempts: ungated ? 0 : (verifyEdge.attempts ?? defaultAttempts), plan: checks };
  return { ...first, check };
}

async function probeTargets<O extends object>(
  { common, names }: BoundTrigger<O>,
  plan: Plan,
  wanted: ReadonlySet<string>,
  many: boolean,
): Promise<ProbeTarget[]> {
  // Of `targets` one hash stands for all, so it is no body's digest.
  const hashes = common.contents === undefined ? undefined : await readHashes(common.contents, wanted, names);
  return [...wanted].map((target) => ({
    target,
    hash: hashes?.get(target),
    removed: plan.unlisted.has(target),
    many,
  }));
}

export interface PassedGate extends GateResult {
  /** When it opened, on the monotonic clock. */
  readonly at: number;
}

/** What remains of the time when the gate gives up, so that it can say why. */
const reserveMs = 3000;

/** Waits until the origin serves the new content, or time is up. */
export async function passGate(
  { gate, secret = false }: RunProbes,
  world: World,
  call: CallContext,
): Promise<PassedGate | undefined> {
  if (gate === undefined) return undefined;
  if (secret) hidePaths(gate.probes, call);
  const prober = await proberOf(world);
  const left = call.deadline - world.clock.monotonic();
  const result = await prober.gate(gate, { ...call, deadline: call.deadline - Math.min(reserveMs, left / 10) });
  if (secret) hideLocations(result.findings, call);
  return { ...result, at: world.clock.monotonic() };
}

/** `opened`: when the origin was seen to serve the new content; else what the edge fetches is new once the tasks are done. */
export function provingBy(
  { check, secret = false }: RunProbes,
  opened: number | undefined,
  world: World,
): Proving | undefined {
  if (check === undefined) return undefined;
  let since = opened;
  return {
    attempts: check.attempts,
    async check(done, call) {
      since ??= world.clock.monotonic();
      const plan = check.plan(done, since);
      if (secret) hidePaths(plan.probes, call);
      const prober = await proberOf(world);
      const result = await prober.check(plan, call);
      if (secret) hideLocations(result.findings, call);
      return toChecked(result, done);
    },
  };
}

/** Of secret targets the origin has the paths, under names of its own. */
function hidePaths(probes: readonly Probe[], call: CallContext): void {
  const paths = probes.flatMap(({ target }) => /^https?:\/\/[^/?#]+(.{2,})$/is.exec(target)?.[1] ?? []);
  call.hide?.([...probes.map(({ url }) => url), ...paths]);
}

/** Where an answer leads tells of what was asked for. */
function hideLocations(findings: readonly Finding[], call: CallContext): void {
  call.hide?.(findings.flatMap(({ seen }) => seen.location ?? []));
}

function toChecked({ findings }: EdgeResult, done: ReadonlySet<string>): Checked {
  const stale = new Map<string, string[]>();
  for (const finding of findings.filter(({ right }) => !right)) {
    // A URL beside the targets tells of all that was sent.
    for (const target of done.has(finding.target) ? [finding.target] : done) {
      stale.set(target, [...(stale.get(target) ?? []), foundLine(finding)]);
    }
  }
  return {
    stale: new Map([...stale].map(([target, lines]) => [target, lines.join("; ")])),
    proven: findings.filter(({ right }) => right).map(toProof),
  };
}

function toProof({ url, node, expected, seen: { age, tooBig = false }, at }: Finding): Proof {
  return {
    url,
    ...(node === undefined ? {} : { node }),
    shownBy: expected.kind === "young" || tooBig ? "Age" : expectedText(expected),
    ...(age === undefined ? {} : { age }),
    at: timestamp(at),
  };
}

/** One for all triggers of the process, so that they keep to one pace. */
export const proberSlot = new Slot<Prober>("prober");

/** Loaded only when something is asked. */
async function proberOf(world: World): Promise<Prober> {
  const [{ Prober }, { visitor }, { resolve }] = await Promise.all([
    import("../probe/prober.ts"),
    import("../probe/visit.ts"),
    import("../probe/resolve.ts"),
  ]);
  const { clock, random, network } = world;
  return world.share(proberSlot, () => new Prober({ clock, random, visit: visitor(network), resolve }));
}
