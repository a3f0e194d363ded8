/** When tasks are looked at: how often, and how late their end is seen. */
import { describe, expect, test } from "vitest";
import { tookMs, untilNextLook } from "../../provider/src/core/pace/looks.ts";

/** Looks at a task that takes `durationMs` until it is seen done or `timeoutMs` is over. */
function watched(
  durationMs: number,
  pastMs: readonly number[] = [],
  timeoutMs = 1_800_000,
): { looks: number[]; late: number } {
  const looks: number[] = [];
  for (let at = 0; ;) {
    at += untilNextLook({ elapsedMs: at, pastMs, leftMs: timeoutMs - at });
    looks.push(at);
    if (at >= durationMs || at >= timeoutMs || looks.length > 1000) return { looks, late: at - durationMs };
  }
}

describe("the first task of its kind", () => {
  test.each([
    [0, 1, 50],
    [1000, 4, 500],
    [2000, 6, 500],
    [60_000, 12, 5000],
    [300_000, 35, 15_000],
    [1_700_000, 130, 15_000],
  ])("of %i ms is seen with at most %i looks, at most %i ms after its end", (durationMs, most, late) => {
    const seen = watched(durationMs);
    expect(seen.looks.length).toBeLessThanOrEqual(most);
    expect(seen.late).toBeLessThanOrEqual(late);
  });
});

describe("a task whose like took as long before", () => {
  test.each([
    [2000, 7, 500],
    [60_000, 5, 2500],
    [300_000, 5, 12_500],
    [1_200_000, 10, 15_000],
  ])("of %i ms is seen with at most %i looks, at most %i ms after its end", (durationMs, most, late) => {
    const seen = watched(durationMs, [durationMs]);
    expect(seen.looks[0]).toBeGreaterThan(durationMs * 0.9 - 1001);
    expect(seen.looks.length).toBeLessThanOrEqual(most);
    expect(seen.late).toBeLessThanOrEqual(late);
  });

  test("receipts round to whole seconds, and a task of 2 s that they call 3 is still seen within half a second", () => {
    expect(watched(2000, [3000]).late).toBeLessThanOrEqual(500);
  });

  test("or up to a tenth less is seen soon, and what is seen is what the next run goes by", () => {
    let past = 75_000;
    for (let run = 0; run < 5; run++) past = watched(60_000, [past]).looks.at(-1) ?? past;
    expect(watched(60_000, [past]).late).toBeLessThanOrEqual(2500);
  });
});

test("a task that takes twice as long as ever is seen with few looks more, growing apart", () => {
  const { looks, late } = watched(120_000, [60_000]);
  const gaps = looks.slice(1).map((at, index) => at - (looks[index] ?? 0));
  expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
  expect(looks.length).toBeLessThanOrEqual(15);
  expect(late).toBeLessThanOrEqual(15_000);
});

test("the quickest of past tasks decides about the first look", () => {
  expect(watched(60_000, [300_000, 60_000, 90_000]).looks[0]).toBe(53_000);
});

test.each([[[]], [[60_000]], [[3_000_000]]])(
  "the last look is at the deadline, whatever the past was: %j",
  (pastMs) => {
    expect(watched(Infinity, pastMs, 100_000).looks.at(-1)).toBe(100_000);
  },
);

test("a receipt tells how long its task took, once it is complete", () => {
  expect(tookMs({ submittedAt: "2026-11-22T00:00:00Z", completedAt: "2026-11-22T00:01:02Z" })).toEqual([62_000]);
  expect(tookMs({ submittedAt: "2026-11-22T00:00:00Z" })).toEqual([]);
  expect(tookMs({ submittedAt: "2026-11-22T00:01:00Z", completedAt: "2026-11-22T00:00:00Z" })).toEqual([]);
});
