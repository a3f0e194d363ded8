/**
 * What other tools get wrong with the same clouds, each as a test that it
 * does not happen here. In brackets: whose defect it is.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Bag } from "../protocol/client.ts";
import { subjects, url, type Subject } from "./subjects.ts";
import { Worlds, type World } from "./world.ts";

const worlds = new Worlds();
beforeAll(() => worlds.warmUp());
afterAll(() => worlds[Symbol.asyncDispose]());

function subjectOf(name: string): Subject {
  const found = subjects.find((subject) => subject.name === name);
  if (found === undefined) throw new Error(`no subject ${name}`);
  return found;
}

const teo = subjectOf("EdgeOne");
const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}`);

function program(
  subject: Subject,
  contentHash: string,
  pages: readonly string[] = ["a", "b", "c"],
  more: Bag = {},
): Bag {
  return { ...subject.base, targets: pages.map((page) => url(subject, page)), contentHash, ...more };
}

async function fresh(subject: Subject, limits: Readonly<Record<string, number>> = {}): Promise<World> {
  const world = await worlds.open(subject, limits);
  await world.restart();
  return world;
}

/** How long `work` takes by the clock of the cloud. */
async function lasting(work: () => Promise<unknown>): Promise<number> {
  const start = worlds.clock.now();
  await work();
  return worlds.clock.now() - start;
}

