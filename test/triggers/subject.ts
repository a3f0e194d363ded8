/** What the conformance suite has to know of a trigger, and of where it runs. */
import type { Resource } from "../../provider/src/engine/define/resource.ts";
import type { Value } from "../../provider/src/engine/wire/values.ts";
import type { EmulatorLimits, Params, TestCloud } from "./cloud.ts";
import type { JumpingGround } from "./jumping.ts";
import type { TestContext } from "./world.ts";

export interface Subject extends EmulatorLimits {
  readonly resource: Resource<TestContext>;
  /** What a refusal says of the day, where a page of the vendor says when its quotas begin anew. */
  readonly quotaResets?: string;
  /** The vendor's operation that sends. */
  readonly submit: string;
  /** The property of the provider's configuration that names the key. */
  readonly keyProperty: string;
  /** What the vendor answers when credentials have run out; `undefined`: they never do. */
  readonly expired: { readonly code: string; readonly status: number } | undefined;
  /** The vendor's operation that shows one's tasks. */
  readonly watch: string;
  /** The one that finds tasks by time. */
  readonly list: string;
  /** Its rows tell tasks of this trigger from others, so a lost call can be found by them. */
  readonly lookUp: boolean;
  /** What the program always says, beside targets and hash. */
  readonly base: Record<string, Value>;
  /** A change of an option that must send nothing. */
  readonly option: Record<string, Value>;
  readonly target: (index: number) => string;
  readonly verb: "purge" | "prefetch";
  readonly count: "purgeCount" | "prefetchCount";
  readonly perCall: number;
  /** The stand-in's name for the cache that it works on. */
  readonly cache: string;
  /** How the log shows which targets a call carried. */
  readonly sent: (params: Params) => readonly string[];
  /** One target failing by name; clouds that fail whole calls only have none of it. */
  readonly failedList: boolean;
}

/** Where the suite runs. */
export interface Place {
  readonly start: () => Promise<TestCloud>;
  /** Loads what is loaded when first used. */
  readonly warmUp: (ground: JumpingGround, config: object) => Promise<void>;
}
