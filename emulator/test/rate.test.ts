/** Calls a second: what a bucket and a window let through, whatever the times and whether refused calls count. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { RateShape } from "../src/ports/vendor.ts";
import { Rates } from "../src/tenant/rate.ts";

const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 60 });

/** The times of the calls that passed. */
function passed(shape: RateShape, perSecond: number, waits: readonly number[], refusedCount: boolean): number[] {
  let now = 0;
  const rates = new Rates(() => now);
  return waits.flatMap((wait) => {
    now += wait;
    return rates[shape].call("key", perSecond, refusedCount) <= perSecond ? [now] : [];
  });
}

test("a bucket: in any span no more than it holds and what flowed in meanwhile", () => {
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 20 }), fc.boolean(), (waits, perSecond, refusedCount) => {
      const times = passed("bucket", perSecond, waits, refusedCount);
      for (const [from, first] of times.entries()) {
        for (const [index, last] of times.slice(from).entries()) {
          expect(index + 1).toBeLessThanOrEqual(perSecond + ((last - first) * perSecond) / 1000 + 1e-6);
        }
      }
    }),
  );
});

test("a window: in each second of the clock no more than allowed, and never fewer for want of room", () => {
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 20 }), fc.boolean(), (waits, perSecond, refusedCount) => {
      const inSecond = (times: readonly number[]): Map<number, number> => {
        const counts = new Map<number, number>();
        for (const second of times.map((at) => Math.floor(at / 1000)))
          counts.set(second, (counts.get(second) ?? 0) + 1);
        return counts;
      };
      let now = 0;
      const asked = inSecond(waits.map((wait) => (now += wait)));
      const let_ = inSecond(passed("window", perSecond, waits, refusedCount));
      for (const [second, count] of asked) expect(let_.get(second)).toBe(Math.min(count, perSecond));
    }),
  );
});

test("who asks no faster than allowed is never refused, by either", () => {
  const waits = Array.from({ length: 100 }, () => 50);
  for (const shape of ["bucket", "window"] as const) expect(passed(shape, 20, waits, true)).toHaveLength(100);
});

test("a bucket comes back to one who rests; one who insists keeps it empty, unless refused calls are free", () => {
  const insisting = Array.from({ length: 200 }, () => 10);
  expect(passed("bucket", 20, [...insisting, 1000], true).slice(-1)).toEqual([3000]);
  // 10 ms bring a fifth of a call each
  expect(passed("bucket", 20, insisting, true)).toHaveLength(24);
  expect(passed("bucket", 20, insisting, false)).toHaveLength(59);
});
