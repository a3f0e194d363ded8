/** One product of the CDN family, as its folder describes it. */
import type { Pace } from "../../../core/rate-limit.ts";
import type { AlibabaClient, AlibabaContext } from "../client.ts";
import type { RefreshFamily } from "./client.ts";
import type { ListedType, RefreshType } from "./limits.ts";

export interface RefreshProduct {
  /** Schema module: `cdn`. */
  readonly module: string;
  readonly family: RefreshFamily;
  /** The object types that it takes, and the trigger's own `CacheTag`. */
  readonly types: readonly [RefreshType, ...RefreshType[]];
  /** The types that its list of tasks can be asked for. */
  readonly listedTypes: readonly [ListedType, ...ListedType[]];
  /** Targets may leave their scheme out: its page has them as "domain/path". */
  readonly schemeless: boolean;
  /** When the day's quotas begin anew, where a page of the vendor says so: `at midnight (UTC+8)`. */
  readonly quotaResets?: string;
  readonly client: (context: AlibabaContext) => AlibabaClient;
  readonly pace: (action: string) => Pace;
}
