/**
 * The whole contract between triggers and a cloud. A service says what one
 * call may carry and how to send, list and count; everything else (planning,
 * sharing calls, retrying, waiting, receipts) is done here, once for all.
 */
import type { CallContext } from "../core/call.ts";
import type { Pace, RateLimiter } from "../core/rate-limit.ts";

/** Everything that calls must have in common to travel together: place, vendor type, options. */
export interface Lane {
  /** The vendor's own word for what is purged, such as `cachetag`. */
  readonly kind: string;
  /** Equal for lanes that may share a call. */
  readonly key: string;
}

export interface KindRules {
  /** Most targets in one call. */
  readonly perCall: number;
  /** Most different hosts in one call; absent: any number. */
  readonly hostsPerCall?: number;
  /** Most bytes of targets in one call. */
  readonly bytesPerCall: number;
  /** What each target costs beside its own bytes, such as its line end. */
  readonly bytesBeside?: number;
  /** The kind purges everything and takes no targets. */
  readonly everything?: boolean;
  /** `"maybe"`: it is not sure that the vendor lists tasks of this kind at all. */
  readonly listed: "always" | "maybe";
  /** The vendor's rows do not name the targets of this kind, so a row speaks for its whole task. */
  readonly opaqueRows?: boolean;
  /** What the user would call one target: `file`, `tag`. */
  readonly noun: string;
}

/** Stands for the one target of kinds that purge everything. */
export const everything = "*";

export interface Batch<L extends Lane> {
  readonly lane: L;
  readonly targets: readonly string[];
}

/** The cloud took the call. Targets it named as refused are listed; all others it will work on under `taskIds`. */
export interface Submission {
  readonly taskIds: readonly string[];
  readonly requestId: string;
  readonly refused: readonly { readonly target: string; readonly code: string; readonly reason: string }[];
}

/** One line of the vendor's task list: what happens to one target. */
export interface TaskRow {
  readonly taskId: string;
  readonly target: string;
  readonly state: "pending" | "done" | "failed";
  /** Speaks for its whole task, whose targets are listed nowhere; the like of `opaqueRows` for one task. */
  readonly whole?: boolean;
  /** 0 to 100, where the vendor says so. */
  readonly percent?: number | undefined;
  readonly code?: string | undefined;
  readonly reason?: string | undefined;
  /** Milliseconds since 1970, if the vendor gives a time with a zone. */
  readonly createdAt?: number | undefined;
}

export interface TaskRef {
  readonly taskId: string;
  readonly submittedAt: number;
  /** How many rows to expect: long lists are worth asking for cleverly. */
  readonly targetCount: number;
}

export interface Quota {
  readonly limit: number;
  readonly remaining: number;
}

export interface TriggerService<L extends Lane> {
  /** As users know it: `ESA`. */
  readonly name: string;
  readonly verb: "purge" | "prefetch";
  /** The vendor's operation behind `submit`, for messages. */
  action(lane: L): string;
  rules(lane: L): KindRules;
  /** The gate of that operation: whoever submits takes from it first. */
  gate(lane: L): RateLimiter;
  /** How fast that gate lets calls through, for estimates. */
  pace(lane: L): Pace;
  /** Learns what the rules depend on, such as the plan's limits, before a plan is packed. */
  prepare?(lane: L, call: CallContext): Promise<void>;
  /** One call, tried once. Throws a `Fault` when the cloud refused or was silent. */
  submit(batch: Batch<L>, call: CallContext): Promise<Submission>;
  /** All rows of these tasks that the vendor still lists: every page. While some are pending, those alone will do. */
  readTasks(lane: L, tasks: readonly TaskRef[], call: CallContext): Promise<readonly TaskRow[]>;
  /** All rows of tasks made since then, to find a task whose answer was lost. */
  tasksSince(lane: L, since: number, call: CallContext): Promise<readonly TaskRow[]>;
  /** What is left of today's allowance, where the vendor tells. */
  quota(lane: L, call: CallContext): Promise<Quota | undefined>;
  /**
   * Calls for the same target this close together, in milliseconds, become one
   * task, in which an old row cannot be told from a new one.
   */
  readonly mergesMs?: number;
  /** Milliseconds after which the vendor forgets a task. */
  readonly memoryMs: number;
}
