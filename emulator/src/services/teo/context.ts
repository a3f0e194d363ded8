/** What TEO's operations share for one tenant. */
import type { DailyCounters } from "../../world/quota.ts";
import type { TaskBoard } from "../../world/tasks.ts";
import type { World } from "../service.ts";
import type { Zone } from "./zones.ts";

export interface Teo {
  readonly world: World;
  readonly zones: Map<string, Zone>;
  readonly tasks: TaskBoard;
  readonly quotas: DailyCounters;
}
