/** What one run of one trigger is given, and what it follows. */
import type { CallContext } from "../core/call.ts";
import type { World } from "../core/context.ts";
import type { Over } from "./budget/choose.ts";
import type { Cover } from "./budget/cover.ts";
import type { Plan } from "./plan.ts";
import type { FallbackWord, Proof, Receipts, TaskReceipt } from "./receipts.ts";
import type { TriggerRuntime } from "./runtime.ts";
import type { Lane } from "./service.ts";
import type { RefusedTarget, SendResults } from "./submit/result.ts";
import type { Watched } from "./watch/view.ts";
import type { WatchResult } from "./watch/watch.ts";

/** How targets of one kind travel. */
export interface Route<O extends object> {
  readonly lane: Lane<O>;
  readonly runtime: TriggerRuntime<O>;
}

/** A coarser purge in place of what the plan sends. */
export interface Coarser<O extends object> extends Route<O> {
  readonly word: FallbackWord;
  readonly cover: Cover;
  readonly because: Over;
}

export interface Job<O extends object> extends Route<O> {
  readonly plan: Plan;
  readonly coarser?: Coarser<O> | undefined;
  /** The route of a coarser purge, of this run or an earlier one. */
  readonly coarserRoute: (word: FallbackWord, targets: readonly string[], deleting?: boolean) => Route<O> | undefined;
  readonly previous: Receipts | undefined;
  readonly wait: boolean;
  readonly world: World;
  readonly call: CallContext;
  /** Told when all that can be sent has been: the vendor has counted it. */
  readonly sent?: (() => Promise<void>) | undefined;
  /** Nothing is sent, and why. */
  readonly withheld?: Pick<RefusedTarget, "code" | "reason" | "hint"> | undefined;
  /** How the edge shows that it serves nothing older. Absent: a task that is done is believed. */
  readonly proving?: Proving | undefined;
}

export interface Proving {
  /** How often a target that is stale may be sent again. */
  readonly attempts: number;
  /** Visits the edge for what is done, until it is fresh or time is up. */
  readonly check: (done: ReadonlySet<string>, call: CallContext) => Promise<Checked>;
}

export interface Checked {
  /** Target → what was expected and found, and where. */
  readonly stale: ReadonlyMap<string, string>;
  readonly proven: readonly Proof[];
}

/** What was sent and watched. */
export interface Round<O extends object> {
  readonly results: SendResults;
  readonly groups: readonly Group<O>[];
  /** One for each group. */
  readonly watched: readonly WatchResult[];
}

/** Tasks to be followed together, and this trigger's targets in them. */
export interface Group<O extends object> {
  readonly route: Route<O>;
  readonly receipts: readonly TaskReceipt[];
  readonly watched: Watched;
  /** What the targets that are watched stand for. */
  readonly cover?: Cover | undefined;
  readonly follow: "watch" | "once" | "leave";
}
