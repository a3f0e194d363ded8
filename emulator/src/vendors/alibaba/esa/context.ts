/** What ESA's operations share for one tenant. */
import type { World } from "../../../ports/service.ts";
import type { DailyCounters } from "../../quota.ts";
import type { TaskBoard } from "../../tasks.ts";
import type { Site } from "./sites.ts";
import type { Upload } from "./uploads.ts";

export interface Esa {
  readonly world: World;
  readonly sites: Map<string, Site>;
  readonly tasks: TaskBoard;
  readonly quotas: DailyCounters;
  readonly uploads: Map<string, Upload>;
}
