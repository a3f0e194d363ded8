/** What became of a target that was handed in to be sent: one result for each. */
import type { Interrupted } from "../../core/errors.ts";

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
}

export interface Unsent {
  readonly state: "unsent";
  readonly why: Interrupted["reason"];
  readonly trouble?: string | undefined;
}

/** Sent; whether it arrived is not known. */
export interface Lost {
  readonly state: "lost";
  /** In the vendor's clock. */
  readonly sentAt: number;
  readonly reason: string;
  readonly reference: string;
}

export type SendResults = ReadonlyMap<string, SendResult>;
