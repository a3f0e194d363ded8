/** What the vendor's rows say of the targets that are watched. Pure. */
import type { TargetIndex } from "../submit/target-index.ts";
import type { TaskRef, TaskRow } from "../service.ts";
import { speaksFrom } from "./later-calls.ts";

/** The tasks of one call, or of earlier runs, and this trigger's targets in them. */
export interface Watched {
  readonly tasks: readonly TaskRef[];
  readonly targets: ReadonlySet<string>;
  /** Proven by a row of their own only, see `Accepted`. */
  readonly doubtful: ReadonlySet<string>;
}

export interface RowFailure {
  readonly target: string;
  readonly taskId: string;
  readonly code: string;
  readonly reason: string;
  /** It will fail whenever it is sent. */
  readonly lasting: boolean;
}

export interface TaskView {
  /** Each target once: a list that grew between two of its pages may show one row twice. */
  readonly rows: number;
  readonly pending: number;
  readonly failed: TaskRow | undefined;
  /** A row speaks for the whole task. */
  readonly whole: boolean;
}

export interface View {
  readonly failures: ReadonlyMap<string, RowFailure>;
  readonly done: ReadonlySet<string>;
  /** No row names them, or none but `earlier` ones. */
  readonly unnamed: ReadonlySet<string>;
  /** Named by the row of a call that a later one may have repeated, which is not listed in full. */
  readonly earlier: ReadonlyMap<string, TaskRow>;
  /** Named by a row that is not final. */
  readonly running: ReadonlySet<string>;
  readonly tasks: ReadonlyMap<string, TaskView>;
  /** Some row names something, ours or not. */
  readonly named: boolean;
  /** Something failed in a task of ours that is none of its targets in any spelling, so it may be any of them. */
  readonly stray: boolean;
  /** Of those that are running, where the vendor says so. */
  readonly percent: number | undefined;
}

/**
 * A vendor may answer a call with the id of an older task of the same targets;
 * what was made a minute before the call cannot be of it. Not less: vendors'
 * machines differ among themselves.
 */
const olderMs = 60_000;

interface Known {
  /** The vendor's clock is known. */
  readonly timesAreComparable: boolean;
  /** Another trigger's, which shares the task. */
  readonly isOthers?: (row: TaskRow) => boolean;
}

export function viewOf(
  rows: readonly TaskRow[],
  watched: Watched,
  index: TargetIndex,
  { timesAreComparable, isOthers = () => false }: Known,
): View {
  const submitted = new Map(watched.tasks.map((task) => [task.taskId, task.submittedAt]));
  const tasks = new Map<string, { rows: number; pending: number; failed: TaskRow | undefined; whole: boolean }>();
  const seen = new Set<string>();
  const named = new Map<string, TaskRow>();
  const sentAt = ({ taskId }: TaskRow): number => submitted.get(taskId) ?? 0;
  const percents: number[] = [];
  const own: TaskRow[] = [];
  for (const row of rows) {
    if (!submitted.has(row.taskId)) continue;
    if (timesAreComparable && row.createdAt !== undefined && row.createdAt < sentAt(row) - olderMs) continue;
    const task = tasks.get(row.taskId) ?? { rows: 0, pending: 0, failed: undefined, whole: false };
    tasks.set(row.taskId, task);
    const name = `${row.taskId} ${row.target}`;
    if (!seen.has(name)) task.rows++;
    seen.add(name);
    if (row.state === "pending") task.pending++;
    if (row.state === "failed") task.failed = row;
    if (row.whole === true) task.whole = true;
    own.push(row);
  }
  const name = (target: string, row: TaskRow): void => {
    const before = named.get(target);
    // What a later call came to is not changed by an earlier one.
    if (before !== undefined && sentAt(before) > sentAt(row)) return;
    named.set(target, before !== undefined && sentAt(before) === sentAt(row) ? worse(before, row) : row);
    if (row.state === "pending" && row.percent !== undefined) percents.push(row.percent);
  };
  for (const row of own) if (watched.targets.has(row.target)) name(row.target, row);
  let stray = false;
  // The rows of a shared task are mostly other triggers': other spellings are worth trying only for what is missing.
  if (named.size < watched.targets.size) {
    for (const row of own) {
      if (row.target === "") continue;
      const found = index.all(row.target);
      for (const target of found) name(target, row);
      if (found.length === 0 && row.state === "failed" && !isOthers(row)) stray = true;
    }
  }
  const failures = new Map<string, RowFailure>();
  const done = new Set<string>();
  const running = new Set<string>();
  const earlier = new Map<string, TaskRow>();
  const from = speaksFrom(watched.tasks, watched.targets, tasks);
  for (const [target, row] of named) {
    if (sentAt(row) < from) earlier.set(target, row);
    else if (row.state === "pending") running.add(target);
    else if (row.state === "done") done.add(target);
    else failures.set(target, failureOf(target, row));
  }
  return {
    failures,
    done,
    running,
    unnamed: new Set([...watched.targets].filter((target) => !named.has(target) || earlier.has(target))),
    earlier,
    tasks,
    named: own.some(({ target }) => target !== ""),
    stray,
    percent: percents.length === 0 ? undefined : percents.reduce((a, b) => a + b, 0) / percents.length,
  };
}

export function failureOf(
  target: string,
  { taskId, code = "Failed", reason = "", lasting = false }: TaskRow,
): RowFailure {
  return { target, taskId, code, reason, lasting };
}

/** Several rows of one target: it is done when all are, and failed when any is. */
function worse(a: TaskRow, b: TaskRow): TaskRow {
  const order = { failed: 0, pending: 1, done: 2 } as const;
  return order[a.state] <= order[b.state] ? a : b;
}
