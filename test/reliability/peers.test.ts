/**
 * What other tools get wrong with the same clouds, each as a test that it
 * does not happen here. In brackets: whose defect it is.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Bag } from "../protocol/client.ts";
import { subjects, url, type Subject } from "./subjects.ts";
import { TestBeds, type TestBed } from "./test-bed.ts";

const beds = new TestBeds();
beforeAll(() => beds.warmUp());
afterAll(() => beds[Symbol.asyncDispose]());

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

async function fresh(subject: Subject, limits: Readonly<Record<string, number>> = {}): Promise<TestBed> {
  const bed = await beds.open(subject, limits);
  await bed.restart();
  return bed;
}

/** How long `work` takes by the clock of the cloud. */
async function lasting(work: () => Promise<unknown>): Promise<number> {
  const start = beds.clock.now();
  await work();
  return beds.clock.now() - start;
}

describe("EdgeOne by Terraform", () => {
  test("1,500 targets are one call, and all rows are seen, not the first 20 [success from page one]", async () => {
    await using bed = await fresh(teo);
    await bed.cloud.faults.add({
      kind: "failTarget",
      target: url(teo, "1499"),
      as: "row",
      reason: "Internal Error",
      count: 1,
    });
    expect(await bed.engine.up(program(teo, "1", numbered(1500)))).toBe("partial");
    expect(await bed.sent()).toEqual([numbered(1500)]);
    expect(bed.engine.state?.outputs).toMatchObject({ owed: [{ target: url(teo, "1499") }] });
    expect(await bed.engine.up(program(teo, "1", numbered(1500)))).toBe("done");
    expect((await bed.sent()).slice(1)).toEqual([["1499"]]);
  });

  test("target 51 of 100 failed: the update fails and names it [exit 0, “Apply complete”]", async () => {
    await using bed = await fresh(teo);
    await bed.cloud.faults.add({
      kind: "failTarget",
      target: url(teo, "51"),
      as: "row",
      reason: "origin timeout",
      count: 1,
    });
    expect(await bed.engine.up(program(teo, "1", numbered(100)))).toBe("partial");
    expect(bed.engine.reasons.join()).toContain(`1 file not purged`);
    expect(bed.engine.reasons.join()).toContain(url(teo, "51"));
    expect(bed.engine.reasons.join()).toContain("origin timeout");
  });

  test("a FailedList is read: the refused target is owed with its reason [silent success]", async () => {
    await using bed = await fresh(teo);
    await bed.cloud.faults.add({
      kind: "failTarget",
      target: url(teo, "b"),
      as: "failedList",
      reason: "domain not valid",
      count: 1,
    });
    expect(await bed.engine.up(program(teo, "1"))).toBe("partial");
    expect(bed.engine.reasons.join()).toContain("domain not valid");
    expect(bed.engine.state?.outputs["owed"]).toMatchObject([{ target: url(teo, "b"), reason: "domain not valid" }]);
  });

  test.each(["error", "job", "emptyJob"])(
    "all targets refused, told as “%s”: over at once, with the reason [polls to the time-out]",
    async (how) => {
      await using bed = await fresh(teo);
      await bed.cloud.settings.switches({ "teo.allTargetsFailed": how });
      const elsewhere = { ...teo.base, targets: ["http://www.example.org/a"], contentHash: "1" };
      const took = await lasting(async () => expect(["partial", "refused"]).toContain(await bed.engine.up(elsewhere)));
      expect(took).toBeLessThan(1000);
      expect(bed.engine.reasons.join()).toContain("http://www.example.org/a");
      expect(bed.engine.reasons.join()).toMatch(/not purged: \S+: \S+/);
    },
  );

  test("a failed row without FailType is a failed target [panic; 9 sent twice]", async () => {
    await using bed = await fresh(teo);
    await bed.cloud.faults.add({ kind: "failTarget", target: url(teo, "3"), as: "row", failType: null, count: 1 });
    expect(await bed.engine.up(program(teo, "1", numbered(20)))).toBe("partial");
    expect(bed.engine.state?.outputs["owed"]).toMatchObject([{ target: url(teo, "3") }]);
    expect(await bed.engine.up(program(teo, "1", numbered(20)))).toBe("done");
    expect(await bed.sent()).toEqual([numbered(20), ["3"]]);
  });

  test("FailedList null is an empty one", async () => {
    await using bed = await fresh(teo);
    await bed.cloud.faults.add({ kind: "nullFailedList" });
    expect(await bed.engine.up(program(teo, "1"))).toBe("done");
  });

  test.each([1, 3])("an answer lost %i times: sent once [2 and 4 submissions]", async (count) => {
    await using bed = await fresh(teo);
    await bed.cloud.faults.add({ kind: "resetAfter", action: teo.submit, count });
    expect(await bed.engine.up(program(teo, "1"))).toBe("done");
    expect(await bed.sent()).toEqual([["a", "b", "c"]]);
  });

  test("InternalError once is tried again [immediate failure]", async () => {
    await using bed = await fresh(teo);
    await bed.cloud.faults.add({ kind: "error", code: "InternalError", action: teo.submit, count: 1 });
    expect(await bed.engine.up(program(teo, "1"))).toBe("done");
    expect(await bed.sent()).toEqual([["a", "b", "c"]]);
  });

  test("killed after sending: the next run sends once more, then never again [all jobs since the last save, doubled]", async () => {
    await using bed = await fresh(teo, { [teo.taskMs]: 60_000 });
    await bed.engine.up(program(teo, "1"));
    bed.killAt(1, teo.submit, true);
    expect(await bed.engine.up(program(teo, "2"))).toBe("killed");
    await bed.restart();
    expect(await bed.engine.up(program(teo, "2"))).toBe("done");
    expect(await bed.sent()).toHaveLength(3);
    expect(await bed.engine.up(program(teo, "2"))).toBe("same");
    expect(await bed.sent()).toHaveLength(3);
  });

  test("a target added to the list: it alone is sent [all targets sent again]", async () => {
    await using bed = await fresh(teo);
    await bed.engine.up(program(teo, "1", ["a"]));
    expect(await bed.engine.up(program(teo, "1", ["a", "b"]))).toBe("done");
    expect(await bed.sent()).toEqual([["a"], ["b"]]);
  });

  test("an option changed: recorded once, then no difference [plans an update that fails, for ever]", async () => {
    await using bed = await fresh(teo);
    const tags = (domains: string[]): Bag => ({
      zoneId: teo.base["zoneId"],
      type: "purge_cache_tag",
      targets: ["news"],
      contentHash: "1",
      cacheTagDomains: domains,
    });
    await bed.engine.up(tags(["www.example.net", "img.example.net"]));
    expect(await bed.engine.up(tags(["img.example.net"]))).toBe("done");
    expect(await bed.engine.up(tags(["img.example.net"]))).toBe("same");
    expect(await bed.cloud.requests.find({ action: teo.submit })).toHaveLength(1);
  });

  test.each([
    ["type", { type: "purge_everything" }],
    ["method", { method: "delete" }],
    ["a target twice", { targets: [url(teo, "a"), url(teo, "a")] }],
    ["no URL", { targets: ["a page"] }],
    ["tags without a tag, as its own example has it", { type: "purge_cache_tag", targets: null }],
    ["no scheme", { targets: ["www.example.net/a"] }],
  ])("refused before anything is planned: %s [plans fine]", async (_, more) => {
    await using bed = await fresh(teo);
    await expect(bed.engine.preview(program(teo, "1", ["a"], more))).rejects.toThrow("the program is refused");
    expect(await bed.cloud.requests.find()).toEqual([]);
  });

  test("an unknown zone is refused by the preview [plans fine]", async () => {
    await using bed = await fresh(teo);
    await expect(bed.engine.preview(program(teo, "1", ["a"], { zoneId: "zone-nobodysown" }))).rejects.toThrow(
      "ZoneNotFound",
    );
  });

  test("a task of 2 s is seen done within 2.5 s [4.2 s]", async () => {
    await using bed = await fresh(teo, { [teo.taskMs]: 2000 });
    expect(await lasting(() => bed.engine.up(program(teo, "1")))).toBeLessThanOrEqual(2500);
  });
});

