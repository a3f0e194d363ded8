/**
 * Whether what was seen proves the end of what is watched. Pure. A target is
 * done by a row that names it; by the rows of its task where those speak for
 * all of it; never because it is not listed.
 */
import type { KindRules } from "../service.ts";
import { failureOf, type RowFailure, type View, type Watched } from "./view.ts";

export interface Seen {
  readonly view: View;
  /** How long every task has been listed with nothing but final rows. */
  readonly steadyMs: number;
  /** Since the youngest of the tasks was sent. */
  readonly ageMs: number;
  /** The vendor was seen to list a row for each target, so a single row is not a row for its task. */
  readonly rowsByTarget: boolean;
}

export interface Verdict {
  /** Target → what failed. */
  readonly failures: ReadonlyMap<string, RowFailure>;
  /** Not proven yet. */
  readonly pending: ReadonlySet<string>;
  /** Over by the time that the vendor documents; no list can tell. */
  readonly unverified: ReadonlySet<string>;
}

/** A list with a row for each task, not for each target, is believed to be one after standing still so long. */
const rowPerTaskMs = 60_000;
/** So long after the last row became final, a target that the answer may have refused has no row to come. */
const doubtMs = 20_000;
/** Purges take 5 to 6 minutes; what a vendor never lists is over by then. */
export const unlistedMs = 600_000;

export function verdict(seen: Seen, watched: Watched, rules: KindRules): Verdict {
  const { view } = seen;
  const pending = new Set([...view.running, ...view.unnamed]);
  const failures = new Map(view.failures);
  const unverified = new Set<string>();
  const end = (targets: Iterable<string>, ended: (target: string) => void): void => {
    for (const target of targets) {
      pending.delete(target);
      ended(target);
    }
  };
  if (view.tasks.size === 0 && rules.listed === "maybe" && seen.ageMs > unlistedMs) {
    end(view.unnamed, (target) => unverified.add(target));
    return { failures, pending, unverified };
  }
  if (!isWholeAndFinal(view, watched)) return { failures, pending, unverified };
  const failed = [...view.tasks.values()].find((task) => task.failed !== undefined)?.failed;
  if (speakForTasks(seen, watched, rules)) {
    end(view.unnamed, (target) => {
      // Which of its targets failed is not said: sending too much is safe, a stale copy is not.
      if (failed !== undefined && (view.stray || !namesOthers(view)))
        failures.set(target, { ...failureOf(target, failed), lasting: false });
    });
    return { failures, pending, unverified };
  }
  if (seen.steadyMs >= doubtMs) {
    const doubtful = [...view.unnamed].filter((target) => watched.doubtful.has(target));
    end(doubtful, (target) => failures.set(target, refusedUnnamed(target, watched)));
  }
  // No later call lists them, so none had them.
  if (seen.steadyMs >= rowPerTaskMs) {
    for (const [target, row] of view.earlier) {
      pending.delete(target);
      if (row.state === "failed") failures.set(target, failureOf(target, row));
    }
  }
  return { failures, pending, unverified };
}

/** Every task is listed, and no row of any is still running. */
export function isWholeAndFinal({ tasks }: View, watched: Watched): boolean {
  return (
    watched.tasks.every(({ taskId }) => tasks.has(taskId)) && [...tasks.values()].every(({ pending }) => pending === 0)
  );
}

function speakForTasks({ view, steadyMs, rowsByTarget }: Seen, watched: Watched, rules: KindRules): boolean {
  const tasks = [...view.tasks.values()];
  if (rules.everything === true || tasks.some(({ whole }) => whole)) return true;
  // Where they name something after all, it may be another trigger's, or others of ours have rows to come.
  if (rules.opaqueRows === true) return !view.named || steadyMs >= rowPerTaskMs;
  if (watched.doubtful.size > 0 || rowsByTarget) return false;
  return steadyMs >= rowPerTaskMs && tasks.every(({ rows }) => rows === 1);
}

/** A whole-task row beside rows that name the failed targets, as a list of failed lines has it. */
function namesOthers({ tasks, failures }: View): boolean {
  return failures.size > 0 && [...tasks.values()].some(({ whole }) => whole);
}

function refusedUnnamed(target: string, { tasks }: Watched): RowFailure {
  return {
    target,
    taskId: tasks[0]?.taskId ?? "",
    code: "RefusedUnnamed",
    reason: "the answer refused a target in a spelling that is none of ours, and no row of the task names this one",
    lasting: false,
  };
}
