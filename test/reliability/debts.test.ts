/** What is owed survives everything that may happen between two runs. Each test stands for a bug that the fuzz found. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Bag } from "../protocol/client.ts";
import { subjects, url } from "./subjects.ts";
import { Worlds } from "./world.ts";

const worlds = new Worlds();
beforeAll(() => worlds.warmUp());
afterAll(() => worlds[Symbol.asyncDispose]());

describe.each(subjects)("$name", (subject) => {
  const program = (more: Bag = {}): Bag => ({
    ...subject.base,
    targets: ["a", "b"].map((page) => url(subject, page)),
    contentHash: "1",
    ...more,
  });
  const failing = { kind: "failTarget", target: url(subject, "b"), as: "row", count: 1 } as const;

  test("a refresh in between: what a failed create owes is still sent", async () => {
    await using world = await worlds.open(subject);
    await world.restart();
    await world.cloud.faults.add(failing);
    expect(await world.engine.up(program())).toBe("partial");
    worlds.clock.advance(2000);
    expect(await world.engine.refresh()).toBe("done");
    expect(await world.engine.up(program())).toBe("done");
    expect(await world.sent()).toEqual([["a", "b"], ["b"]]);
    expect(await world.engine.up(program())).toBe("same");
  });

  test('failurePolicy "warn": the next up sends what is owed, though nothing changed', async () => {
    await using world = await worlds.open(subject);
    await world.restart();
    await world.cloud.faults.add(failing);
    expect(await world.engine.up(program({ failurePolicy: "warn" }))).toBe("done");
    worlds.clock.advance(2000);
    expect(await world.engine.up(program({ failurePolicy: "warn" }))).toBe("done");
    expect(await world.sent()).toEqual([["a", "b"], ["b"]]);
    expect(await world.engine.up(program({ failurePolicy: "warn" }))).toBe("same");
  });

  test("a refresh after a time-out: the next up watches on", async () => {
    await using world = await worlds.open(subject, { [subject.taskMs]: 60_000 });
    await world.restart();
    expect(await world.engine.up(program(), 20)).toBe("partial");
    expect(await world.engine.refresh()).toBe("done");
    expect(await world.engine.up(program())).toBe("done");
    expect(world.engine.state?.outputs).toMatchObject({ status: "complete" });
    expect(await world.sent()).toEqual([["a", "b"]]);
  });
});
