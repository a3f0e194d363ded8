/** The faults of one tenant: which are on, and which calls they hit. */
import * as z from "zod";
import type { Random } from "../clock/random.ts";
import { CallFaults, type Fault, faultSchema } from "../ports/faults.ts";
import type { Sent } from "../ports/immutable.ts";

export const standingFaultSchema = z.object({ id: z.string(), fault: faultSchema, hits: z.int() });
export type StandingFault = Sent<typeof standingFaultSchema>;

const NONE = new CallFaults([]);

export class Faults {
  readonly #standing = new Map<string, { fault: Fault; seen: number; hits: number }>();
  readonly #random: Random;
  #lastId = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  add(fault: Fault): string {
    this.#lastId += 1;
    const id = `fault-${this.#lastId}`;
    this.#standing.set(id, { fault, seen: 0, hits: 0 });
    return id;
  }

  remove(id: string): boolean {
    return this.#standing.delete(id);
  }

  clear(): void {
    this.#standing.clear();
  }

  list(): StandingFault[] {
    return [...this.#standing].map(([id, { fault, hits }]) => ({ id, fault, hits }));
  }

  /** Which faults hit this call; counts it. `text` holds all its parameters. */
  draw(service: string, action: string, text: () => string): CallFaults {
    if (this.#standing.size === 0) return NONE;
    const hits: Fault[] = [];
    for (const standing of this.#standing.values()) {
      const { fault } = standing;
      if (fault.service !== undefined && fault.service !== service) continue;
      if (fault.action !== undefined && fault.action !== action) continue;
      if (fault.target !== undefined && !text().includes(fault.target)) continue;
      if (fault.count !== undefined && standing.hits >= fault.count) continue;
      standing.seen += 1;
      if (standing.seen <= fault.after) continue;
      if (fault.probability < 1 && this.#random.next() >= fault.probability) continue;
      standing.hits += 1;
      hits.push(fault);
    }
    return hits.length === 0 ? NONE : new CallFaults(hits);
  }
}