describe("EdgeOne by Terraform", () => {
  test("1,500 targets are one call, and all rows are seen, not the first 20 [success from page one]", async () => {
    await using world = await fresh(teo);
    await world.cloud.faults.add({
      kind: "failTarget",
      target: url(teo, "1499"),
      as: "row",
      reason: "Internal Error",
      count: 1,
    });
    expect(await world.engine.up(program(teo, "1", numbered(1500)))).toBe("partial");
    expect(await world.sent()).toEqual([numbered(1500)]);
    expect(world.engine.state?.outputs).toMatchObject({ owed: [{ target: url(teo, "1499") }] });
    expect(await world.engine.up(program(teo, "1", numbered(1500)))).toBe("done");
    expect((await world.sent()).slice(1)).toEqual([["1499"]]);
  });

  test("target 51 of 100 failed: the update fails and names it [exit 0, “Apply complete”]", async () => {
    await using world = await fresh(teo);
    await world.cloud.faults.add({
      kind: "failTarget",
      target: url(teo, "51"),
      as: "row",
      reason: "origin timeout",
      count: 1,
    });
    expect(await world.engine.up(program(teo, "1", numbered(100)))).toBe("partial");
    expect(world.engine.reasons.join()).toContain(`1 file not purged`);
    expect(world.engine.reasons.join()).toContain(url(teo, "51"));
    expect(world.engine.reasons.join()).toContain("origin timeout");
  });

  test("a FailedList is read: the refused target is owed with its reason [silent success]", async () => {
    await using world = await fresh(teo);
    await world.cloud.faults.add({
      kind: "failTarget",
      target: url(teo, "b"),
      as: "failedList",
      reason: "domain not valid",
      count: 1,
    });
    expect(await world.engine.up(program(teo, "1"))).toBe("partial");
    expect(world.engine.reasons.join()).toContain("domain not valid");
    expect(world.engine.state?.outputs["owed"]).toMatchObject([{ target: url(teo, "b"), reason: "domain not valid" }]);
  });

  test.each(["error", "job", "emptyJob"])(
    "all targets refused, told as “%s”: over at once, with the reason [polls to the time-out]",
    async (how) => {
      await using world = await fresh(teo);
      await world.cloud.settings.switches({ "teo.allTargetsFailed": how });
      const elsewhere = { ...teo.base, targets: ["http://www.example.org/a"], contentHash: "1" };
      const took = await lasting(async () =>
        expect(["partial", "refused"]).toContain(await world.engine.up(elsewhere)),
      );
      expect(took).toBeLessThan(1000);
      expect(world.engine.reasons.join()).toContain("http://www.example.org/a");
      expect(world.engine.reasons.join()).toMatch(/not purged: \S+: \S+/);
    },
  );

  test("a failed row without FailType is a failed target [panic; 9 sent twice]", async () => {
    await using world = await fresh(teo);
    await world.cloud.faults.add({ kind: "failTarget", target: url(teo, "3"), as: "row", failType: null, count: 1 });
    expect(await world.engine.up(program(teo, "1", numbered(20)))).toBe("partial");
    expect(world.engine.state?.outputs["owed"]).toMatchObject([{ target: url(teo, "3") }]);
    expect(await world.engine.up(program(teo, "1", numbered(20)))).toBe("done");
    expect(await world.sent()).toEqual([numbered(20), ["3"]]);
  });

  test("FailedList null is an empty one", async () => {
    await using world = await fresh(teo);
    await world.cloud.faults.add({ kind: "nullFailedList" });
    expect(await world.engine.up(program(teo, "1"))).toBe("done");
  });

  test.each([1, 3])("an answer lost %i times: sent once [2 and 4 submissions]", async (count) => {
    await using world = await fresh(teo);
    await world.cloud.faults.add({ kind: "resetAfter", action: teo.submit, count });
    expect(await world.engine.up(program(teo, "1"))).toBe("done");
    expect(await world.sent()).toEqual([["a", "b", "c"]]);
  });

  test("InternalError once is tried again [immediate failure]", async () => {
    await using world = await fresh(teo);
    await world.cloud.faults.add({ kind: "error", code: "InternalError", action: teo.submit, count: 1 });
    expect(await world.engine.up(program(teo, "1"))).toBe("done");
    expect(await world.sent()).toEqual([["a", "b", "c"]]);
  });

  test("killed after sending: the next run sends once more, then never again [all jobs since the last save, doubled]", async () => {
    await using world = await fresh(teo, { [teo.taskMs]: 60_000 });
    await world.engine.up(program(teo, "1"));
    world.killAt(1, teo.submit, true);
    expect(await world.engine.up(program(teo, "2"))).toBe("killed");
    await world.restart();
    expect(await world.engine.up(program(teo, "2"))).toBe("done");
    expect(await world.sent()).toHaveLength(3);
    expect(await world.engine.up(program(teo, "2"))).toBe("same");
    expect(await world.sent()).toHaveLength(3);
  });

  test("a target added to the list: it alone is sent [all targets sent again]", async () => {
    await using world = await fresh(teo);
    await world.engine.up(program(teo, "1", ["a"]));
    expect(await world.engine.up(program(teo, "1", ["a", "b"]))).toBe("done");
    expect(await world.sent()).toEqual([["a"], ["b"]]);
  });

  test("an option changed: recorded once, then no difference [plans an update that fails, for ever]", async () => {
    await using world = await fresh(teo);
    const tags = (domains: string[]): Bag => ({
      zoneId: teo.base["zoneId"],
      type: "purge_cache_tag",
      targets: ["news"],
      contentHash: "1",
      cacheTagDomains: domains,
    });
    await world.engine.up(tags(["www.example.net"]));
    expect(await world.engine.up(tags(["www.example.net", "img.example.net"]))).toBe("done");
    expect(await world.engine.up(tags(["www.example.net", "img.example.net"]))).toBe("same");
    expect(await world.cloud.requests.find({ action: teo.submit })).toHaveLength(1);
  });

  test.each([
    ["type", { type: "purge_everything" }],
    ["method", { method: "delete" }],
    ["a target twice", { targets: [url(teo, "a"), url(teo, "a")] }],
    ["no URL", { targets: ["a page"] }],
    ["tags without a tag, as its own example has it", { type: "purge_cache_tag", targets: null }],
    ["no scheme", { targets: ["www.example.net/a"] }],
  ])("refused before anything is planned: %s [plans fine]", async (_, more) => {
    await using world = await fresh(teo);
    await expect(world.engine.preview(program(teo, "1", ["a"], more))).rejects.toThrow("the program is refused");
    expect(await world.cloud.requests.find()).toEqual([]);
  });

  test("an unknown zone is refused by the preview [plans fine]", async () => {
    await using world = await fresh(teo);
    await expect(world.engine.preview(program(teo, "1", ["a"], { zoneId: "zone-nobodysown" }))).rejects.toThrow(
      "ZoneNotFound",
    );
  });

  test("a task of 2 s is seen done within 2.5 s [4.2 s]", async () => {
    await using world = await fresh(teo, { [teo.taskMs]: 2000 });
    expect(await lasting(() => world.engine.up(program(teo, "1")))).toBeLessThanOrEqual(2500);
  });
});

