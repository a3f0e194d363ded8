/** The line of progress beside a resource: short, share first, and one line for 10 % or 10 s. */
import { describe, expect, test } from "vitest";
import { Progress, progressText } from "../../provider/src/triggers/watch/progress.ts";
import { byHash, Setting, urls } from "./setting.ts";
import { VirtualClock } from "./virtual-clock.ts";

const part = { done: 0, total: 1000, percent: undefined, listed: true };

describe("the line", () => {
  test.each([
    ["42 % · 2,100 of 5,000", [{ ...part, done: 2100, total: 5000 }]],
    ["36 % · 0 of 1", [{ ...part, total: 1, percent: 36 }]],
    // Half of what the second call carries is nearly done.
    [
      "73 % · 1,000 of 2,000",
      [
        { ...part, done: 1000 },
        { ...part, percent: 47 },
      ],
    ],
    ["0 % · not listed yet", [{ ...part, listed: false }]],
    ["99 % · 99,999 of 100,000", [{ ...part, done: 99_999, total: 100_000, percent: 99 }]],
  ])("%s", (line, parts) => {
    expect(progressText(parts)).toBe(line);
  });

  test("leaves room beside a resource's name and state in 80 columns", () => {
    const longest = progressText([{ ...part, done: 99_999, total: 100_000 }]);
    // As the engine writes its row; what comes after the cut is lost.
    expect(` +  edgecache:esa:PurgeTrigger  release  creating (1800s)..  ${longest}`.length).toBeLessThanOrEqual(90);
    expect(` +  ├─ edgecache:esa:PurgeTrigger  site  creating (12s)  ${longest}`.indexOf(" % ·")).toBeLessThan(66);
  });
});

test("a line is for 10 % more or 10 s, never twice the same, and the share is of all calls together", () => {
  const clock = new VirtualClock();
  const lines: string[] = [];
  const progress = new Progress((line) => lines.push(line), clock);
  const [one, two] = [progress.part(100), progress.part(100)];
  one({ done: 4, percent: undefined, listed: true });
  for (let done = 5; done <= 60; done++) one({ done, percent: undefined, listed: true });
  two({ done: 1, percent: undefined, listed: true });
  two({ done: 1, percent: undefined, listed: true });
  expect(lines).toEqual(["2 % · 4 of 200", "10 % · 20 of 200", "20 % · 40 of 200", "30 % · 60 of 200"]);
});

test("a purge of 5 minutes tells how far it is once, without counting seconds", async () => {
  const setting = new Setting({ taskMs: 300_000 });
  await setting.run(undefined, byHash("1", urls(2500)));
  // This cloud does not say how far a task is, and nothing is told twice.
  expect(setting.statuses).toEqual(["0 % · 0 of 2,500"]);
});
