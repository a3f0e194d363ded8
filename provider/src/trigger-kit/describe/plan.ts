/** A plan in a user's words, as preview prints it. Pure text. */
import { isCovered } from "../../triggers/budget/cover.ts";
import { figuresOf, type Figures } from "../../triggers/figures.ts";
import type { Plan, Reason } from "../../triggers/plan.ts";
import type { KindRules, Lane, TriggerService } from "../../triggers/service.ts";
import type { Deletes } from "../bound-trigger.ts";
import type { KnownQuota } from "../quota.ts";
import { durationText } from "./duration.ts";
import { number, some, things } from "./words.ts";

export interface Foreseen {
  readonly quota: KnownQuota;
  readonly figures: Figures;
  /** Inputs that are known only during `up`: what is planned is the most that can be. */
  readonly unknownInputs: readonly string[];
  /** What is sent instead, in words; `quota` and `figures` are of it. */
  readonly instead?: string | undefined;
}

export function describePlan<O extends object>(
  plan: Plan,
  service: TriggerService<O>,
  lane: Lane<O>,
  given: Partial<Foreseen> = {},
): string[] {
  const { quota, figures = figuresOf(plan, service, lane), unknownInputs = [], instead } = given;
  const rules = service.rules(lane);
  const lines: string[] = [];
  if (plan.skipped) lines.push(...describeSkipped(plan, service, rules));
  else if (plan.send.size > 0) {
    lines.push(sending(plan, service, lane, { quota, figures, unknownInputs, instead }), ...naming(plan));
  } else if (plan.watch.tasks.length === 0) lines.push(`nothing to ${service.verb}: ${whyNothing(plan)}`);
  if (plan.watch.tasks.length > 0) {
    const { tasks, targets, once } = plan.watch;
    const look = once ? "will look once at" : "will watch";
    lines.push(
      `${look} ${things(tasks.length, "task")} of earlier runs: ${things(targets.size, rules.noun)} not final yet`,
    );
  }
  if (plan.lost.length > 0) {
    lines.push(
      `${things(plan.lost.length, rules.noun)} sent without an answer last time: the vendor's list is asked before sending again`,
    );
  }
  const harmless = plan.addedOnly - plan.addedElsewhere.length;
  if (harmless > 0) {
    const setting = service.verb === "purge" ? "; purgeAdded: true purges them too" : "";
    lines.push(`${things(harmless, `new ${rules.noun}`)} only recorded: the edge holds no old copy${setting}`);
  }
  return lines;
}

/** What `onCreate: "skip"` leaves as it is. */
export function describeSkipped(plan: Plan, { verb }: Pick<TriggerService, "verb">, { noun }: KindRules): string[] {
  if (!plan.skipped) return [];
  const names = [...plan.statement.manifest.names()];
  const whose = names.length === 1 ? "its" : "their";
  const stays =
    verb === "purge"
      ? `; what the edge holds of ${names.length === 1 ? "it" : "them"} stays until ${whose} content changes`
      : "";
  const recorded = names.length === 0 ? "" : `: ${things(names.length, noun)} only recorded (${some(names)})${stays}`;
  return [`will ${verb} nothing, since onCreate is "skip"${recorded}`];
}

/** After a purge that only marks copies stale, a rollback may not be seen. Last: what is sent. */
export function describeRollback(
  { rolledBack }: Plan,
  { onRollback, noun }: { readonly onRollback: "warn" | "force" | undefined; readonly noun: string },
  { deletes, lane }: { readonly deletes: Deletes; readonly lane: { readonly kind: string } },
): { readonly level: "info" | "warn"; readonly text: string } | undefined {
  if (rolledBack.length === 0 || deletes === "always") return undefined;
  const back = `rollback: the content of ${things(rolledBack.length, noun)} was here before (${some(rolledBack)})`;
  if (deletes === "never") {
    return {
      level: "warn",
      text: `${back}. It is not sure that type ${lane.kind} does more than mark copies stale, no option of it does, and an origin that compares dates then keeps the newer copy: let verifyEdge check, or use a type that can delete`,
    };
  }
  if (onRollback === "force") return { level: "info", text: `${back}; copies are deleted instead of marked stale` };
  return {
    level: "warn",
    text: `${back}. Type ${lane.kind} only marks copies stale, and an origin that compares dates then keeps the newer copy; onRollback: "force" deletes them`,
  };
}

