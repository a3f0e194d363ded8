/** What all triggers of a kind share in one plugin: the queue that sends for them, and the poller that reads. */
import type { CallContext } from "../core/call.ts";
import { Slot, type World } from "../core/context.ts";
import type { Fault } from "../core/errors.ts";
import type { TriggerService } from "./service.ts";
import { CallRegistry } from "./submit/calls.ts";
import { SubmitQueue } from "./submit/queue.ts";
import { TaskPoller } from "./watch/poller.ts";

export interface TriggerRuntime<O extends object> {
  readonly service: TriggerService<O>;
  readonly queue: SubmitQueue<O>;
  readonly poller: TaskPoller<O>;
  /** For what concerns every trigger of the kind alike, whichever request met it. */
  tellOnce(fault: Fault, call: CallContext): void;
}

/** Rows of one account answer for calls of every trigger in the process, so all share one registry. */
const callsSlot = new Slot<CallRegistry>("calls");
const toldSlot = new Slot<Set<string>>("told");

export function openRuntime<O extends object>(service: TriggerService<O>, world: World): TriggerRuntime<O> {
  const calls = world.share(callsSlot, () => new CallRegistry());
  const told = world.share(toldSlot, () => new Set<string>());
  return {
    service,
    queue: new SubmitQueue(service, world, calls),
    poller: new TaskPoller(service, world.clock, calls),
    tellOnce({ cloud, action, code, hint, message }, call) {
      const what = JSON.stringify([cloud, action, code, hint]);
      if (told.has(what)) return;
      told.add(what);
      call.log.info(message);
    },
  };
}
