/** What ESA, CDN and DCDN share: parameters are text, lists have pages and reach back three days. */
import * as z from "zod";
import type { Account, Row } from "./account.ts";
import type { Task } from "./edge.ts";
import { assert, listed, type Refusal } from "./wire.ts";

export const flag = z.enum(["true", "false"]).optional();
const utc = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  .transform(Date.parse);

export const forbidden: Refusal = [403, "Forbidden.RAM", "You are not authorized to do this action."];

export const query = (largestPage: number) => ({
  Status: z.enum(["Complete", "Refreshing", "Failed"]).optional(),
  StartTime: utc.optional(),
  EndTime: utc.optional(),
  PageNumber: z.coerce.number().int().min(1).max(100_000).default(1),
  PageSize: z.coerce.number().int().min(1).max(largestPage).default(20),
});
type Query = z.output<z.ZodObject<ReturnType<typeof query>>>;

/** One page of the rows that fit. A cloud with smaller pages than asked for counts them by its own size. */
export function listTasks(
  account: Account,
  { StartTime: start, EndTime: end, PageNumber, PageSize }: Query,
  fits: (task: Task) => boolean,
  rowFits: (row: Row) => boolean,
  write: (row: Row) => object,
) {
  assert(account.manners.mayList, ...forbidden);
  const both = (start === undefined) === (end === undefined);
  assert(both, 400, "MissingTimeParameter", "The StartTime and EndTime must be both specified.");
  const mismatch = "The specified EndTime is earlier than the StartTime.";
  assert((end ?? Infinity) > (start ?? 0), 400, "InvalidEndTime.Mismatch", mismatch);
  const oldest = account.now() - 3 * 86_400_000;
  assert((start ?? Infinity) >= oldest, 400, "InvalidTime", "The query time cannot exceed the last 3 days.");
  const within = ({ madeAt }: Task): boolean => madeAt >= (start ?? 0) && madeAt <= (end ?? Infinity);
  const rows = account.rows((task) => within(task) && fits(task)).filter(rowFits);
  const size = Math.min(PageSize, account.manners.pageRows);
  const page = rows.slice((PageNumber - 1) * size, PageNumber * size).map(write);
  return { PageNumber, PageSize: size, TotalCount: rows.length, Tasks: listed(account, page) };
}