/** What stays undone for good: the edge may go on serving old copies of it. */
export function describeGivenUp(
  { forgotten, leftBehind, addedElsewhere, statement }: Plan,
  { everything, many, noun }: KindRules,
): string[] {
  const lines: string[] = [];
  if (forgotten.length > 0) {
    lines.push(
      `no longer owed, because the program no longer lists ${forgotten.length === 1 ? "it" : "them"}: ${things(forgotten.length, "target")} (${some(forgotten)})`,
    );
  }
  if (addedElsewhere.length > 0) {
    lines.push(
      `only recorded: ${things(addedElsewhere.length, `new ${noun}`)} (${some(addedElsewhere)}) of hosts of which nothing was recorded before, so the edge may hold old copies; purgeAdded: true purges what is new`,
    );
  }
  const isLeft = (target: string): boolean => many !== true || !isCovered(target, statement.manifest);
  const left = everything === true ? [] : leftBehind.filter(isLeft);
  if (left.length > 0) {
    lines.push(
      `not purged: ${things(left.length, "target")} (${some(left)}) left contents in the run in which type or source changed, so nothing says how to purge ${left.length === 1 ? "it" : "them"}; the edge may go on serving old copies. Remove them in a run before that`,
    );
  }
  return lines;
}

/** How many calls, and what is left of the day. */
function sending<O extends object>(
  plan: Plan,
  service: TriggerService<O>,
  lane: Lane<O>,
  { quota, figures, unknownInputs, instead }: Foreseen,
): string {
  const rules = service.rules(lane);
  const known = plan.send.size + plan.unchanged + plan.addedOnly;
  const what =
    rules.everything === true
      ? "everything"
      : plan.unchanged + plan.addedOnly === 0
        ? things(plan.send.size, rules.noun)
        : `${number(plan.send.size)} of ${things(known, rules.noun)}`;
  const atMost = unknownInputs.length === 0 ? "" : "at most ";
  const why = [because(plan, unknownInputs), knownLater(unknownInputs)].filter((text) => text !== "").join("; ");
  const parts = [
    `will ${service.verb} ${atMost}${what} (${why}): ${instead ?? `${things(figures.calls, "call")} to ${service.action(lane)}`}`,
    ...quotaText(quota),
    ...durationText(figures, service.pace(lane).calls),
  ];
  return parts.join(", ");
}

/** Who is meant, where it is not simply all: a diff shows neither what is owed nor what a file lists. */
function naming(plan: Plan): string[] {
  const named = new Map<Reason, string[]>([
    ["changed", []],
    ["removed", []],
    ["added", []],
    ["owed", []],
  ]);
  for (const [target, reason] of plan.send) named.get(reason)?.push(target);
  const texts = [...named].filter(([, targets]) => targets.length > 0);
  return texts.length === 0 ? [] : [texts.map(([reason, targets]) => `${reason}: ${some(targets)}`).join("; ")];
}

function quotaText(quota: KnownQuota): string[] {
  if (quota === undefined) return [];
  if ("unknown" in quota) return [`daily quota unknown (${quota.unknown})`];
  const { remaining, limit, claimed } = quota;
  const others = claimed === undefined ? "" : `, less ${number(claimed)} that other stacks are about to use`;
  return [`daily quota ${number(remaining)} of ${number(limit)} left${others}`];
}

/** The inputs that a plan has to do without. */
export function knownLater(inputs: readonly string[]): string {
  return inputs.length === 0 ? "" : `${inputs.join(", ")} known only during up`;
}

function because(plan: Plan, unknownInputs: readonly string[]): string {
  const counts = new Map<Reason, number>();
  for (const reason of plan.send.values()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  // Whether it did is not known yet.
  if (unknownInputs.some((name) => name === "contentHash" || name === "content")) counts.delete("hashChanged");
  return [...counts].map(([reason, count]) => reasonText(reason, count)).join(", ");
}

function reasonText(reason: Reason, count: number): string {
  switch (reason) {
    case "created":
      return "new trigger: what the edge holds is unknown";
    case "retyped":
      return "another type is another statement: it was never true for these";
    case "widened":
      return "the same targets at another domain or routine: it was never true for these";
    case "hashChanged":
      return "the content hash changed";
    case "sourceChanged":
      return "changes are told another way now, so nothing can be compared";
    case "changed":
    case "removed":
    case "added":
      return `${number(count)} ${reason}`;
    case "owed":
      return `${number(count)} owed from the last run`;
  }
}

function whyNothing(plan: Plan): string {
  if (plan.unchanged + plan.addedOnly === 0) return "the program lists no targets";
  if (plan.statement.source === "targets") return "content hash unchanged";
  return plan.addedOnly > 0 ? "no entry of contents changed or was removed" : "contents unchanged";
}
