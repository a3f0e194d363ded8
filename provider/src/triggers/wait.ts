/**
 * Watching tasks until every target is final: growing intervals, one read for
 * all who watch the same place, all rows, a last look when time is up. What
 * is not listed yet is pending, never done.
 */
import type { CallContext } from "../core/call.ts";
import type { Clock } from "../core/clock.ts";
import { Fault, Interrupted } from "../core/errors.ts";
import type { Failure } from "./receipts.ts";
import { everything, type Lane, type TaskRef, type TaskRow, type TriggerService } from "./service.ts";
import { TargetIndex } from "./target-index.ts";

export interface Watched {
  readonly tasks: readonly TaskRef[];
  readonly targets: ReadonlySet<string>;
}

export interface WatchResult {
  /** Target → what failed. */
  readonly failures: ReadonlyMap<string, Failure & { readonly taskId: string }>;
  /** Not final when the watching ended. */
  readonly pending: ReadonlySet<string>;
  /** Tasks that the vendor never listed, or no longer lists. */
  readonly unlisted: ReadonlySet<string>;
  /** Why the watching ended early, if not for time. */
  readonly trouble: Fault | undefined;
}

/** After this, a list whose rows are all final but lacks some of ours is believed to be whole. */
const settleMs = 20_000;
/** Purges take 5 to 6 minutes; what a vendor never lists is over by then. */
const unlistedMs = 600_000;

/**
 * Milliseconds from one look to the next, `elapsed` after the submission. A
 * task of 2 s is seen within 2.4 s; one of 5 min within 14 s of its end and
 * with fewer than 40 reads.
 */
export function interval(elapsed: number): number {
  return elapsed < 2400 ? 400 : Math.min(14_000, elapsed / 4);
}

export async function watch<L extends Lane>(
  watched: Watched,
  reader: TaskReader<L>,
  lane: L,
  call: CallContext,
  clock: Clock,
): Promise<WatchResult> {
  const since = Math.min(...watched.tasks.map((task) => task.submittedAt));
  const fromNow = clock.now();
  const memory = reader.service.memoryMs;
  const opaque = reader.service.rules(lane).opaqueRows === true;
  let view = look([], watched, opaque);
  let steadySince: number | undefined;
  for (let timeIsUp = false; ;) {
    try {
      await clock.sleep(interval(clock.now() - fromNow), call.signal);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      timeIsUp = true;
      if (error.reason === "cancelled") return { ...view, trouble: undefined };
    }
    try {
      view = look(await reader.read(lane, watched.tasks, lastLook(call, timeIsUp)), watched, opaque);
    } catch (error) {
      if (error instanceof Interrupted) continue;
      if (!(error instanceof Fault)) throw error;
      if (timeIsUp || !passing(error)) return { ...view, trouble: error };
      call.log.status(`waiting; the last look failed: ${error.code}`);
      continue;
    }
    const now = clock.now();
    if (view.pending.size === 0) return { ...view, trouble: undefined };
    steadySince = view.listed > 0 && view.open === 0 ? (steadySince ?? now) : undefined;
    const settled = steadySince !== undefined && now - steadySince >= settleMs;
    const never = view.listed === 0 && reader.service.rules(lane).listed === "maybe" && now - since > unlistedMs;
    const forgotten = view.listed === 0 && now - since > memory;
    if (settled) return { ...concluded(view), trouble: undefined };
    if (never || forgotten) return { ...view, pending: new Set(), trouble: undefined };
    if (timeIsUp) return { ...view, trouble: undefined };
    call.log.status(progress(view, watched, now - since));
  }
}

/** Reads for all who watch the same lane at the same moment, with one request. */
export class TaskReader<L extends Lane> {
  readonly service: TriggerService<L>;
  readonly #clock: Clock;
  readonly #open = new Map<string, { tasks: Map<string, TaskRef>; rows: Promise<readonly TaskRow[]> }>();

  constructor(service: TriggerService<L>, clock: Clock) {
    this.service = service;
    this.#clock = clock;
  }

