/** What TEO's operations share for one tenant. */
import type { DailyCounters } from "../../quota.ts";
import type { TaskBoard } from "../../tasks.ts";
import type { TenantPort } from "../../../ports/tenant.ts";
import type { Records } from "../../state.ts";
import type { Zone } from "./zone.ts";

export interface Teo {
  readonly tenant: TenantPort;
  readonly zones: Records<Zone>;
  readonly tasks: TaskBoard;
  readonly quotas: DailyCounters;
}
