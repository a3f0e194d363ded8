/** Many triggers in one program: they share calls, and the cloud refuses none. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { subjects, url } from "./subjects.ts";
import { Worlds } from "./world.ts";

const worlds = new Worlds();
beforeAll(() => worlds.warmUp());
afterAll(() => worlds[Symbol.asyncDispose]());

test.each(subjects)("$name: 1,000 triggers, 64 in parallel, need at most 1/20 of one call each", async (subject) => {
  await using world = await worlds.open(subject);
  await world.restart();
  const queue = Array.from({ length: 1000 }, (_, index) => index);
  const worker = async (): Promise<void> => {
    for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
      const program = { ...subject.base, targets: [url(subject, `${index}`)], contentHash: "1" };
      expect(await world.another(`t${index}`).up(program)).toBe("done");
    }
  };
  await Promise.all(Array.from({ length: 64 }, worker));
  const sent = await world.sent();
  expect(sent.flat().toSorted()).toEqual(Array.from({ length: 1000 }, (_, index) => `${index}`).toSorted());
  expect(sent.length).toBeLessThanOrEqual(50);
  expect(await world.cloud.requests.find({ outcome: "refused" })).toEqual([]);
});
