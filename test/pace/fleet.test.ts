/** Many stacks on one account that share nothing: how long they take together, how many calls are refused, and who waits longest. */
import { describe, expect, test } from "vitest";
import { mean, run, shapes, shareBeside } from "./fleet.ts";

const together = 0;

describe.each(shapes)("a vendor that counts by %s", (shape) => {
  test.each([
    { stacks: 10, callsEach: 10, startsWithinMs: together, ratio: 1.7, slowest: 2 },
    { stacks: 10, callsEach: 50, startsWithinMs: together, ratio: 1.5, slowest: 2 },
    { stacks: 50, callsEach: 20, startsWithinMs: together, ratio: 1.5, slowest: 2 },
    { stacks: 10, callsEach: 50, startsWithinMs: 15_000, ratio: 1.5, slowest: 2 },
    { stacks: 50, callsEach: 20, startsWithinMs: 30_000, ratio: 1.5, slowest: 3.3 },
  ])("$stacks stacks of $callsEach calls within $startsWithinMs ms", async ({ ratio, slowest, ...fleet }) => {
    const ran = await mean({ ...fleet, shape }, 3);
    expect(ran.ratio).toBeLessThanOrEqual(ratio);
    expect(ran.refused).toBeLessThanOrEqual(0.3);
    expect(ran.slowest).toBeLessThanOrEqual(slowest);
  });

  test("one stack alone keeps the optimal schedule", async () => {
    const ran = await run({ stacks: 1, callsEach: 400, startsWithinMs: together, shape, seed: 1 });
    expect(ran.ratio).toBeLessThanOrEqual(1.05);
    expect(ran.refused).toBe(0);
  });
});

// All at once each second, on a bucket that does not count refused calls: docs/decisions/pace.md has the other ways.
test.each([
  { stacks: 1, least: 0.4 },
  { stacks: 10, least: 0.5 },
])(
  "beside a tool that never backs off each of $stacks stacks gets $least of its fair share",
  async ({ stacks, least }) => {
    const runs = [1, 2, 3, 4].map((seed) => shareBeside({ shape: "bucket", manner: "at once", stacks, seed }));
    const shares = await Promise.all(runs);
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeGreaterThanOrEqual(least);
  },
);

describe("with a coordinator", () => {
  test.each(shapes)("50 stacks keep the optimal schedule together, and nothing is refused, by %s", async (shape) => {
    const fleet = { stacks: 50, callsEach: 20, startsWithinMs: together, shape, seed: 1 };
    const ran = await run({ ...fleet, coordinatedForMs: Infinity });
    expect(ran.refused).toBe(0);
    expect(ran.ratio).toBeLessThanOrEqual(1.1);
    expect(ran.slowest).toBeLessThanOrEqual(2);
  });

  test("that stops to answer in mid-run: they go on by themselves", async () => {
    const fleet = { stacks: 10, callsEach: 50, startsWithinMs: together, shape: "strictBucket" as const, seed: 1 };
    const ran = await run({ ...fleet, coordinatedForMs: 5000 });
    expect(ran.ratio).toBeLessThanOrEqual(1.5);
    expect(ran.refused).toBeLessThanOrEqual(0.3);
  });
});
