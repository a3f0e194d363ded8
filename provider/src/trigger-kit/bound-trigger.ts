/** A trigger with one resource's properties put in: what apply and preview work with. */
import type { Job, Route } from "../triggers/job.ts";
import type { TriggerRuntime } from "../triggers/runtime.ts";
import type { Lane } from "../triggers/service.ts";
import type { Problem } from "../engine/define/index.ts";
import type { Fleet } from "./fleet.ts";
import type { CommonInputs } from "./shared-inputs.ts";

/** Targets and hash that come from a trigger's own properties. */
export interface OwnSource {
  readonly targets?: readonly string[] | undefined;
  /** Made from the targets: they are the same when it is. */
  readonly hash?: string | undefined;
  /** What earlier releases called this very hash. */
  readonly formerHash?: string | undefined;
}

/** Whether copies are deleted, and not marked stale. `never`: for all that is known of it. */
export type Deletes = "always" | "whenForced" | "never";

export interface CoarserRoute<O extends object> extends Route<O> {
  readonly deletes: Deletes;
}

/** A trigger with one resource's properties put in: all that apply and preview need. */
export interface BoundTrigger<O extends object> {
  readonly runtime: TriggerRuntime<O>;
  readonly common: CommonInputs;
  readonly kind: string;
  /** The same targets mean more than in the last run. */
  readonly widened: boolean;
  readonly source: OwnSource;
  readonly targetProblem: (target: string) => Problem | undefined;
  /** How a target is sent: in one spelling, and once for each host. Absent: as it is given. */
  readonly names: ((target: string) => readonly string[]) | undefined;
  readonly deletes: Deletes;
  /** What is sent only marks copies stale, or perhaps: the targets' own purge, or the coarser one that stands for it. */
  readonly mayMarkStale: boolean;
  /** Absent: other stacks are not known. */
  readonly fleet: Fleet | undefined;
  readonly coarserRoute: (...of: Parameters<Job<O>["coarserRoute"]>) => CoarserRoute<O> | undefined;
  /** The lane for these very targets; `deleting`: by which copies are deleted instead of marked stale. */
  readonly laneFor: (targets: readonly string[], deleting?: boolean) => Lane<O>;
}
