/** Many triggers in one program: they share calls, and the cloud refuses none. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { subjects, url } from "./subjects.ts";
import { TestBeds } from "./test-bed.ts";

const beds = new TestBeds();
beforeAll(() => beds.warmUp());
afterAll(() => beds[Symbol.asyncDispose]());

test.each(subjects)("$name: 1,000 triggers, 64 in parallel, need at most 1/20 of one call each", async (subject) => {
  await using bed = await beds.open(subject);
  await bed.restart();
  const queue = Array.from({ length: 1000 }, (_, index) => index);
  const worker = async (): Promise<void> => {
    for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
      const program = { ...subject.base, targets: [url(subject, `${index}`)], contentHash: "1" };
      expect(await bed.another(`t${index}`).up(program)).toBe("done");
    }
  };
  await Promise.all(Array.from({ length: 64 }, worker));
  const sent = await bed.sent();
  expect(sent.flat().toSorted()).toEqual(Array.from({ length: 1000 }, (_, index) => `${index}`).toSorted());
  expect(sent.length).toBeLessThanOrEqual(50);
  expect(await bed.cloud.requests.find({ outcome: "refused" })).toEqual([]);
});
