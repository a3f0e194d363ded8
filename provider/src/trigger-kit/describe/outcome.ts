/** What a run came to, in a user's words. Pure text. */
import type { Outcome, Undone } from "../../triggers/conclude.ts";
import type { Lane, TriggerService } from "../../triggers/service.ts";
import { staleAtEdge } from "../../triggers/receipts.ts";
import { provenText } from "./probes.ts";
import { capital, number, plural, some, things } from "./words.ts";

/** One line for each cause, with the targets it hit. */
export function describeProblems<O extends object>(
  outcome: Outcome,
  service: TriggerService<O>,
  lane: Lane<O>,
): string[] {
  const { noun } = service.rules(lane);
  const total = outcome.receipts.tasks.reduce((sum, task) => sum + task.targetCount, 0);
  const stale = outcome.undone.filter(({ code }) => code === staleAtEdge);
  const others = outcome.undone.filter(({ code }) => code !== staleAtEdge);
  const lines = causesOf(others).map(({ cause, targets, advice }) => {
    const what = `${things(targets.length, noun)} not ${done(service)}`;
    return `${service.name} ${service.action(lane)}: ${what}: ${cause}. ${capital(plural(targets.length, noun))}: ${some(targets)}. ${advice}`;
  });
  if (stale.length > 0) lines.push(staleText(stale, service, noun));
  if (outcome.unproven.size > 0) {
    lines.push(
      `${service.name}: the check of ${things(outcome.unproven.size, noun)} at the edge was cut short. The next \`pulumi up\` checks again; nothing is sent again.`,
    );
  }
  if (outcome.pending.size > 0 && outcome.trouble !== undefined) {
    lines.push(
      `${service.name}: the state of ${things(outcome.pending.size, noun)} could not be read. ${outcome.trouble.message} The next \`pulumi up\` watches on; nothing is sent again.`,
    );
  } else if (outcome.pending.size > 0) {
    const [end, advice] = outcome.cancelled
      ? ["was cancelled", ""]
      : ["ended", " Raise customTimeouts to wait longer, or set wait: false."];
    lines.push(
      `${service.name}: ${things(outcome.pending.size, noun)} of ${Math.max(total, outcome.pending.size)} not final when this run ${end} (${some([...outcome.pending])}). ` +
        `The next \`pulumi up\` watches on; nothing is sent again.${advice}`,
    );
  }
  return lines;
}

/** More would bury what they say. */
const mostShown = 10;

/** Done, says the cloud; a visitor sees otherwise. */
function staleText<O extends object>(
  stale: readonly Undone[],
  { name, verb }: TriggerService<O>,
  noun: string,
): string {
  const found = [...new Set(stale.map(({ reason }) => reason))];
  const more = found.length > mostShown ? [`  and ${number(found.length - mostShown)} more`] : [];
  return [
    `${name}: ${things(stale.length, noun)} stale at the edge, though the cloud says that the ${verb} is done (${staleAtEdge}):`,
    ...found.slice(0, mostShown).map((line) => `  ${line}`),
    ...more,
    `The next \`pulumi up\` sends ${stale.length === 1 ? "it" : "them"} again, and nothing else.`,
  ].join("\n");
}

/** What the cloud refused and the program no longer lists is given up, and not without a word. */
export function describeDropped<O extends object>(
  outcome: Outcome,
  service: TriggerService<O>,
  lane: Lane<O>,
): string[] {
  const { noun } = service.rules(lane);
  return causesOf(outcome.dropped).map(
    ({ cause, targets }) =>
      `${service.name} ${service.action(lane)} refuses ${things(targets.length, noun)} that the program no longer lists, and will at every run: ${cause}. No longer owed: ${some(targets)}.`,
  );
}

export function describeOutcome<O extends object>(
  outcome: Outcome,
  service: TriggerService<O>,
  lane: Lane<O>,
): string | undefined {
  const { tasks, status } = outcome.receipts;
  const sent = tasks.reduce((sum, task) => sum + task.targetCount, 0);
  if (sent === 0 || outcome.idle) return undefined;
  const { noun } = service.rules(lane);
  const by = `by ${things(tasks.length, "task")}`;
  if (outcome.unproven.size > 0) return undefined;
  if (outcome.pending.size > 0) return `sent ${things(sent, noun)} ${by}, not waiting for the end: ${status}`;
  const unverified =
    outcome.unverified > 0
      ? `, ${things(outcome.unverified, noun)} unverified: the cloud does not list such tasks`
      : "";
  const { proven } = outcome.receipts;
  const seen = proven === undefined ? "" : `; ${provenText(proven)}`;
  return `${done(service)} ${things(sent - outcome.undone.length, noun)} ${by}: ${status}${unverified}${seen}`;
}

interface Cause {
  readonly cause: string;
  readonly targets: string[];
  readonly advice: string;
}

/** Calls that failed alike are one cause; the first one's request id stands for them. */
function causesOf(undone: readonly Undone[]): Cause[] {
  const causes = new Map<string, Cause>();
  for (const each of undone) {
    const { target, code, reason, requestId } = each;
    const key = `${code} ${reason}`;
    const id = requestId === undefined || requestId === "" ? "" : ` (request id ${requestId})`;
    const text = reason === "" ? code : `${code}: ${reason.replace(/[.!]$/, "")}`;
    const cause = causes.get(key) ?? { cause: `${text}${id}`, targets: [], advice: adviceFor(each) };
    cause.targets.push(target);
    causes.set(key, cause);
  }
  return [...causes.values()];
}

function adviceFor({ hint, lasting }: Undone): string {
  if (hint !== undefined) return hint;
  return lasting
    ? "Correct what the vendor names; the next `pulumi up` sends only what is owed."
    : "The next `pulumi up` sends what is owed, and nothing else.";
}

function done<O extends object>(service: TriggerService<O>): string {
  return service.verb === "purge" ? "purged" : "prefetched";
}