describe.each(subjects)("CDN by Terraform and the rest: $name", (subject) => {
  test("refresh, preview and up ask nothing, years after the vendor forgot the task [refresh fails; calls on every plan]", async () => {
    await using world = await fresh(subject);
    await world.engine.up(program(subject, "1"));
    await world.cloud.requests.clear();
    worlds.clock.advance(3 * 365 * 86_400_000);
    const before = world.engine.state;
    expect(await world.engine.refresh()).toBe("done");
    expect(world.engine.state).toEqual(before);
    await world.engine.preview(program(subject, "1"));
    expect(await world.engine.up(program(subject, "1"))).toBe("same");
    expect(await world.cloud.requests.find()).toEqual([]);
  });

  test("a failed task is no success, and one under way is none either [both count as created]", async () => {
    await using world = await fresh(subject, { [subject.taskMs]: 60_000 });
    await world.cloud.faults.add({ kind: "failTarget", target: url(subject, "a"), as: "row", count: 1 });
    expect(await world.engine.up(program(subject, "1", ["a"]), 10)).toBe("partial");
    expect(world.engine.state?.outputs).toMatchObject({ status: "submitted", owed: [] });
    expect(await world.engine.up(program(subject, "1", ["a"]))).toBe("partial");
    expect(world.engine.state?.outputs).toMatchObject({ status: "failed", owed: [{ target: url(subject, "a") }] });
  });

  test("toggling wait or another option sends nothing [SST purges; TCDN records a purge that never was]", async () => {
    await using world = await fresh(subject);
    await world.engine.up(program(subject, "1"));
    await world.engine.up(program(subject, "1", undefined, { wait: false }));
    await world.engine.up(program(subject, "1", undefined, { wait: true, ...subject.option }));
    expect(await world.sent()).toHaveLength(1);
    expect(world.engine.state?.outputs["purgeCount"]).toBe(1);
  });

  test("A, B, A: each change is sent [Alchemy: the second A is none]", async () => {
    await using world = await fresh(subject);
    for (const hash of ["A", "B", "A"]) expect(await world.engine.up(program(subject, hash))).toBe("done");
    expect(await world.sent()).toHaveLength(3);
  });

  test("destroy sends nothing [CDK purges on delete]", async () => {
    await using world = await fresh(subject);
    await world.engine.up(program(subject, "1"));
    await world.cloud.requests.clear();
    expect(await world.engine.destroy()).toBe("done");
    expect(await world.cloud.requests.find()).toEqual([]);
  });

  test("3,500 files are all sent, each once, in the fewest calls [SST overwrites some; others send one long list]", async () => {
    await using world = await fresh(subject, { "cdn.refreshQueue": 1e6, "dcdn.refreshQueue": 1e6 });
    expect(await world.engine.up(program(subject, "1", numbered(3500)))).toBe("done");
    const calls = await world.sent();
    expect(calls).toHaveLength(subject === teo ? 2 : 4);
    expect(calls.flat().toSorted()).toEqual(numbered(3500).toSorted());
  });

  test("a page renamed: the old name is purged [SST hashes contents only]", async () => {
    await using world = await fresh(subject);
    const contents = (...pages: string[]): Bag => ({
      ...subject.base,
      contents: Object.fromEntries(pages.map((page) => [url(subject, page), "same"])),
    });
    await world.engine.up(contents("a", "b"));
    await world.engine.up(contents("a", "c"));
    expect((await world.sent())[1]).toEqual(["b"]);
  });

  test("without a hash nothing would ever fire: refused in Check [replacementTrigger: null to value never fires]", async () => {
    await using world = await fresh(subject);
    const { contentHash: _, ...without } = program(subject, "1");
    await expect(world.engine.up(without)).rejects.toThrow("contentHash: is required");
    await expect(world.engine.up({ ...without, contentHash: null })).rejects.toThrow("is required");
    expect(await world.cloud.requests.find()).toEqual([]);
  });
});