describe.each(subjects)("CDN by Terraform and the rest: $name", (subject) => {
  test("refresh, preview and up ask nothing, years after the vendor forgot the task [refresh fails; calls on every plan]", async () => {
    await using bed = await fresh(subject);
    await bed.engine.up(program(subject, "1"));
    await bed.cloud.requests.clear();
    beds.clock.advance(3 * 365 * 86_400_000);
    const before = bed.engine.state;
    expect(await bed.engine.refresh()).toBe("done");
    expect(bed.engine.state).toEqual(before);
    await bed.engine.preview(program(subject, "1"));
    expect(await bed.engine.up(program(subject, "1"))).toBe("same");
    expect(await bed.cloud.requests.find()).toEqual([]);
  });

  test("a failed task is no success, and one under way is none either [both count as created]", async () => {
    await using bed = await fresh(subject, { [subject.taskMs]: 60_000 });
    await bed.cloud.faults.add({ kind: "failTarget", target: url(subject, "a"), as: "row", count: 1 });
    expect(await bed.engine.up(program(subject, "1", ["a"]), 10)).toBe("partial");
    expect(bed.engine.state?.outputs).toMatchObject({ status: "submitted", owed: [] });
    expect(await bed.engine.up(program(subject, "1", ["a"]))).toBe("partial");
    expect(bed.engine.state?.outputs).toMatchObject({ status: "failed", owed: [{ target: url(subject, "a") }] });
  });

  test("toggling wait or another option sends nothing [SST purges; TCDN records a purge that never was]", async () => {
    await using bed = await fresh(subject);
    await bed.engine.up(program(subject, "1"));
    await bed.engine.up(program(subject, "1", undefined, { wait: false }));
    await bed.engine.up(program(subject, "1", undefined, { wait: true, ...subject.option }));
    expect(await bed.sent()).toHaveLength(1);
    expect(bed.engine.state?.outputs["purgeCount"]).toBe(1);
  });

  test("A, B, A: each change is sent [Alchemy: the second A is none]", async () => {
    await using bed = await fresh(subject);
    for (const hash of ["A", "B", "A"]) expect(await bed.engine.up(program(subject, hash))).toBe("done");
    expect(await bed.sent()).toHaveLength(3);
  });

  test("destroy sends nothing [CDK purges on delete]", async () => {
    await using bed = await fresh(subject);
    await bed.engine.up(program(subject, "1"));
    await bed.cloud.requests.clear();
    expect(await bed.engine.destroy()).toBe("done");
    expect(await bed.cloud.requests.find()).toEqual([]);
  });

  test("3,500 files are all sent, each once, in the fewest calls [SST overwrites some; others send one long list]", async () => {
    await using bed = await fresh(subject, { "cdn.refreshQueue": 1e6, "dcdn.refreshQueue": 1e6 });
    expect(await bed.engine.up(program(subject, "1", numbered(3500)))).toBe("done");
    const calls = await bed.sent();
    expect(calls).toHaveLength(subject === teo ? 2 : 4);
    expect(calls.flat().toSorted()).toEqual(numbered(3500).toSorted());
  });

  test("a page renamed: the old name is purged [SST hashes contents only]", async () => {
    await using bed = await fresh(subject);
    const contents = (...pages: string[]): Bag => ({
      ...subject.base,
      contents: Object.fromEntries(pages.map((page) => [url(subject, page), "same"])),
    });
    await bed.engine.up(contents("a", "b"));
    await bed.engine.up(contents("a", "c"));
    expect((await bed.sent())[1]).toEqual(["b"]);
  });

  test("without a hash nothing would ever fire: refused in Check [replacementTrigger: null to value never fires]", async () => {
    await using bed = await fresh(subject);
    const { contentHash: _, ...without } = program(subject, "1");
    await expect(bed.engine.up(without)).rejects.toThrow("contentHash: is required");
    await expect(bed.engine.up({ ...without, contentHash: null })).rejects.toThrow("is required");
    expect(await bed.cloud.requests.find()).toEqual([]);
  });
});
