/** The gate of an action: the vendor's pace, what a throttle answer does to it, and whose turn it is. By a virtual clock. */
import { expect, test } from "vitest";
import { Interrupted } from "../../provider/src/core/errors.ts";
import { RateLimiter } from "../../provider/src/core/rate-limit.ts";
import { VirtualClock } from "./virtual-clock.ts";

const forever = new AbortController().signal;

/** Milliseconds until the gate has let `count` calls through. */
async function through(gate: RateLimiter, clock: VirtualClock, count: number): Promise<number> {
  const start = clock.now();
  await Promise.all(Array.from({ length: count }, () => gate.take("one", forever)));
  return clock.now() - start;
}

test("a vendor's hint decides how long the gate is closed; without one, pauses double until a call succeeds", async () => {
  const clock = new VirtualClock();
  const gate = new RateLimiter({ calls: 1000, perMs: 1000 }, clock);
  const pauseAfter = (hint?: number): Promise<number> => {
    gate.throttled(hint);
    return through(gate, clock, 1);
  };
  expect(await pauseAfter(7000)).toBe(7000);
  gate.succeeded();
  expect([await pauseAfter(), await pauseAfter(), await pauseAfter()]).toEqual([1000, 2000, 4000]);
  gate.succeeded();
  expect(await pauseAfter()).toBe(1000);
});

test("a throttle answer halves the pace, and each success gives a call of it back", async () => {
  const clock = new VirtualClock();
  const gate = new RateLimiter({ calls: 20, perMs: 1000 }, clock);
  gate.throttled(0);
  expect(await through(gate, clock, 20)).toBe(1030);
  await clock.sleep(5000);
  for (let call = 0; call < 10; call++) gate.succeeded();
  expect(await through(gate, clock, 20)).toBe(0);
});

test("owners take turns: one with a single call is served second, not behind a hundred", async () => {
  const clock = new VirtualClock();
  const gate = new RateLimiter({ calls: 1, perMs: 1000 }, clock);
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
  const clock = new VirtualClock();
  const gate = new RateLimiter({ calls: 1, perMs: 1000 }, clock);
  const cancel = new AbortController();
  await gate.take("one", forever);
  const start = clock.now();
  const gone = gate.take("two", cancel.signal);
  const next = gate.take("three", forever);
  cancel.abort(new Interrupted("cancelled"));
  await expect(gone).rejects.toThrow(Interrupted);
  await next;
  expect(clock.now() - start).toBe(1030);
});
