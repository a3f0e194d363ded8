/** When tasks are looked at: how often, and how late their end is seen. */
import { describe, expect, test } from "vitest";
import { nextLook, remembered } from "../../provider/src/core/pace/looks.ts";
import { byHash, Setting, urls } from "../triggers/setting.ts";

/** Looks at a task that takes `durationMs`, submitted at `start` of the clock. */
function watched(durationMs: number, pastMs: readonly number[] = [], start = 0): { looks: number[]; late: number } {
  const looks: number[] = [];
  for (let at = 0; ;) {
    at = nextLook({ elapsedMs: at, pastMs }, start + at) - start;
    looks.push(at);
    if (at >= durationMs || looks.length > 1000) return { looks, late: at - durationMs };
  }
}

/** Whatever the clock says when a task is submitted. */
const starts = [0, 1, 77.7, 1023, 50_000.123, 1e9 + 0.5, 4_321_987];

describe("the first task of its kind", () => {
  test.each([
    [0, 1, 50],
    [1000, 4, 500],
    [2000, 6, 500],
    [60_000, 12, 5000],
    [300_000, 37, 15_000],
    [1_700_000, 140, 15_000],
  ])("of %i ms is seen with at most %i looks, at most %i ms after its end", (durationMs, most, late) => {
    for (const start of starts) {
      const seen = watched(durationMs, [], start);
      expect(seen.looks.length).toBeLessThanOrEqual(most);
      expect(seen.late).toBeLessThanOrEqual(late);
    }
  });
});

describe("a task whose like took as long before", () => {
  test.each([
    [2000, 3, 500],
    [60_000, 5, 2500],
    [300_000, 5, 12_500],
    [1_200_000, 12, 15_000],
  ])("of %i ms is seen with at most %i looks, at most %i ms after its end", (durationMs, most, late) => {
    for (const start of starts) {
      const seen = watched(durationMs, [durationMs], start);
      expect(seen.looks[0]).toBeGreaterThan(durationMs * 0.86);
      expect(seen.looks.length).toBeLessThanOrEqual(most);
      expect(seen.late).toBeLessThanOrEqual(late);
    }
  });

  test("or a tenth less is seen soon, and what is seen is what the next run goes by", () => {
    let past: readonly number[] = [75_000];
    for (let run = 0; run < 5; run++) past = remembered(past, watched(60_000, past).looks.slice(-1));
    expect(watched(60_000, past).late).toBeLessThanOrEqual(2500);
  });
});

test("a task that takes twice as long as ever is seen with few looks more, growing apart", () => {
  const { looks, late } = watched(120_000, [60_000]);
  expect(looks.length).toBeLessThanOrEqual(16);
  expect(late).toBeLessThanOrEqual(15_000);
});

test.each([0, 1, 500, 2000, 5000, 8000, 10_000, 15_000, 20_000, 30_000, 40_000, 50_000, 60_000])(
  "a task of a minute whose like took %i ms is seen with at most 12 looks, within 5 s of its end",
  (past) => {
    for (const start of starts) {
      const { looks, late } = watched(60_000, [past], start);
      expect(looks.length).toBeLessThanOrEqual(12);
      expect(late).toBeLessThanOrEqual(5000);
    }
  },
);

test("one task of a bad day moves the first look of none, one that was quick by chance neither", () => {
  const usual = watched(60_000, [60_000]).looks[0];
  expect(watched(60_000, [1_500_000, 60_000]).looks[0]).toBe(usual);
  expect(watched(60_000, [60_000, 1_500_000, 60_000]).looks[0]).toBe(usual);
  expect(watched(60_000, [1000, 60_000, 60_000]).looks[0]).toBe(usual);
});

test("the last five runs are remembered, each by its quickest task; one without a task changes nothing", () => {
  expect(remembered([5, 4, 3, 2, 1], [9.4, 6.4])).toEqual([6, 5, 4, 3, 2]);
  expect(remembered([5], [])).toEqual([5]);
});

test("tasks that were submitted at different moments are looked at together", () => {
  const moments = new Set<number>();
  for (let stack = 0; stack < 64; stack++) {
    const start = stack * 3;
    for (const at of watched(60_000, [60_000 + stack * 5], start).looks) moments.add(start + at);
  }
  expect(moments.size).toBeLessThanOrEqual(8);
});

describe("from run to run", () => {
  const minute = { taskMs: 60_000 };

  test("the first run finds out how long tasks take; the second looks first shortly before the end", async () => {
    const setting = new Setting(minute);
    const first = await setting.run(undefined, byHash("1", urls(1)));
    expect(setting.cloud.reads).toBeLessThanOrEqual(12);
    setting.cloud.reads = 0;
    await setting.clock.sleep(5000);
    const start = setting.clock.now();
    const second = await setting.restarted().run(first.receipts, byHash("2", urls(1)));
    expect(setting.cloud.reads).toBeLessThanOrEqual(5);
    expect(setting.clock.now() - start).toBeLessThanOrEqual(62_500 + 150);
    expect(second.receipts.ledger.tookMs).toHaveLength(2);
  });

  test("what took longer than this run may wait does not keep it from looking", async () => {
    const setting = new Setting({ taskMs: 2000 });
    const first = await setting.run(undefined, byHash("1", urls(1)));
    const ledger = { ...first.receipts.ledger, tookMs: [1e12, 3_000_000, 3_000_000] };
    await setting.clock.sleep(5000);
    const start = setting.clock.now();
    await setting.restarted().run({ ...first.receipts, ledger }, byHash("2", urls(1)));
    expect(setting.clock.now() - start).toBeLessThanOrEqual(2500 + 150);
  });

  test("two triggers whose tasks were sent seconds apart share their looks", async () => {
    const setting = new Setting(minute);
    const { receipts } = await setting.run(undefined, byHash("1", urls(1)));
    await setting.clock.sleep(5000);
    setting.cloud.reads = 0;
    const later = setting.clock.sleep(1000).then(() => setting.run(receipts, byHash("3", urls(1, "b.example"))));
    await Promise.all([setting.run(receipts, byHash("2", urls(1))), later]);
    expect(setting.cloud.reads).toBeLessThanOrEqual(6);
  });

  test("what was watched late, or not to its end, teaches nothing", async () => {
    const setting = new Setting(minute);
    const first = await setting.run(undefined, byHash("1", urls(1)), { timeoutMs: 20_000 });
    expect(first.receipts.ledger.tookMs).toBeUndefined();
    await setting.clock.sleep(3_000_000);
    const second = await setting.restarted().run(first.receipts, byHash("1", urls(1)));
    expect(second.receipts).toMatchObject({ status: "complete" });
    expect(second.receipts.ledger.tookMs).toBeUndefined();
  });

  test("another type takes other times", async () => {
    const setting = new Setting(minute);
    const { receipts } = await setting.run(undefined, byHash("1", urls(1)));
    const { statement, ...rest } = byHash("1", urls(1));
    const other = await setting.run(receipts, { ...rest, wait: false, statement: { ...statement, type: "directory" } });
    expect(other.receipts.ledger).toMatchObject({ type: "directory" });
    expect(receipts.ledger.tookMs).toHaveLength(1);
  });

  test("a run that has nothing to send forgets nothing", async () => {
    const setting = new Setting(minute);
    const first = await setting.run(undefined, byHash("1", urls(1)));
    const idle = await setting.run(first.receipts, byHash("1", urls(1)));
    expect(idle.receipts.ledger).toEqual(first.receipts.ledger);
  });
});
