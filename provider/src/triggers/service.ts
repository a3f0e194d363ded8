/**
 * The whole contract between triggers and a cloud. A service says what one
 * call may carry and how to send, list and count; everything else (planning,
 * sharing calls, retrying, waiting, receipts) is done here, once for all.
 */
import type { CallContext } from "../core/call.ts";
import type { DomainWindows } from "../core/pace/domain-windows.ts";
import type { Pace, RateLimiter } from "../core/rate-limit.ts";
import type { VendorClock } from "../core/vendor-clock.ts";

/** Everything that calls must have in common to travel together. */
export interface Lane<O extends object = object> {
  /** The vendor's own word for what is sent, such as `cachetag`. */
  readonly kind: string;
  /** Place, vendor type and options, as the program gives them. */
  readonly options: O;
  /** Equal for lanes that may share a call. */
  readonly key: string;
  /** How targets travel: in the call itself, or in a file that the call names. */
  readonly via: "call" | "upload";
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
  /** A target stands for many URLs, such as all in a directory, of a host or with a tag. */
  readonly many?: boolean;
  /** The kind covers everything there is, and takes no targets. */
  readonly everything?: boolean;
  /** `"maybe"`: it is not sure that the vendor lists tasks of this kind at all. */
  readonly listed: "always" | "maybe";
  /** The vendor's rows do not name the targets of this kind, so the rows of a task speak for all of it. */
  readonly opaqueRows?: boolean;
  /** Targets are words and neither URLs nor hosts: no other spelling is the same one. */
  readonly literal?: boolean;
  /** What the user would call one target: `file`, `tag`. */
  readonly noun: string;
}

export type Targets = readonly string[] | "all";

export interface Batch<O extends object = object> {
  readonly lane: Lane<O>;
  readonly targets: Targets;
  /** A name for this call that no other call has, for services that can find a call by it. */
  readonly reference: string;
}

/** What the cloud said of a target that it does not take, in the cloud's own spelling. */
export interface Refused {
  readonly target: string;
  readonly code: string;
  readonly reason: string;
  /** For what may be otherwise at another time, such as a limit. */
  readonly passing?: boolean;
}

/** The cloud took the call. Targets it named as refused are listed; all others it will work on under `taskIds`. */
export interface Submission {
  readonly taskIds: readonly string[];
  readonly requestId: string;
  readonly refused: readonly Refused[];
}

/** One line of the vendor's task list. */
export interface TaskRow {
  readonly taskId: string;
  /** In the vendor's spelling; empty where the row names none. */
  readonly target: string;
  readonly state: "pending" | "done" | "failed";
  /** Speaks for its whole task, whose targets are listed nowhere; the like of `opaqueRows` for one task. */
  readonly whole?: boolean;
  /** 0 to 100, where the vendor says so. */
  readonly percent?: number | undefined;
  readonly code?: string | undefined;
  readonly reason?: string | undefined;
  /** Failed for itself, as a malformed URL does: it will whenever it is sent. */
  readonly lasting?: boolean;
  /** Milliseconds since 1970 in the vendor's clock; absent where the vendor gives no time with a zone. */
  readonly createdAt?: number | undefined;
}

export interface TaskRef {
  readonly taskId: string;
  /** In the vendor's clock. */
  readonly submittedAt: number;
  readonly via: Lane["via"];
  /** How many rows to expect, where a call has several tasks on average: long lists are worth asking for cleverly. */
  readonly targetCount: number;
}

export interface Quota {
  readonly limit: number;
  readonly remaining: number;
  /** What other stacks are about to use of it, where they share a coordinator; not in `remaining`. */
  readonly claimed?: number;
}

export interface TriggerService<O extends object = object> {
  /** As users know it: `ESA`. */
  readonly name: string;
  readonly verb: "purge" | "prefetch";
  /** The vendor's operation behind `submit`, for messages. */
  action(lane: Lane<O>): string;
  rules(lane: Lane<O>): KindRules;
  /** The gate of that operation, from which every call takes first. */
  gate(lane: Lane<O>): RateLimiter;
  /** How fast that gate lets calls through, for estimates. */
  pace(lane: Lane<O>): Pace;
  /** What each domain takes of that operation in a span of time; absent where the vendor limits calls only. */
  windows?(lane: Lane<O>): DomainWindows | undefined;
  /** Learns what the rules depend on, such as the plan's limits, before a plan is packed. */
  prepare?(lane: Lane<O>, call: CallContext): Promise<void>;
  /** One call, tried once. Throws a `Fault` when the cloud refused or gave no answer. */
  submit(batch: Batch<O>, call: CallContext): Promise<Submission>;
  /** Finds a call by its reference, and finishes what is left of it. For services whose lists do not name targets. */
  resume?(batch: Omit<Batch<O>, "targets">, call: CallContext): Promise<Submission | undefined>;
  /** All rows of these tasks that the vendor still lists: every page. While some are pending, those alone will do. */
  readTasks(lane: Lane<O>, tasks: readonly TaskRef[], call: CallContext): Promise<readonly TaskRow[]>;
  /**
   * All rows of tasks made since then (vendor's clock), to find a task whose answer was lost:
   * of this operation, this type and this place only. `undefined`: the
   * vendor's list cannot tell such tasks from others.
   */
  tasksSince(lane: Lane<O>, since: number, call: CallContext): Promise<readonly TaskRow[] | undefined>;
  /** What is left of today's allowance, where the vendor tells. */
  quota(lane: Lane<O>, call: CallContext): Promise<Quota | undefined>;
  /** When the day's quotas begin anew, where a page of the vendor says so: `at midnight (UTC+8)`. */
  readonly quotaResets?: string | undefined;
  /** The cloud's clock, as its answers have told it. */
  readonly vendorClock: VendorClock;
  /**
   * Calls for the same target this close together, in milliseconds, become one
   * task, in which an old row cannot be told from a new one.
   */
  readonly mergesMs?: number;
  /** Milliseconds after which the vendor forgets a task. */
  readonly memoryMs: number;
}
