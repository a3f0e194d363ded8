/** Many stacks on one account that share nothing: how long they take together, how many calls are refused, and who waits longest. */
import { describe, expect, test } from "vitest";
import { AdaptiveRate } from "../../provider/src/core/pace/adaptive-rate.ts";
import { mean, run, shapes, shareBeside } from "./fleet.ts";

const together = 0;

describe.each(shapes)("a vendor that counts by %s", (shape) => {
  // Means of few fleets: of a hundred they are 1.50 and 2.0 at most (docs/decisions/pace.md).
  test.each([
    { stacks: 2, callsEach: 60, startsWithinMs: together, ratio: 2, slowest: 1.1, seeds: 4 },
    { stacks: 10, callsEach: 10, startsWithinMs: together, ratio: 1.7, slowest: 2, seeds: 4 },
    { stacks: 10, callsEach: 50, startsWithinMs: together, ratio: 1.5, slowest: 2, seeds: 4 },
    { stacks: 50, callsEach: 20, startsWithinMs: together, ratio: 1.5, slowest: 2, seeds: 4 },
    { stacks: 10, callsEach: 50, startsWithinMs: 15_000, ratio: 1.52, slowest: 2, seeds: 12 },
    { stacks: 50, callsEach: 20, startsWithinMs: 30_000, ratio: 1.5, slowest: 2.15, seeds: 12 },
    { stacks: 50, callsEach: 20, startsWithinMs: 30_000, ratio: 1.5, slowest: 2.1, seeds: 12, roundTripMs: 80 },
  ])("$stacks stacks of $callsEach calls within $startsWithinMs ms", async ({ ratio, slowest, seeds, ...fleet }) => {
    const ran = await mean({ ...fleet, shape }, seeds);
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
test.each([{ stacks: 1 }, { stacks: 10 }])(
  "beside a tool that never backs off each of $stacks stacks gets half of its fair share",
  async ({ stacks }) => {
    const runs = [1, 2, 3, 4].map((seed) => shareBeside({ shape: "bucket", manner: "at once", stacks, seed }));
    const shares = await Promise.all(runs);
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeGreaterThanOrEqual(0.5);
  },
);

test.each([
  { what: "has been idle since starts anew", idleMs: 12_000, hintMs: 0, calls: 20 },
  { what: "waits for what the vendor's hint says does not", idleMs: 0, hintMs: 60_000, calls: 2 },
])("a stack that was refused and $what", ({ idleMs, hintMs, calls }) => {
  const rate = new AdaptiveRate({ calls: 20, perMs: 1000 }, () => 0.5);
  rate.sent(0);
  rate.refused(5, hintMs);
  let now = Math.max(idleMs, rate.opensAt(5));
  const until = now + 1000;
  let sent = 0;
  for (; now < until; now = Math.max(now, rate.opensAt(now))) {
    rate.sent(now);
    rate.taken(now);
    sent++;
  }
  expect(sent).toBe(calls);
});

describe("with a coordinator", () => {
  test.each(shapes)("50 stacks keep the optimal schedule together, and nothing is refused, by %s", async (shape) => {
    const fleet = { stacks: 50, callsEach: 20, startsWithinMs: together, shape, seed: 1 };
    const ran = await run({ ...fleet, coordinatedForMs: Infinity });
    expect(ran.refused).toBe(0);
    expect(ran.ratio).toBeLessThanOrEqual(1.1);
    expect(ran.slowest).toBeLessThanOrEqual(2);
  });

  test.each([
    { roundTripMs: 8, stallMs: 300 },
    { roundTripMs: 60, stallMs: 200 },
    { roundTripMs: 200, stallMs: 0 },
  ])("calls that are late to the vendor, by its clock's second: nothing is refused, %j", async (late) => {
    const fleet = { stacks: 50, callsEach: 20, startsWithinMs: together, shape: "window" as const, seed: 1, ...late };
    const ran = await run({ ...fleet, coordinatedForMs: Infinity });
    expect(ran.refused).toBe(0);
    expect(ran.ratio).toBeLessThanOrEqual(1.1);
  });

  test.each([
    { coordinatorMs: 200, inTurn: false, ratio: 1.6 },
    { coordinatorMs: 200, inTurn: true, ratio: 1.6 },
    { coordinatorMs: 800, inTurn: true, ratio: 3 },
  ])("that is far away does not slow a stack by the way for each call: %j", async ({ ratio, ...away }) => {
    const fleet = { stacks: 1, callsEach: 100, startsWithinMs: together, shape: "window" as const, seed: 1 };
    const ran = await run({ ...fleet, coordinatedForMs: Infinity, ...away });
    expect(ran.refused).toBe(0);
    expect(ran.ratio).toBeLessThanOrEqual(ratio);
  });

  test("that stops to answer in mid-run: they go on by themselves", async () => {
    const fleet = { stacks: 10, callsEach: 50, startsWithinMs: together, shape: "strictBucket" as const, seed: 1 };
    const ran = await run({ ...fleet, coordinatedForMs: 5000 });
    expect(ran.ratio).toBeLessThanOrEqual(1.5);
    expect(ran.refused).toBeLessThanOrEqual(0.3);
  });
});
