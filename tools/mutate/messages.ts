/** What is said between the check and the processes that run its tests. */
import * as z from "zod";

export interface Order {
  readonly mutant: string;
  readonly hitsFolder: string;
  /** Test file → ids of tests; none named stands for all. */
  readonly tests: Readonly<Record<string, readonly string[]>>;
  readonly bail: number;
}

export type Ran = z.output<typeof ranShape>;

const ranShape = z.object({
  failed: z.array(z.string()),
  tests: z.array(z.object({ file: z.string(), id: z.string(), ms: z.number(), ok: z.boolean() })),
});

/** A test file's run without any change. */
export const baselineShape = z.object({ file: z.string(), ran: ranShape });
