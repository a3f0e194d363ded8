/** Tasks as the control API and the web page show them. */
import { isoSeconds } from "../clock/time.ts";
import type { JsonObject } from "../ports/json.ts";
import type { TaskBoard } from "./tasks.ts";

const MOST_TASKS = 200;
const MOST_ROWS = 20;

export function taskOverview(board: TaskBoard, now: number): JsonObject[] {
  return board
    .newestFirst()
    .slice(0, MOST_TASKS)
    .map((task) => ({
      id: task.id,
      requestId: task.requestId,
      account: task.account,
      kind: task.kind,
      type: task.type,
      scope: task.scope,
      method: task.method,
      createdAt: isoSeconds(task.createdAt),
      targets: task.targets.length,
      rows: task.targets.slice(0, MOST_ROWS).map((target) => {
        const { state, percent } = board.row(task, target, now);
        return { target, state, percent };
      }),
    }));
}
