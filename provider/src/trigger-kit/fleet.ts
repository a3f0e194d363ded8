/** The day's allowance as the stacks of one account share it, where a coordinator is configured. */
import { randomId, type World } from "../core/context.ts";

export interface Fleet {
  /** How many targets of a kind this trigger is about to send; 0: none, or no longer. Comes back with the others'. */
  claim(kind: string, targets: number): Promise<number | undefined>;
}

/** `place`: the site or zone, where the vendor counts by it. */
export function fleetOf({ coordinator, random }: World, service: string, place: string): Fleet | undefined {
  if (coordinator === undefined) return undefined;
  const owner = randomId(random);
  return { claim: (kind, targets) => coordinator.claim(`${service} ${kind} ${place}`, owner, targets) };
}
