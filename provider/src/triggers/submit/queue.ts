/**
 * Where triggers hand in what they want sent. Targets of the same lane share
 * calls: while a call waits for its turn, others join it. Every target comes
 * back with one result.
 */
import type { CallContext } from "../../core/call.ts";
import type { World } from "../../core/context.ts";
import type { Lane, TriggerService } from "../service.ts";
import type { CallRegistry } from "./calls.ts";
import { LaneQueue } from "./lane-queue.ts";
import type { SendResults } from "./result.ts";

export class SubmitQueue<O extends object> {
  readonly service: TriggerService<O>;
  readonly world: Pick<World, "clock" | "random" | "coordinator">;
  readonly calls: CallRegistry;
  readonly #lanes = new Map<string, LaneQueue<O>>();

  constructor(service: TriggerService<O>, world: Pick<World, "clock" | "random" | "coordinator">, calls: CallRegistry) {
    this.service = service;
    this.world = world;
    this.calls = calls;
  }

  /** One result for each target. `call.signal` ends it early: what was not sent comes back as `unsent`. */
  send(lane: Lane<O>, targets: readonly string[], call: CallContext): Promise<SendResults> {
    if (targets.length === 0) return Promise.resolve(new Map());
    let queue = this.#lanes.get(lane.key);
    if (queue === undefined) {
      queue = new LaneQueue(this, lane, () => this.#lanes.delete(lane.key));
      this.#lanes.set(lane.key, queue);
    }
    return queue.add(targets, call);
  }
}
