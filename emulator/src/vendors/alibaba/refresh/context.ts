/** What the operations of one flavor share for one tenant. */
import type { DailyCounters } from "../../quota.ts";
import type { TaskBoard } from "../../tasks.ts";
import type { World } from "../../../ports/service.ts";
import type { AccountStatus, Domain } from "./domains.ts";
import type { Flavor } from "./flavor.ts";
import type { TaskIds } from "./task-ids.ts";

export interface Refresh {
  readonly flavor: Flavor;
  readonly world: World;
  readonly domains: Map<string, Domain>;
  readonly accounts: Map<string, AccountStatus>;
  readonly tasks: TaskBoard;
  readonly quotas: DailyCounters;
  readonly ids: TaskIds;
}
