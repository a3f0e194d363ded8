/** What one run of one trigger is given, and what it follows. */
import type { CallContext } from "../core/call.ts";
import type { World } from "../core/context.ts";
import type { Plan } from "./plan.ts";
import type { Proof, Receipts, TaskReceipt } from "./receipts.ts";
import type { TriggerRuntime } from "./runtime.ts";
import type { Lane } from "./service.ts";
import type { RefusedTarget, SendResults } from "./submit/result.ts";
import type { Watched } from "./watch/view.ts";
import type { WatchResult } from "./watch/watch.ts";

export interface Job<O extends object> {
  readonly plan: Plan;
  readonly lane: Lane<O>;
  readonly previous: Receipts | undefined;
  readonly wait: boolean;
  readonly runtime: TriggerRuntime<O>;
  readonly world: World;
  readonly call: CallContext;
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
export interface Round {
  readonly results: SendResults;
  readonly groups: readonly Group[];
  /** One for each group. */
  readonly watched: readonly WatchResult[];
}

/** Tasks to be followed together, and this trigger's targets in them. */
export interface Group {
  readonly receipts: readonly TaskReceipt[];
  readonly watched: Watched;
  readonly follow: "watch" | "once" | "leave";
}
