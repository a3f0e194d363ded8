/** What became of a target that was handed in to be sent: one result for each. */
import type { Interrupted } from "../../core/errors.ts";
import type { VendorClock } from "../../core/vendor-clock.ts";

export type SendResult = Accepted | RefusedTarget | Unsent | Lost;

export interface Accepted {
  readonly state: "accepted";
  readonly taskIds: readonly string[];
  readonly requestId: string;
  /** When the call was sent, in the vendor's clock. */
  readonly sentAt: number;
  /** The call's answer refuses something that is no target of ours, so only a row of its own proves this one. */
  readonly doubtful?: boolean;
  /** An earlier try of the call may have been carried out too, and why that could not be looked up. */
  readonly sentAgain?: string | undefined;
}

export interface RefusedTarget {
  readonly state: "refused";
  readonly code: string;
  readonly reason: string;
  readonly requestId?: string | undefined;
  readonly hint?: string | undefined;
  /** The vendor will not take this very target, whenever it is sent. */
  readonly lasting?: boolean;
  /** The answer names these tasks, and they were made for earlier calls. */
  readonly earlierTasks?: readonly string[];
}

export interface Unsent {
  readonly state: "unsent";
  readonly why: Interrupted["reason"];
  readonly trouble?: string | undefined;
}

/** When a call was sent: in the vendor's clock, if an answer has told it by then. */
export interface Sending {
  readonly sentAt: number;
  /** No answer had: the time is by this machine's clock. */
  readonly ownClock?: true;
}

/** Sent; whether it arrived is not known. */
export interface Lost extends Sending {
  readonly state: "lost";
  readonly reason: string;
  readonly reference: string;
}

/** `moment`: by the monotonic clock. */
export function sendingAt(moment: number, clock: VendorClock): Sending {
  const sentAt = clock.earliest(moment);
  return clock.known ? { sentAt } : { sentAt, ownClock: true };
}

export type SendResults = ReadonlyMap<string, SendResult>;
