/** What the conformance suite asks of a cloud beside its API: accounts of one's own, trouble on demand, a look into its books. */
import type { JumpingGround } from "./jumping.ts";

/** Each of these hits one call: the next to `action`, or the next that carries `target`. */
export type Trouble =
  | {
      readonly kind: "throttle" | "badGateway" | "resetBefore" | "resetAfter" | "quotaExhausted" | "permissionDenied";
      readonly action: string;
    }
  | { readonly kind: "error"; readonly action: string; readonly code: string; readonly status: number }
  | {
      readonly kind: "failTarget";
      /** In the list of tasks, or inside the success that answers the call. */
      readonly as: "row" | "failedList";
      readonly target: string;
      readonly reason: string;
    }
  | { readonly kind: "nullFailedList" };

export interface TestAccount {
  /** The provider's configuration for it. */
  readonly config: object;
  /** How long a task takes, and what may be sent on one day. */
  set(limits: { readonly taskMs?: number; readonly daily?: number }): Promise<void>;
  trouble(trouble: Trouble): Promise<void>;
  /** Pages at the origin. */
  publish(urls: readonly string[]): Promise<void>;
  /** The calls in their order, with their parameters. */
  calls(): Promise<readonly { readonly action: string; readonly params: Params; readonly executed: boolean }[]>;
}

export type Params = Readonly<Record<string, unknown>>;

export interface TestCloud extends AsyncDisposable {
  readonly ground: JumpingGround;
  open(limits: EmulatorLimits): Promise<TestAccount>;
}

/** What the emulator calls what a subject needs to set. */
export interface EmulatorLimits {
  /** How long a task takes. */
  readonly taskMs: string;
  /** The quota of a day; `undefined` where the cloud does not tell a preview of it. */
  readonly daily: string | undefined;
  /** Limits that are not this suite's matter. */
  readonly limits?: Readonly<Record<string, number>>;
}
