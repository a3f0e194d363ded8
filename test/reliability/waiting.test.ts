/** How long a purge is waited for and how often the cloud is asked meanwhile, by the clock of the cloud. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { subjects, url } from "./subjects.ts";
import { TestBeds } from "./test-bed.ts";

const beds = new TestBeds();
beforeAll(() => beds.warmUp());
afterAll(() => beds[Symbol.asyncDispose]());

describe.each(subjects)("$name", (subject) => {
  const program = { ...subject.base, targets: [url(subject, "a")], contentHash: "1" };

  test("a task of 2 s is seen done within 2.5 s of its submission", async () => {
    await using bed = await beds.open(subject, { [subject.taskMs]: 2000 });
    await bed.restart();
    const start = beds.clock.now();
    expect(await bed.engine.up(program)).toBe("done");
    expect(beds.clock.now() - start).toBeLessThanOrEqual(2500);
  });

  test("one of 5 min is seen within 15 s of its end, with at most 40 reads", async () => {
    await using bed = await beds.open(subject, { [subject.taskMs]: 300_000 });
    await bed.restart();
    const start = beds.clock.now();
    expect(await bed.engine.up(program)).toBe("done");
    expect(beds.clock.now() - start).toBeGreaterThanOrEqual(300_000);
    expect(beds.clock.now() - start).toBeLessThanOrEqual(315_000);
    expect((await bed.cloud.requests.find({ action: subject.poll })).length).toBeLessThanOrEqual(40);
  });
});

test.each(["perTarget", "perTask"])("ESA: a list with a row %s is read to the end", async (rows) => {
  const subject = subjects.find(({ name }) => name === "ESA") ?? subjects[0];
  await using bed = await beds.open(subject);
  await bed.cloud.settings.switches({ "esa.rows": rows });
  await bed.restart();
  const targets = [url(subject, "a"), url(subject, "b")];
  expect(await bed.engine.up({ ...subject.base, targets, contentHash: "1" })).toBe("done");
  expect(await bed.sent()).toEqual([["a", "b"]]);
});

test("1,000 tasks at once stay within the vendor's read limits", async () => {
  const subject = subjects.find(({ name }) => name === "EdgeOne") ?? subjects[0];
  // A plan whose calls carry one URL each: every URL is a task, and every task a read of its own.
  await using bed = await beds.open(subject, { "teo.purge_url.batch": 1, [subject.taskMs]: 60_000 });
  await bed.restart();
  const targets = Array.from({ length: 1000 }, (_, index) => url(subject, `${index}`));
  expect(await bed.engine.up({ ...subject.base, targets, contentHash: "1" })).toBe("done");
  expect(await bed.sent()).toHaveLength(1000);
  expect(await bed.cloud.requests.find({ outcome: "refused" })).toEqual([]);
}, 60_000);
