/** Reads for all who watch the same lane at the same moment, with one request. */
import type { CallContext } from "../../core/call.ts";
import type { Clock } from "../../core/clock.ts";
import { Interrupted } from "../../core/errors.ts";
import type { CallRegistry } from "../submit/calls.ts";
import type { Lane, TaskRef, TaskRow, TriggerService } from "../service.ts";

const gatherMs = 10;

interface SharedRead {
  readonly tasks: Map<string, TaskRef>;
  readonly rows: Promise<readonly TaskRow[]>;
  /** How many wait for it; it is stopped when the last of them has left. */
  waiting: number;
  readonly stop: () => void;
}

export class TaskPoller<O extends object> {
  readonly service: TriggerService<O>;
  readonly calls: CallRegistry;
  /** Kinds whose tasks were seen with several rows: the vendor lists a row for each target. */
  readonly #byTarget = new Set<string>();
  readonly #clock: Clock;
  /** Reads that have not left yet. */
  readonly #open = new Map<string, SharedRead>();

  constructor(service: TriggerService<O>, clock: Clock, calls: CallRegistry) {
    this.service = service;
    this.calls = calls;
    this.#clock = clock;
  }

  async read(lane: Lane<O>, tasks: readonly TaskRef[], call: CallContext): Promise<readonly TaskRow[]> {
    let shared = this.#open.get(lane.key);
    if (shared === undefined) {
      shared = this.#begin(lane, call);
      this.#open.set(lane.key, shared);
    }
    for (const task of tasks) shared.tasks.set(task.taskId, task);
    const ids = new Set(tasks.map((task) => task.taskId));
    shared.waiting++;
    try {
      const rows = await unlessStopped(shared.rows, call.signal);
      const own = rows.filter((row) => ids.has(row.taskId));
      if (hasTwoTargetsOfOneTask(own)) this.#byTarget.add(lane.kind);
      return own;
    } finally {
      if (--shared.waiting === 0) shared.stop();
    }
  }

  #begin(lane: Lane<O>, call: CallContext): SharedRead {
    const tasks = new Map<string, TaskRef>();
    const stopped = new AbortController();
    const close = (): void => {
      if (this.#open.get(lane.key) === shared) this.#open.delete(lane.key);
    };
    const rows = this.#clock.sleep(gatherMs).then(() => {
      close();
      return this.service.readTasks(lane, [...tasks.values()], { ...call, signal: stopped.signal });
    });
    const stop = (): void => {
      close();
      stopped.abort(new Interrupted("cancelled"));
    };
    const shared: SharedRead = { tasks, rows, waiting: 0, stop };
    return shared;
  }

  rowsByTarget(lane: Lane<O>): boolean {
    return this.#byTarget.has(lane.kind);
  }
}

/** A list that grew between two of its pages may show one row twice; that is no second target. */
function hasTwoTargetsOfOneTask(rows: readonly TaskRow[]): boolean {
  const last = new Map<string, string>();
  return rows.some(({ taskId, target }) => {
    const before = last.get(taskId);
    last.set(taskId, target);
    return before !== undefined && before !== target;
  });
}

/** The result of shared work, unless the waiting run is stopped first. */
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
