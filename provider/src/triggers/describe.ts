/** A plan and an outcome in a user's words. Pure text. */
import { pack } from "./submit/pack.ts";
import type { Outcome } from "./carry-out.ts";
import type { Plan, Reason } from "./plan.ts";
import { everything, type KindRules, type Lane, type Quota, type TriggerService } from "./service.ts";

/** What preview knows of today's allowance: `undefined` where the vendor does not tell, text where it could not be asked. */
export type KnownQuota = Quota | { readonly unknown: string } | undefined;

export function describePlan<L extends Lane>(
  plan: Plan,
  service: TriggerService<L>,
  lane: L,
  quota: KnownQuota,
): string[] {
  const rules = service.rules(lane);
  const lines: string[] = [];
  if (plan.skipped) lines.push(`will ${service.verb} nothing: onCreate is "skip", so this run only records`);
  else if (plan.send.size > 0) lines.push(sending(plan, service, lane, rules, quota), ...naming(plan));
  else if (plan.watch.tasks.length === 0) lines.push(`nothing to ${service.verb}: ${whyNothing(plan)}`);
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
  if (plan.addedOnly > 0) {
    const setting = service.verb === "purge" ? "; purgeAdded: true purges them too" : "";
    lines.push(`${things(plan.addedOnly, `new ${rules.noun}`)} only recorded: the edge holds no old copy${setting}`);
  }
  lines.push(...describeForgotten(plan, rules));
  return lines;
}

export function describeForgotten(plan: Plan, rules: KindRules): string[] {
  if (plan.forgotten.length === 0) return [];
  const names = some(plan.forgotten);
  return [
    `no longer owed, because the program no longer lists ${plan.forgotten.length === 1 ? "it" : "them"}: ${things(plan.forgotten.length, rules.noun)} (${names})`,
  ];
}

/** One line for each cause, with the targets it hit. */
export function describeProblems<L extends Lane>(outcome: Outcome, service: TriggerService<L>, lane: L): string[] {
  const rules = service.rules(lane);
  const total = outcome.receipts.tasks.reduce((sum, task) => sum + task.targetCount, 0);
  const causes = new Map<string, { cause: string; targets: string[]; hint: string | undefined }>();
  for (const { target, code, reason, hint } of outcome.undone) {
    const cause = reason === "" ? code : `${code}: ${reason}`;
    // Calls that failed alike are one cause; the first one's request id stands for them.
    const key = cause.replace(/ \(request id [^)]*\)/, "");
    const group = causes.get(key) ?? { cause, targets: [], hint };
    group.targets.push(target);
    causes.set(key, group);
  }
  const lines = [...causes.values()].map(({ cause, targets, hint }) => {
    const advice = hint ?? "The next `pulumi up` sends what is owed, and nothing else.";
    return `${service.name} ${service.action(lane)}: ${things(targets.length, rules.noun)} not ${done(service)}: ${cause.replace(/[.!]$/, "")}. ${capital(plural(targets.length, rules.noun))}: ${some(targets)}. ${advice}`;
  });
  if (outcome.pending.size > 0 && outcome.trouble !== undefined) {
    lines.push(
      `${service.name}: the state of ${things(outcome.pending.size, rules.noun)} could not be read. ${outcome.trouble.message} The next \`pulumi up\` watches on; nothing is sent again.`,
    );
  } else if (outcome.pending.size > 0) {
    const [end, advice] = outcome.cancelled
      ? ["was cancelled", ""]
      : ["ended", " Raise customTimeouts to wait longer, or set wait: false."];
    lines.push(
      `${service.name}: ${things(outcome.pending.size, rules.noun)} of ${Math.max(total, outcome.pending.size)} not final when this run ${end} (${some([...outcome.pending])}). ` +
        `The next \`pulumi up\` watches on; nothing is sent again.${advice}`,
    );
  }
  return lines;
}

export function describeOutcome<L extends Lane>(
  outcome: Outcome,
  service: TriggerService<L>,
  lane: L,
): string | undefined {
  const { tasks, status } = outcome.receipts;
  const sent = tasks.reduce((sum, task) => sum + task.targetCount, 0);
  if (sent === 0 || outcome.idle) return undefined;
  const { noun } = service.rules(lane);
  const by = `by ${things(tasks.length, "task")}`;
  return outcome.pending.size > 0
    ? `sent ${things(sent, noun)} ${by}, not waiting for the end: ${status}`
    : `${done(service)} ${things(sent - outcome.undone.length, noun)} ${by}: ${status}`;
}

/** How many calls, and what is left of the day. */
function sending<L extends Lane>(
  plan: Plan,
  service: TriggerService<L>,
  lane: L,
  rules: KindRules,
  quota: KnownQuota,
): string {
  const calls = pack([...plan.send.keys()], rules).length;
  const known = plan.send.size + plan.unchanged + plan.addedOnly;
  const what = plan.send.has(everything)
    ? "everything"
    : plan.unchanged + plan.addedOnly === 0
      ? things(plan.send.size, rules.noun)
      : `${number(plan.send.size)} of ${things(known, rules.noun)}`;
  const parts = [
    `will ${service.verb} ${what} (${because(plan)}): ${things(calls, "call")} to ${service.action(lane)}`,
    ...quotaText(quota),
    ...durationText(calls, service.pace(lane)),
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
  return [`daily quota ${number(quota.remaining)} of ${number(quota.limit)} left`];
}

function durationText(count: number, pace: { readonly calls: number; readonly perMs: number }): string[] {
  const waits = Math.ceil(count / pace.calls) - 1;
  return waits < 1 ? [] : [`at least ${Math.ceil((waits * pace.perMs) / 1000)} s to send`];
}

function because(plan: Plan): string {
  const counts = new Map<Reason, number>();
  for (const reason of plan.send.values()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => reasonText(reason, count)).join(", ");
}

function reasonText(reason: Reason, count: number): string {
  switch (reason) {
    case "created":
      return "new trigger: what the edge holds is unknown";
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
  if ("hash" in plan.baseline) return "content hash unchanged";
  return plan.addedOnly > 0 ? "no entry of contents changed or was removed" : "contents unchanged";
}

function done<L extends Lane>(service: TriggerService<L>): string {
  return service.verb === "purge" ? "purged" : "prefetched";
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

const shown = 10;

function some(targets: readonly string[]): string {
  const names = targets.slice(0, shown).map((target) => (target === everything ? "everything" : target));
  return targets.length > shown ? `${names.join(", ")} and ${number(targets.length - shown)} more` : names.join(", ");
}

export function things(count: number, noun: string): string {
  return `${number(count)} ${plural(count, noun)}`;
}

function plural(count: number, noun: string): string {
  if (count === 1) return noun;
  return noun.endsWith("y") ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}

export function number(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}
