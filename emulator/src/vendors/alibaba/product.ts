/** What Alibaba's services declare beside what every service does. */
import type { ServiceDefinition } from "../../ports/service.ts";
import type { SwitchDefinition } from "../../ports/settings.ts";

export interface AlibabaService extends ServiceDefinition {
  /** Whether parameters are read from a form body; read, unless a document leaves it open. */
  readonly forms?: SwitchDefinition<"read" | "ignored">;
  /** Whether a POST's parameters are read from the query too; read, unless its pages speak of forms only. */
  readonly postQuery?: SwitchDefinition<"read" | "ignored">;
}
