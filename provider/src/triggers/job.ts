/** What one run of one trigger is given, and what it follows. */
import type { CallContext } from "../core/call.ts";
import type { World } from "../core/context.ts";
import type { Plan } from "./plan.ts";
import type { Receipts, TaskReceipt } from "./receipts.ts";
import type { TriggerRuntime } from "./runtime.ts";
import type { Lane } from "./service.ts";
import type { Watched } from "./watch/view.ts";

export interface Job<O extends object> {
  readonly plan: Plan;
  readonly lane: Lane<O>;
  readonly previous: Receipts | undefined;
  readonly wait: boolean;
  readonly runtime: TriggerRuntime<O>;
  readonly world: World;
  readonly call: CallContext;
}

/** Tasks to be followed together, and this trigger's targets in them. */
export interface Group {
  readonly receipts: readonly TaskReceipt[];
  readonly watched: Watched;
  readonly follow: "watch" | "once" | "leave";
}
