/** What is owed survives everything that may happen between two runs. Each test stands for a bug that the fuzz found. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Bag } from "../protocol/client.ts";
import { subjects, url } from "./subjects.ts";
import { TestBeds } from "./test-bed.ts";

const beds = new TestBeds();
beforeAll(() => beds.warmUp());
afterAll(() => beds[Symbol.asyncDispose]());

describe.each(subjects)("$name", (subject) => {
  const program = (more: Bag = {}): Bag => ({
    ...subject.base,
    targets: ["a", "b"].map((page) => url(subject, page)),
    contentHash: "1",
    ...more,
  });
  const failing = { kind: "failTarget", target: url(subject, "b"), as: "row", count: 1 } as const;

  test("a refresh in between: what a failed create owes is still sent", async () => {
    await using bed = await beds.open(subject);
    await bed.restart();
    await bed.cloud.faults.add(failing);
    expect(await bed.engine.up(program())).toBe("partial");
    beds.clock.advance(2000);
    expect(await bed.engine.refresh()).toBe("done");
    expect(await bed.engine.up(program())).toBe("done");
    expect(await bed.sent()).toEqual([["a", "b"], ["b"]]);
    expect(await bed.engine.up(program())).toBe("same");
  });

  test('failurePolicy "warn": the next up sends what is owed, though nothing changed', async () => {
    await using bed = await beds.open(subject);
    await bed.restart();
    await bed.cloud.faults.add(failing);
    expect(await bed.engine.up(program({ failurePolicy: "warn" }))).toBe("done");
    beds.clock.advance(2000);
    expect(await bed.engine.up(program({ failurePolicy: "warn" }))).toBe("done");
    expect(await bed.sent()).toEqual([["a", "b"], ["b"]]);
    expect(await bed.engine.up(program({ failurePolicy: "warn" }))).toBe("same");
  });

  test("a refresh after a time-out: the next up watches on", async () => {
    await using bed = await beds.open(subject, { [subject.taskMs]: 60_000 });
    await bed.restart();
    expect(await bed.engine.up(program(), 20)).toBe("partial");
    expect(await bed.engine.refresh()).toBe("done");
    expect(await bed.engine.up(program())).toBe("done");
    expect(bed.engine.state?.outputs).toMatchObject({ status: "complete" });
    expect(await bed.sent()).toEqual([["a", "b"]]);
  });
});
