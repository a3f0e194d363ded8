import fc from "fast-check";
import { expect, test } from "vitest";
import { VendorClock } from "../../provider/src/core/vendor-clock.ts";
import { VirtualClock } from "../triggers/virtual-clock.ts";

const start = Date.parse("2026-11-28T12:00:00Z");

function header(ms: number): string {
  return new Date(ms).toUTCString();
}

test("before the first answer the machine's clock stands in", async () => {
  const clock = new VirtualClock(start);
  const vendor = new VendorClock(clock);
  await clock.sleep(5000);
  expect(vendor.known).toBe(false);
  expect(vendor.now()).toBe(start + 5000);
  expect([vendor.earliest(2000), vendor.latest(2000)]).toEqual([start + 2000, start + 2000]);
});

test("what is no date says nothing", () => {
  const vendor = new VendorClock(new VirtualClock(start));
  vendor.learn(undefined, 0, 0);
  vendor.learn("yesterday", 0, 0);
  expect(vendor.known).toBe(false);
});

test("the true time lies between the earliest and the latest, and answers narrow the span", () => {
  const answers = fc.array(
    fc.record({
      pause: fc.integer({ min: 0, max: 5000 }),
      way: fc.integer({ min: 0, max: 900 }),
      back: fc.integer({ min: 0, max: 900 }),
    }),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(fc.integer({ min: -150_000, max: 150_000 }), answers, (skew, all) => {
      const vendor = new VendorClock(new VirtualClock(start));
      const truth = (at: number): number => start + skew + at;
      let at = 0;
      let span = Infinity;
      for (const { pause, way, back } of all) {
        const asked = at + pause;
        const answered = asked + way + back;
        vendor.learn(header(truth(asked + way)), asked, answered);
        expect(vendor.earliest(asked)).toBeLessThanOrEqual(truth(asked));
        expect(vendor.latest(asked)).toBeGreaterThanOrEqual(truth(asked));
        const width = vendor.latest(0) - vendor.earliest(0);
        expect(width).toBeLessThanOrEqual(Math.min(span, 1000 + way + back));
        span = width;
        at = answered;
      }
    }),
  );
});

test("the machine's clock is set before the first answer: what has passed since stays the same", async () => {
  const clock = new VirtualClock(start);
  const vendor = new VendorClock(clock);
  await clock.sleep(1000);
  clock.set(start + 900_000);
  await clock.sleep(1000);
  expect(vendor.now()).toBe(start + 2000);
});

test("the machine's clock is set: nothing changes", async () => {
  const clock = new VirtualClock(start);
  const vendor = new VendorClock(clock);
  vendor.learn(header(start + 30_000), 0, 0);
  const before = vendor.now();
  clock.set(start - 300_000);
  expect(vendor.now()).toBe(before);
  expect(before).toBe(start + 30_500);
});

test("the cloud's clock is set: the newest word counts", () => {
  const vendor = new VendorClock(new VirtualClock(start));
  vendor.learn(header(start), 0, 0);
  vendor.learn(header(start - 60_000), 10, 10);
  expect(vendor.earliest(0)).toBe(start - 60_010);
});
