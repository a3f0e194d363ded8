/** What all triggers of a kind share in one plugin: who sends for them, and who reads. */
import type { World } from "../core/context.ts";
import { Desk } from "./submit/queue.ts";
import type { Lane, TriggerService } from "./service.ts";
import { TaskReader } from "./watch/watch.ts";

export interface Office<L extends Lane> {
  readonly desk: Desk<L>;
  readonly reader: TaskReader<L>;
}

export function openOffice<L extends Lane>(
  service: TriggerService<L>,
  world: Pick<World, "clock" | "random">,
): Office<L> {
  return { desk: new Desk(service, world), reader: new TaskReader(service, world.clock) };
}
