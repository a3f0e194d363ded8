/** The gate of an action: whose turn it is, and what answers do to its rate. By a virtual clock. */
import { expect, test } from "vitest";
import { Interrupted } from "../../provider/src/core/errors.ts";
import { AdaptiveRate } from "../../provider/src/core/pace/adaptive-rate.ts";
import { RateLimiter, type Pace } from "../../provider/src/core/rate-limit.ts";
import { VirtualClock } from "./virtual-clock.ts";

const forever = new AbortController().signal;

function gateOf(pace: Pace): { gate: RateLimiter; clock: VirtualClock } {
  const clock = new VirtualClock();
  return { clock, gate: new RateLimiter(pace, { clock, random: () => 0.5 }) };
}

/** Milliseconds until `count` calls have been sent and answered well. */
async function through(gate: RateLimiter, clock: VirtualClock, count: number): Promise<number> {
  const start = clock.monotonic();
  const call = async (): Promise<void> => {
    await gate.take("one", forever);
    await clock.sleep(1);
    gate.succeeded();
  };
  await Promise.all(Array.from({ length: count }, call));
  return clock.monotonic() - start;
}

test("a vendor's hint decides how long the gate is closed at least; without one it is about a window", async () => {
  const { gate, clock } = gateOf({ calls: 20, perMs: 1000 });
  await through(gate, clock, 1);
  gate.throttled(7000);
  expect(await through(gate, clock, 1)).toBe(7000 + 1350 + 1);
  gate.throttled();
  expect(await through(gate, clock, 1)).toBe(1350 + 1);
});

test("a throttle answer halves the rate once, however many calls were on their way, and windows without one give it back", async () => {
  const { gate, clock } = gateOf({ calls: 20, perMs: 1000 });
  await through(gate, clock, 40);
  for (let call = 0; call < 5; call++) gate.throttled();
  await clock.sleep(1400);
  const halved = await through(gate, clock, 11);
  expect(halved).toBeGreaterThan(900);
  expect(halved).toBeLessThan(1100);
  await through(gate, clock, 400);
  expect(await through(gate, clock, 20)).toBeLessThan(1100);
});

test("calls that are never answered hold nobody up for more than a window", async () => {
  const { gate, clock } = gateOf({ calls: 20, perMs: 1000 });
  await gate.take("one", forever);
  const start = clock.monotonic();
  await gate.take("one", forever);
  expect(clock.monotonic() - start).toBe(1030);
});

test("owners take turns: one with a single call is served second, not behind a hundred", async () => {
  const { gate } = gateOf({ calls: 1, perMs: 1000 });
  const served: string[] = [];
  const take = async (owner: string): Promise<void> => {
    await gate.take(owner, forever);
    served.push(owner);
  };
  await Promise.all([...Array.from({ length: 100 }, () => take("many")), take("few")]);
  expect(served.indexOf("few")).toBeLessThanOrEqual(2);
  expect(served).toHaveLength(101);
});

test("who is cancelled while waiting leaves the row at once and costs nobody a turn", async () => {
  const { gate, clock } = gateOf({ calls: 1, perMs: 1000 });
  const cancel = new AbortController();
  await gate.take("one", forever);
  const start = clock.monotonic();
  const gone = gate.take("two", cancel.signal);
  const next = gate.take("three", forever);
  cancel.abort(new Interrupted("cancelled"));
  await expect(gone).rejects.toThrow(Interrupted);
  await next;
  expect(clock.monotonic() - start).toBe(1030);
});

test("a hint of a call that was sent before the gate closed keeps it closed as long", () => {
  const rate = new AdaptiveRate({ calls: 20, perMs: 1000 }, () => 0.5);
  rate.sent(0);
  rate.sent(0);
  rate.refused(100);
  expect(rate.opensAt(100)).toBe(1450);
  rate.refused(200, 60_000);
  expect(rate.opensAt(200)).toBe(60_200);
});
