/**
 * Watching tasks until every target is proven: growing intervals, one read for
 * all who watch the same place, all rows, a last look when time is up. What
 * is not listed yet is pending, never done.
 */
import { withDeadline, type CallContext } from "../../core/call.ts";
import type { Clock } from "../../core/clock.ts";
import { Fault, Interrupted } from "../../core/errors.ts";
import { nextLook } from "../../core/pace/looks.ts";
import type { Lane } from "../service.ts";
import { TargetIndex } from "../submit/target-index.ts";
import type { TaskPoller } from "./poller.ts";
import type { Progress } from "./progress.ts";
import { isWholeAndFinal, verdict, type Verdict } from "./verdict.ts";
import { viewOf, type View, type Watched } from "./view.ts";

export interface WatchResult extends Verdict {
  /** Tasks that the vendor has not listed. */
  readonly unlisted: ReadonlySet<string>;
  /** Tasks that are over, whatever is still pending in others. */
  readonly closed: ReadonlySet<string>;
  /** Why the watching ended early, if not for time. */
  readonly trouble: Fault | undefined;
  /** From the submission to the look that saw the end, where that came soon after it. */
  readonly tookMs: number | undefined;
}

export interface Watching<O extends object> {
  readonly watched: Watched;
  readonly poller: TaskPoller<O>;
  readonly lane: Lane<O>;
  readonly call: CallContext;
  readonly clock: Clock;
  /** How long the last tasks of this kind took. */
  readonly pastMs: readonly number[];
  readonly progress: ReturnType<Progress["part"]>;
}

/** Looks at what was sent longer ago than this before anybody watched say nothing of when it ended. */
const freshMs = 1000;

export async function watch<O extends object>(watching: Watching<O>): Promise<WatchResult> {
  const { watched, call, clock, progress } = watching;
  const begun = clock.monotonic();
  const age = Math.max(0, watching.poller.service.vendorClock.earliest(begun) - youngestOf(watched));
  const submitted = begun - age;
  // What took longer than this run may wait says nothing of when to look within it.
  const pastMs = watching.pastMs.filter((ms) => ms < call.deadline - submitted);
  const look = looker(watching);
  let result: Looked = unseen(watched);
  let wasPending = age < freshMs;
  for (let timeIsUp = false, looked = submitted; ;) {
    try {
      const at = nextLook({ elapsedMs: looked - submitted, pastMs }, looked);
      await clock.sleep(at - clock.monotonic(), call.signal);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      timeIsUp = true;
      if (error.reason === "cancelled") return result;
    }
    looked = clock.monotonic();
    try {
      result = await (timeIsUp ? lastLook(look, call, clock) : look(call));
    } catch (error) {
      if (error instanceof Interrupted && timeIsUp) return result;
      if (error instanceof Interrupted) continue;
      if (!(error instanceof Fault)) throw error;
      if (timeIsUp || !passing(error)) return { ...result, trouble: error };
      call.log.status(`waiting; the last look failed: ${error.code}`);
      continue;
    }
    if (result.pending.size === 0) {
      // A list may have to stand still for a while to be believed; the task was over before.
      return { ...result, tookMs: wasPending ? (result.finalAt ?? looked) - submitted : undefined };
    }
    if (timeIsUp) return result;
    wasPending = true;
    progress(seenOf(result, watched));
  }
}

/** A last one when time is up, until the caller must have its answer. */
async function lastLook(look: Look, call: CallContext, clock: Clock): Promise<Looked> {
  const free = { ...call, signal: new AbortController().signal };
  using limited = withDeadline(free, call.deadline, clock);
  return await look({ ...call, signal: limited.signal });
}

/** How long a look may take that is not waited for. */
const onceMs = 5000;

/** One look: what is over by now is told, and all else stays to be seen. */
export async function lookOnce<O extends object>(watching: Watching<O>): Promise<WatchResult> {
  const { watched, call, clock } = watching;
  const deadline = Math.min(call.deadline, clock.monotonic() + onceMs);
  using limited = withDeadline(call, deadline, clock);
  try {
    return await looker(watching)({ ...call, deadline, signal: limited.signal });
  } catch (error) {
    if (error instanceof Fault || error instanceof Interrupted) return unseen(watched);
    throw error;
  }
}

/** What is known of tasks that have not been looked at. */
export function unseen(watched: Watched): Looked {
  return {
    failures: new Map(),
    pending: new Set(watched.targets),
    unverified: new Set(),
    unlisted: new Set(watched.tasks.map(({ taskId }) => taskId)),
    closed: new Set(),
    trouble: undefined,
    tookMs: undefined,
    view: undefined,
    finalAt: undefined,
  };
}

interface Looked extends WatchResult {
  readonly view: View | undefined;
  /** When every task was first seen with nothing but final rows. */
  readonly finalAt: number | undefined;
}

type Look = (call: CallContext) => Promise<Looked>;

function looker<O extends object>({ watched, poller, lane, clock }: Watching<O>): Look {
  const { service } = poller;
  const index = new TargetIndex(watched.targets);
  const youngest = youngestOf(watched);
  let finalAt: number | undefined;
  return async (call) => {
    const rows = await poller.read(lane, watched.tasks, call);
    const now = service.vendorClock.now();
    const view = viewOf(rows, watched, index, {
      timesAreComparable: service.vendorClock.known,
      isOthers: ({ taskId, target }) => poller.calls.carries(service.name, taskId, target),
    });
    finalAt = isWholeAndFinal(view, watched) ? (finalAt ?? clock.monotonic()) : undefined;
    const seen = {
      view,
      steadyMs: finalAt === undefined ? 0 : Math.max(clock.monotonic() - finalAt, still(now - youngest)),
      ageMs: now - youngest,
      rowsByTarget: poller.rowsByTarget(lane),
    };
    const isClosed = ({ taskId, submittedAt }: Watched["tasks"][number]): boolean =>
      view.tasks.get(taskId)?.pending === 0 && now - submittedAt > closedMs;
    return {
      ...verdict(seen, watched, service.rules(lane)),
      unlisted: new Set(watched.tasks.map(({ taskId }) => taskId).filter((id) => !view.tasks.has(id))),
      closed: new Set(watched.tasks.filter(isClosed).map(({ taskId }) => taskId)),
      trouble: undefined,
      tookMs: undefined,
      view,
      finalAt,
    };
  };
}

function youngestOf({ tasks }: Watched): number {
  return Math.max(...tasks.map((task) => task.submittedAt));
}

/** A task this old whose rows are all final gets no more of them. */
const closedMs = 600_000;

/** The first look cannot tell how long a list has stood still; the age of old tasks can. */
function still(ageMs: number): number {
  return ageMs > closedMs ? ageMs : 0;
}

function seenOf({ pending, view }: Looked, { targets }: Watched): Parameters<Watching<object>["progress"]>[0] {
  const listed = view !== undefined && view.tasks.size > 0;
  return { done: targets.size - pending.size, percent: view?.percent, listed };
}

function passing(fault: Fault): boolean {
  return (
    fault.kind === "transient" || fault.kind === "throttled" || fault.kind === "ambiguous" || fault.kind === "unsent"
  );
}
