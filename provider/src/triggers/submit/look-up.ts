/**
 * A call was sent and no answer came. Did it arrive? The vendor's task list
 * knows: rows for the same targets, not older than the send in the vendor's
 * clock, that answer for no other call.
 */
import type { CallContext } from "../../core/call.ts";
import type { Clock } from "../../core/clock.ts";
import { Fault, Interrupted, vendorWords } from "../../core/errors.ts";
import type { VendorClock } from "../../core/vendor-clock.ts";
import type { Lane, TaskRow, TriggerService } from "../service.ts";
import type { CallRegistry } from "./calls.ts";
import { TargetIndex } from "./target-index.ts";

export interface LostCall<O extends object> {
  readonly lane: Lane<O>;
  readonly targets: readonly string[];
  /** In the vendor's clock, as it is known when asked. */
  readonly sentAt: () => number;
  readonly reference: string;
}

export type LookUp =
  /** Target → the tasks that carry it. A target that is not there was not sent, as far as the vendor knows. */
  | { readonly outcome: "found"; readonly tasks: ReadonlyMap<string, readonly string[]> }
  /** No list can tell. */
  | { readonly outcome: "impossible"; readonly why: string }
  /** The list could not be read this time. */
  | { readonly outcome: "unread"; readonly why: string };

/** New tasks take a moment to be listed, 8 s at worst as far as is known, so "not there" counts only after all of these. */
const looksAfterMs = [500, 1000, 1500, 2000, 2500, 3500, 4000];
/** Vendors' times have whole seconds. More tolerance would take an older purge of the same page for this one. */
const toleranceMs = 1000;
/** Vendors' machines differ a little among themselves; a row made later than this is dated in another way than answers are. */
const aheadMs = 5000;

interface Where<O extends object> {
  readonly service: TriggerService<O>;
  readonly calls: CallRegistry;
  readonly clock: Clock;
}

export async function lookUp<O extends object>(lost: LostCall<O>, where: Where<O>, call: CallContext): Promise<LookUp> {
  const found = await search(lost, where, call);
  if (found.outcome === "impossible") where.calls.doubt(rowsOf(where.service), lost.lane.key, lost.targets);
  return found;
}

/** Where a row of one call's target looks like that of another call's. */
function rowsOf<O extends object>({ name, verb }: TriggerService<O>): string {
  return `${name} ${verb}`;
}

async function search<O extends object>(
  lost: LostCall<O>,
  { service, calls, clock }: Where<O>,
  call: CallContext,
): Promise<LookUp> {
  const rules = service.rules(lost.lane);
  const unlisted = `${service.name} does not list tasks of type ${lost.lane.kind} by their targets`;
  try {
    if (lost.lane.via === "upload") return await lookUpByReference(lost, { service, clock }, call);
    if (rules.listed === "maybe" || rules.opaqueRows === true) return { outcome: "impossible", why: unlisted };
    let tasks: ReadonlyMap<string, readonly string[]> = new Map();
    for (const delay of looksAfterMs) {
      await clock.sleep(delay, call.signal);
      await calls.othersAnswered(service.name, new Set(lost.targets));
      const rows = await service.tasksSince(lost.lane, lost.sentAt() - toleranceMs, call);
      if (rows === undefined) return { outcome: "impossible", why: unlisted };
      if (!areComparable(rows, service.vendorClock, clock)) {
        return { outcome: "impossible", why: `${service.name}'s list gives no times that can be compared` };
      }
      if (lost.targets.some((target) => calls.isDoubted(rowsOf(service), lost.lane.key, target))) {
        const why = `${service.name}'s list does not tell them from those of another call of these targets without answer`;
        return { outcome: "impossible", why };
      }
      tasks = match(lost, rows, service, calls);
      if (tasks.size === lost.targets.length) break;
      call.log.status(`looking for the task of a call without answer: ${tasks.size} of ${lost.targets.length} found`);
    }
    for (const [target, ids] of tasks) for (const id of ids) calls.claim(service.name, id, new Set([target]));
    return { outcome: "found", tasks };
  } catch (error) {
    if (error instanceof Fault && error.kind === "auth") {
      call.log.warn(
        `${error.message} Until then a call whose answer is lost is sent again, whether it arrived or not.`,
      );
      return { outcome: "impossible", why: vendorWords(error) };
    }
    if (error instanceof Fault || error instanceof Interrupted) return { outcome: "unread", why: error.message };
    throw error;
  }
}

/** Every row has a time, and none a time that is still to come, as a local time without its zone has. */
function areComparable(rows: readonly TaskRow[], vendorClock: VendorClock, clock: Clock): boolean {
  const latest = vendorClock.latest(clock.monotonic()) + aheadMs;
  return vendorClock.known && rows.every(({ createdAt }) => createdAt !== undefined && createdAt <= latest);
}

/** What was in a file is listed nowhere, but the file has a name that no other has. */
async function lookUpByReference<O extends object>(
  lost: LostCall<O>,
  { service, clock }: { service: TriggerService<O>; clock: Clock },
  call: CallContext,
): Promise<LookUp> {
  if (lost.reference === "") return { outcome: "impossible", why: "the name of the file that carried it is not known" };
  for (const delay of looksAfterMs) {
    await clock.sleep(delay, call.signal);
    const found = await service.resume?.(lost, call);
    if (found === undefined) continue;
    return { outcome: "found", tasks: new Map(lost.targets.map((target) => [target, found.taskIds])) };
  }
  return { outcome: "found", tasks: new Map() };
}

function match<O extends object>(
  lost: LostCall<O>,
  rows: readonly TaskRow[],
  service: TriggerService<O>,
  calls: CallRegistry,
): ReadonlyMap<string, readonly string[]> {
  // Vendors' times have whole seconds.
  const since = Math.floor(lost.sentAt() / 1000) * 1000;
  const { everything = false, literal = false } = service.rules(lost.lane);
  const index = new TargetIndex(lost.targets);
  const own = new Set(lost.targets);
  const targetOf = (listed: string): string | undefined => {
    if (everything) return lost.targets[0];
    if (literal) return own.has(listed) ? listed : undefined;
    return index.find(listed);
  };
  const tasks = new Map<string, string[]>();
  for (const row of rows) {
    const target = targetOf(row.target);
    if (target === undefined || (row.createdAt ?? 0) < since) continue;
    if (calls.isClaimed(service.name, row.taskId, target)) continue;
    if (!tasks.has(target)) tasks.set(target, [row.taskId]);
    // A purge of everything may be listed in several rows of one task.
    else if (everything && tasks.get(target)?.includes(row.taskId) === false) continue;
  }
  return tasks;
}
