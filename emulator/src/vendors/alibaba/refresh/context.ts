/** What the operations of one flavor share for one tenant. */
import type { DailyCounters } from "../../quota.ts";
import type { TaskBoard } from "../../tasks.ts";
import type { TenantPort } from "../../../ports/tenant.ts";
import type { Records } from "../../state.ts";
import type { AccountStatus, Domain } from "./domains.ts";
import type { Flavor } from "./flavor.ts";
import type { TaskIds } from "./task-ids.ts";

export interface Refresh {
  readonly flavor: Flavor;
  readonly tenant: TenantPort;
  readonly domains: Records<Domain>;
  readonly accounts: Records<AccountStatus>;
  readonly tasks: TaskBoard;
  readonly quotas: DailyCounters;
  readonly ids: TaskIds;
}
