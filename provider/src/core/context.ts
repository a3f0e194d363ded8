/**
 * What a resource gets from its surroundings: configuration, clock, randomness,
 * environment, and a place for what all resources of one provider process
 * share. So no module keeps state, and a test builds its own world.
 */
import type { Clock } from "./clock.ts";
import type { Coordinator } from "./pace/coordinator.ts";
import { Network } from "./network/network.ts";

export interface World {
  readonly clock: Clock;
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What all stacks of the account share, where one is configured. */
  readonly coordinator?: Coordinator | undefined;
  /** How requests leave. */
  readonly network: Network;
  /** Made on first use, then the same for everybody who asks with the same slot. */
  share<T>(slot: Slot<T>, create: () => T): T;
}

export interface ServiceContext<Config> extends World {
  readonly config: Config;
}

/** Names one shared thing and its type. Slots are told apart by identity. */
export class Slot<T> {
  readonly name: string;
  declare readonly type: T;
  constructor(name: string) {
    this.name = name;
  }
}

/** What a world is made of; where nothing is said of the network, it is as the environment says. */
export type WorldParts<Config> = Omit<ServiceContext<Config>, "share" | "network"> & { readonly network?: Network };

export function createContext<Config>(parts: WorldParts<Config>): ServiceContext<Config> {
  const shared = new Map<Slot<unknown>, unknown>();
  return {
    ...parts,
    network: parts.network ?? new Network({ env: parts.env }),
    share<T>(slot: Slot<T>, create: () => T): T {
      if (!shared.has(slot)) shared.set(slot, create());
      // The only way in is the line above, with a T for this very slot.
      return shared.get(slot) as T;
    },
  };
}

/** A short unique id: 16 letters and digits. */
export function randomId(random: () => number): string {
  return Array.from({ length: 16 }, () => Math.floor(random() * 36).toString(36)).join("");
}
