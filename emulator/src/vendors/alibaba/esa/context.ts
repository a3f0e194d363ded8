/** What ESA's operations share for one tenant. */
import type { TenantPort } from "../../../ports/tenant.ts";
import type { DailyCounters } from "../../quota.ts";
import type { Records } from "../../state.ts";
import type { TaskBoard } from "../../tasks.ts";
import type { Site } from "./sites.ts";
import type { Upload } from "./upload.ts";

export interface Esa {
  readonly tenant: TenantPort;
  readonly sites: Records<Site>;
  readonly tasks: TaskBoard;
  readonly quotas: DailyCounters;
  readonly uploads: Records<Upload>;
}
