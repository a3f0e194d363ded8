/** What TEO's operations share for one tenant. */
import type { DailyCounters } from "../../quota.ts";
import type { TaskBoard } from "../../tasks.ts";
import type { World } from "../../../ports/service.ts";
import type { Zone } from "./zones.ts";

export interface Teo {
  readonly world: World;
  readonly zones: Map<string, Zone>;
  readonly tasks: TaskBoard;
  readonly quotas: DailyCounters;
}
