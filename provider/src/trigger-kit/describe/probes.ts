/** Which probes a run makes, and what they found, in a user's words. Pure text. */
import type { ProbePlan } from "../../probe/plan.ts";
import type { Plan } from "../../triggers/plan.ts";
import type { Proof } from "../../triggers/receipts.ts";
import type { RunProbes } from "../probes.ts";
import { span } from "./duration.ts";
import { number, plural, things } from "./words.ts";

/** `noun`: what a target is called. */
export function describeProbes(
  { gate, check, unchecked }: RunProbes,
  { send, watch }: Pick<Plan, "send" | "watch">,
  noun: string,
): string[] {
  if ((gate ?? check ?? unchecked) === undefined) return [];
  const all = new Set([...send.keys(), ...watch.targets]);
  const lines: string[] = [];
  if (gate !== undefined && gate.probes.length > 0) {
    const what = whichOf(gate, send, noun);
    lines.push(
      `first waits until the origin serves the new content of ${what}, for ${span(gate.withinMs)} at most; else nothing is sent`,
    );
  }
  if (unchecked === true) lines.push("checks nothing at the edge: verifyEdge needs wait");
  const visits = check?.plan(all, 0);
  if (check !== undefined && visits !== undefined && visits.probes.length > 0) {
    const nodes = new Set(visits.probes.map(({ via }) => JSON.stringify(via))).size;
    const at = visits.probes.some(({ via }) => via.kind === "url") ? "" : ` at ${things(nodes, "node")}`;
    const again =
      check.attempts === 0
        ? "what is stale then is owed"
        : `what is stale then is sent again, ${check.attempts === 1 ? "once" : `${check.attempts} times`} at most`;
    lines.push(
      `then checks ${whichOf(visits, all, noun)}${at} until fresh, for ${span(visits.withinMs)} at most; ${again}`,
    );
  }
  return lines;
}

/** Where the gate asks is perhaps the edge: its old copy keeps the gate closed, and its new one opens it too early. */
export function describeGateAtEdge({ gate }: RunProbes): string | undefined {
  if (gate?.asksEdge !== true) return undefined;
  return "awaitOrigin asks the targets' own hosts, which may be the edge: what it has cached says nothing of the origin. Give awaitOrigin.address or url, where the origin itself answers";
}

/** `20 of 1,000 files`, or how many URLs where others are asked instead. */
function whichOf({ probes }: ProbePlan, targets: Pick<ReadonlySet<string>, "has" | "size">, noun: string): string {
  const asked = new Set(probes.map(({ target }) => target));
  if (![...asked].every((target) => targets.has(target))) return things(asked.size, "URL");
  return asked.size === targets.size
    ? things(asked.size, noun)
    : `${number(asked.size)} of ${things(targets.size, noun)}`;
}

export function provenText(proven: readonly Proof[]): string {
  const urls = new Set(proven.map(({ url }) => url)).size;
  const nodes = new Set(proven.flatMap(({ node }) => node ?? [])).size;
  return `${number(urls)} ${plural(urls, "URL")} seen fresh${nodes === 0 ? "" : ` at ${things(nodes, "node")}`}`;
}
