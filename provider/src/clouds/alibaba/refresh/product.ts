/** One product of the CDN family, as its folder describes it. */
import type { Pace } from "../../../core/rate-limit.ts";
import type { AlibabaClient, AlibabaContext } from "../client.ts";
import type { RefreshFamily } from "./client.ts";

export interface RefreshProduct {
  /** Schema module: `cdn`. */
  readonly module: string;
  readonly family: RefreshFamily;
  readonly client: (context: AlibabaContext) => AlibabaClient;
  readonly pace: (action: string) => Pace;
}