  async read(lane: L, tasks: readonly TaskRef[], call: CallContext): Promise<readonly TaskRow[]> {
    let shared = this.#open.get(lane.key);
    if (shared === undefined) {
      const asked = new Map<string, TaskRef>();
      const rows = this.#clock.sleep(gatherMs).then(() => {
        this.#open.delete(lane.key);
        return this.service.readTasks(lane, [...asked.values()], { ...call, signal: new AbortController().signal });
      });
      shared = { tasks: asked, rows };
      this.#open.set(lane.key, shared);
    }
    for (const task of tasks) shared.tasks.set(task.taskId, task);
    const ids = new Set(tasks.map((task) => task.taskId));
    const rows = await unlessStopped(shared.rows, call.signal);
    return rows.filter((row) => ids.has(row.taskId));
  }
}

const gatherMs = 10;

interface View {
  readonly failures: Map<string, Failure & { readonly taskId: string }>;
  readonly pending: Set<string>;
  readonly unlisted: Set<string>;
  readonly listed: number;
  readonly open: number;
  readonly percent: number | undefined;
  readonly failedRow: TaskRow | undefined;
}

function look(rows: readonly TaskRow[], watched: Watched, opaque: boolean): View {
  const index = new TargetIndex(watched.targets);
  const pending = new Set(watched.targets);
  const failures = new Map<string, Failure & { readonly taskId: string }>();
  const unlisted = new Set(watched.tasks.map((task) => task.taskId));
  let open = 0;
  const percents: number[] = [];
  for (const row of rows) {
    unlisted.delete(row.taskId);
    const target = index.find(row.target);
    if (row.state === "pending") open++;
    if (target === undefined) continue;
    if (row.state === "pending") percents.push(row.percent ?? 0);
    else pending.delete(target);
    if (row.state === "failed") {
      failures.set(target, { target, taskId: row.taskId, code: row.code ?? "Failed", reason: row.reason ?? "" });
    }
  }
  // A purge of everything may have several rows; it is done when all are.
  if (open > 0 && watched.targets.has(everything)) pending.add(everything);
  const percent = percents.length === 0 ? undefined : percents.reduce((a, b) => a + b, 0) / percents.length;
  const failedRow = rows.find((row) => row.state === "failed");
  const view: View = { failures, pending, unlisted, listed: rows.length, open, percent, failedRow };
  const whole = opaque || rows.some((row) => row.whole === true);
  return whole && unlisted.size === 0 && open === 0 ? concluded(view) : view;
}

/**
 * The vendor's list is whole and final, yet lacks some of our targets: some
 * lists have a row for each task only. Then what failed is not known by name,
 * and if anything did, all that is not listed counts as failed: sending too
 * much is safe, leaving a stale copy is not.
 */
function concluded(view: View): View {
  const { failedRow, listed, unlisted } = view;
  const failures = new Map(view.failures);
  const named = listed > 1 && failures.size > 0;
  if (failedRow !== undefined && !named && unlisted.size === 0) {
    const { taskId, code = "Failed", reason = "" } = failedRow;
    for (const target of view.pending) failures.set(target, { target, taskId, code, reason });
  }
  return { ...view, failures, pending: new Set() };
}

function progress(view: View, watched: Watched, elapsed: number): string {
  const done = watched.targets.size - view.pending.size;
  const share = view.percent === undefined ? "" : `, the rest at ${Math.round(view.percent)} %`;
  const state = view.listed === 0 ? "not listed yet" : `${done} of ${watched.targets.size} done${share}`;
  return `${state}, ${Math.round(elapsed / 1000)} s`;
}

function passing(fault: Fault): boolean {
  return fault.kind === "transient" || fault.kind === "throttled" || fault.kind === "ambiguous";
}

/** Time is up, yet one look more is due: it gets a second of its own. */
function lastLook(call: CallContext, timeIsUp: boolean): CallContext {
  return timeIsUp ? { ...call, signal: new AbortController().signal } : call;
}

/** The result of shared work, unless whoever waits for it is stopped first. */
export async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(Interrupted.by(signal));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
