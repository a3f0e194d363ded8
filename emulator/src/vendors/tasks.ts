/**
 * Tasks and their rows. A task never changes after it was made: its state is computed from the clock on each read,
 * so no timer runs and a test moves tasks by moving the clock. One row per target, all with the task's id.
 */
import type { CallFaults } from "../ports/faults.ts";
import type { Snapshotted } from "../ports/snapshot.ts";
import type { TenantPort } from "../ports/tenant.ts";

export interface TaskFailure {
  readonly reason: string;
  /** TEO's FailType; null where a fault asks for it. */
  readonly failType?: string | null | undefined;
  /** TEO's status, where it is another than `failed`. */
  readonly status?: string | undefined;
}

export interface Task {
  readonly id: string;
  readonly account: string;
  /** Of the call that made it. */
  readonly requestId: string;
  /** Site, zone or "" for account-wide services. */
  readonly scope: string;
  readonly kind: "purge" | "prefetch";
  readonly type: string;
  readonly method: string;
  readonly targets: readonly string[];
  readonly createdAt: number;
  readonly startsAt: number;
  /** Null: stuck, never completes. */
  readonly completesAt: number | null;
  /** Failures known when the task was made, by target. */
  readonly failures: ReadonlyMap<string, TaskFailure>;
}

export type RowState = "waiting" | "running" | "done" | "failed";

export interface Row {
  readonly task: Task;
  readonly target: string;
  readonly state: RowState;
  /** 0 to 100. */
  readonly percent: number;
  readonly failure: TaskFailure | undefined;
}

/** What fetching a target for a prefetch came to; undefined while it is not known. */
export type PrefetchResult = { readonly ok: true } | { readonly ok: false; readonly reason: "status" | "timeout" };

export class TaskBoard implements Snapshotted<readonly Task[]> {
  readonly #tasks: Task[] = [];
  readonly #byId = new Map<string, Task[]>();
  readonly #prefetchResult: (task: Task, target: string) => PrefetchResult | undefined;

  constructor(prefetchResult: (task: Task, target: string) => PrefetchResult | undefined) {
    this.#prefetchResult = prefetchResult;
  }

  add(task: Task): void {
    this.#tasks.push(task);
    const same = this.#byId.get(task.id);
    if (same) same.push(task);
    else this.#byId.set(task.id, [task]);
  }

  /** The tasks that share an id (CDN merges). */
  withId(id: string): readonly Task[] {
    return this.#byId.get(id) ?? [];
  }

  /** Newest first. */
  newestFirst(): readonly Task[] {
    return this.#tasks.toReversed();
  }

  /** How many targets are not final yet. */
  pending(now: number, matches: (task: Task) => boolean): number {
    let count = 0;
    for (const task of this.#tasks) {
      if ((task.completesAt === null || task.completesAt > now) && matches(task)) count += task.targets.length;
    }
    return count;
  }

  /** Forgets what is older than the history. */
  expire(before: number): void {
    while (this.#tasks[0] && this.#tasks[0].createdAt < before) {
      const gone = this.#tasks.shift();
      if (!gone) return;
      const rest = (this.#byId.get(gone.id) ?? []).filter((task) => task !== gone);
      if (rest.length === 0) this.#byId.delete(gone.id);
      else this.#byId.set(gone.id, rest);
    }
  }

  *rows(task: Task, now: number): Generator<Row> {
    for (const target of task.targets) yield this.row(task, target, now);
  }

  row(task: Task, target: string, now: number): Row {
    const { state, percent } = progress(task, now);
    const failure = task.failures.get(target);
    if (state !== "done") return { task, target, state, percent, failure: undefined };
    if (failure) return { task, target, state: "failed", percent, failure };
    if (task.kind === "prefetch") {
      const result = this.#prefetchResult(task, target);
      if (!result) return { task, target, state: "running", percent: 99, failure: undefined };
      if (!result.ok) return { task, target, state: "failed", percent: 100, failure: { reason: result.reason } };
    }
    return { task, target, state, percent, failure: undefined };
  }

  dump(): Task[] {
    return [...this.#tasks];
  }

  load(tasks: readonly Task[]): void {
    this.#tasks.length = 0;
    this.#byId.clear();
    for (const task of tasks) this.add(task);
  }
}

function progress(task: Task, now: number): { state: RowState; percent: number } {
  if (now < task.startsAt) return { state: "waiting", percent: 0 };
  if (task.completesAt === null) return { state: "running", percent: 50 };
  if (now >= task.completesAt) return { state: "done", percent: 100 };
  const share = (now - task.createdAt) / (task.completesAt - task.createdAt);
  return { state: "running", percent: Math.min(99, Math.floor(share * 100)) };
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number;
}

/** Counts everything, keeps one window of it. */
export function window<Item>(all: Iterable<Item>, offset: number, size: number): Page<Item> {
  const items: Item[] = [];
  let total = 0;
  for (const item of all) {
    if (total >= offset && items.length < size) items.push(item);
    total += 1;
  }
  return { items, total };
}

/** Where the edge keeps the results of a task's prefetches. */
export function prefetchKey(service: string, taskId: string): string {
  return `${service}/${taskId}`;
}

/** A service's tasks. */
export function taskBoard({ edge }: TenantPort, service: string): TaskBoard {
  return new TaskBoard((task, target) => edge.prefetchResult(prefetchKey(service, task.id), target));
}

/** How a task will end: `completesAt` and success, unless faults of its call say otherwise. `reason`: the usual one. */
export function taskEnd(
  faults: CallFaults,
  targets: readonly string[],
  reason: string,
  completesAt: number,
): Pick<Task, "completesAt" | "failures"> {
  const failures = new Map<string, TaskFailure>();
  for (const target of targets) {
    const fault = faults.failing(target, "row");
    if (fault) failures.set(target, { reason: fault.reason ?? reason, failType: fault.failType, status: fault.status });
  }
  return { completesAt: faults.has("taskStuck") ? null : completesAt, failures };
}
