/** Many stacks on one account that share nothing: how long they take together, how many calls are refused, and who waits longest. */
import { describe, expect, test } from "vitest";
import { mean, run, shapes } from "./fleet.ts";

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
