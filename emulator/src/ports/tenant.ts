/** What a vendor may use of the tenant that it runs in. */
import type { Clock } from "../clock/clock.ts";
import type { Random } from "../clock/random.ts";
import type { EdgePort } from "./edge.ts";
import type { Settings } from "./settings.ts";
import type { ObjectStorage } from "./storage.ts";

export interface TenantPort {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Settings;
  readonly windows: WindowCounts;
  readonly nonces: Nonces;
  readonly edge: EdgePort;
  readonly storage: ObjectStorage;
}

/** Amounts in the present window of the clock, such as URLs in this minute. */
export interface WindowCounts {
  /** What the window has seen so far. */
  seen(key: string, windowMs: number): number;
  /** Counts `amount` (1 unless given) and returns what the window has seen, this included. */
  count(key: string, windowMs: number, amount?: number): number;
}

export interface Nonces {
  /** False if the nonce was seen within the window. */
  use(key: string, nonce: string, windowMs: number): boolean;
}
