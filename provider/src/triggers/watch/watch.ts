/**
 * Watching tasks until every target is final: growing intervals, one read for
 * all who watch the same place, all rows, a last look when time is up. What
 * is not listed yet is pending, never done.
 */
import { leash, type CallContext } from "../../core/call.ts";
import type { Clock } from "../../core/clock.ts";
import { Fault, Interrupted } from "../../core/errors.ts";
import type { Failure } from "../receipts.ts";
import { everything, type Lane, type TaskRef, type TaskRow, type TriggerService } from "../service.ts";
import { TargetIndex } from "../submit/target-index.ts";

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
  /** Tasks that are over, whatever is still pending in others. */
  readonly closed: ReadonlySet<string>;
  /** Why the watching ended early, if not for time. */
  readonly trouble: Fault | undefined;
}

/** After this, a list whose rows are all final but lacks some of ours is believed to be whole. */
const settleMs = 20_000;
/** Purges take 5 to 6 minutes; what a vendor never lists is over by then. */
const unlistedMs = 600_000;

/**
 * Milliseconds from one look to the next, `elapsed` after the submission. What
 * is done at once is seen within 50 ms, a task of 2 s within 2.3 s, one of
 * 5 min within 15 s of its end and with fewer than 40 reads.
 */
export function interval(elapsed: number): number {
  return elapsed < 2400 ? Math.min(250, Math.max(50, elapsed)) : Math.min(14_500, elapsed / 3);
}

export async function watch<L extends Lane>(
  watched: Watched,
  reader: TaskReader<L>,
  lane: L,
  call: CallContext,
  clock: Clock,
): Promise<WatchResult> {
  const since = Math.min(...watched.tasks.map((task) => task.submittedAt));
  const start = clock.monotonic();
  const look = looker(watched, reader, lane, clock);
  let view = unseen(watched);
  let steadySince: number | undefined;
  for (let timeIsUp = false; ;) {
    try {
      await clock.sleep(interval(clock.monotonic() - start), call.signal);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      timeIsUp = true;
      if (error.reason === "cancelled") return view;
    }
    try {
      view = await look(lastLook(call, timeIsUp));
    } catch (error) {
      if (error instanceof Interrupted) continue;
      if (!(error instanceof Fault)) throw error;
      if (timeIsUp || !passing(error)) return { ...view, trouble: error };
      call.log.status(`waiting; the last look failed: ${error.code}`);
      continue;
    }
    const now = clock.monotonic();
    if (view.pending.size === 0) return view;
    steadySince = view.listed > 0 && view.open === 0 ? (steadySince ?? now) : undefined;
    if (steadySince !== undefined && now - steadySince >= settleMs) return concluded(view);
    if (view.gone) return { ...view, pending: new Set() };
    if (timeIsUp) return view;
    call.log.status(progress(view, watched, clock.now() - since));
  }
}

/** How long a look may take that nobody waits for. */
const glanceMs = 5000;

/** One look: what is over by now is told, and all else stays to be seen. */
export async function glance<L extends Lane>(
  watched: Watched,
  reader: TaskReader<L>,
  lane: L,
  call: CallContext,
  clock: Clock,
): Promise<WatchResult> {
  const deadline = Math.min(call.deadline, clock.monotonic() + glanceMs);
  using rein = leash(call, deadline, clock);
  try {
    const view = await looker(watched, reader, lane, clock)({ ...call, deadline, signal: rein.signal });
    if (view.gone) return { ...view, pending: new Set() };
    // One look cannot tell whether a list stands still; its age can.
    return view.listed > 0 && watched.tasks.every(({ taskId }) => view.closed.has(taskId)) ? concluded(view) : view;
  } catch (error) {
    if (error instanceof Fault || error instanceof Interrupted) return unseen(watched);
    throw error;
  }
}

/** What is known of tasks that nobody has looked at. */
export function unseen({ targets }: Watched): View {
  return {
    failures: new Map(),
    pending: new Set(targets),
    unlisted: new Set(),
    closed: new Set(),
    trouble: undefined,
    listed: 0,
    open: 0,
    percent: undefined,
    failedRow: undefined,
    gone: false,
  };
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

interface View extends WatchResult {
  readonly listed: number;
  readonly open: number;
  readonly percent: number | undefined;
  readonly failedRow: TaskRow | undefined;
  /** The vendor lists none of it and, by their age, never will. */
  readonly gone: boolean;
}

function looker<L extends Lane>(
  watched: Watched,
  reader: TaskReader<L>,
  lane: L,
  clock: Clock,
): (call: CallContext) => Promise<View> {
  const { listed, opaqueRows = false } = reader.service.rules(lane);
  const index = new TargetIndex(watched.targets);
  const newest = Math.max(...watched.tasks.map((task) => task.submittedAt));
  const memory = listed === "maybe" ? unlistedMs : reader.service.memoryMs;
  return async (call) => {
    const rows = await reader.read(lane, watched.tasks, call);
    const view = viewOf(rows, watched, index, clock.now());
    const gone = rows.length === 0 && clock.now() - newest > memory;
    const whole = opaqueRows || rows.some((row) => row.whole === true);
    return whole && view.unlisted.size === 0 && view.open === 0 ? concluded(view) : { ...view, gone };
  };
}

function viewOf(rows: readonly TaskRow[], watched: Watched, index: TargetIndex, now: number): View {
  const pending = new Set(watched.targets);
  const failures = new Map<string, Failure & { readonly taskId: string }>();
  const unlisted = new Set(watched.tasks.map((task) => task.taskId));
  const running = new Set<string>();
  const percents: number[] = [];
  let open = 0;
  for (const row of rows) {
    unlisted.delete(row.taskId);
    const target = index.find(row.target);
    if (row.state === "pending") {
      open++;
      running.add(row.taskId);
    }
    if (target === undefined) continue;
    if (row.state !== "pending") pending.delete(target);
    else if (row.percent !== undefined) percents.push(row.percent);
    if (row.state === "failed") {
      failures.set(target, { target, taskId: row.taskId, code: row.code ?? "Failed", reason: row.reason ?? "" });
    }
  }
  // A purge of everything may have several rows; it is done when all are.
  if (open > 0 && watched.targets.has(everything)) pending.add(everything);
  const isClosed = ({ taskId, submittedAt }: TaskRef): boolean =>
    !unlisted.has(taskId) && !running.has(taskId) && now - submittedAt > unlistedMs;
  return {
    failures,
    pending,
    unlisted,
    closed: new Set(watched.tasks.filter(isClosed).map(({ taskId }) => taskId)),
    trouble: undefined,
    listed: rows.length,
    open,
    percent: percents.length === 0 ? undefined : percents.reduce((a, b) => a + b, 0) / percents.length,
    failedRow: rows.find((row) => row.state === "failed"),
    gone: false,
  };
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
