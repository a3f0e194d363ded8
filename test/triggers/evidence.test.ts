/** What may stand for a call without answer: a row of its time, of its very target, under its own name. */
import { describe, expect, test } from "vitest";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import * as teo from "../../provider/src/clouds/tencent/teo/index.ts";
import { planPurge } from "../../provider/src/triggers/plan.ts";
import { listedNotes, mostListed, type Owed } from "../../provider/src/triggers/receipts.ts";
import { done, hash, sentAt, wanted } from "./planned.ts";
import { byHash, Setting, urls } from "./setting.ts";
import { siteId, useTenants, zoneId } from "./tenants.ts";

describe("rows whose times are not the cloud's own", () => {
  test.each([
    ["a zone's time that says Z", 8 * 3_600_000],
    ["a clock ahead of what answers say", 120_000],
  ])("%s: an older purge is not taken for a lost call, which is sent again", async (_name, rowsAheadMs) => {
    const setting = new Setting({ rowsAheadMs });
    const first = await setting.run(undefined, byHash("1", urls(1)));
    await setting.clock.sleep(90_000);
    setting.cloud.troubles.push("lostBefore");
    const next = await setting.restarted().run({ ...first.receipts, tasks: [] }, byHash("2", urls(1)));
    expect(next.receipts).toMatchObject({
      status: "complete",
      tasks: [{ sentAgain: expect.stringContaining("times") }],
    });
    expect(setting.cloud.calls).toHaveLength(2);
  });
});

describe("more was lost than the state has notes of", () => {
  const names = urls(mostListed + 500);
  const note = (target: string, reference: string): Owed => {
    return { target, code: "AnswerLost", reason: "", sentAt, reference };
  };
  const lostIn = (referenceOf: (at: number) => string) => {
    const marks = Object.fromEntries(names.map((name) => [name, "lost" as const]));
    const receipts = done(wanted(hash("1", names)), marks);
    const owed = listedNotes(names.map((name, at) => note(name, referenceOf(at))));
    expect(owed).toHaveLength(mostListed);
    return planPurge({ ...receipts, owed }, wanted(hash("1", names))).lost;
  };

  test("in several calls: what one was called is not taken for the name of another", () => {
    const lost = lostIn((at) => (at < mostListed + 100 ? "first" : "second"));
    const unnoted = lost.filter(({ target }) => Number(target.split("/").at(-1)) > mostListed + 100);
    expect(unnoted.map(({ reference }) => reference)).not.toContain("first");
    expect(unnoted).toHaveLength(399);
  });

  test("in one call: all of it is looked up by its name", () => {
    expect(new Set(lostIn(() => "only").map(({ reference }) => reference))).toEqual(new Set(["only"]));
  });
});

describe("a tag that differs in a letter's case is another tag, whatever it looks like", () => {
  const world = useTenants();

  test.each([
    ["ESA", esa, "esa:PurgeTrigger", { siteId, type: "cachetag" }, "PurgeCaches"],
    ["EdgeOne", teo, "teo:PurgeTrigger", { zoneId, type: "purge_cache_tag" }, "CreatePurgeTask"],
  ] as const)(
    "%s: its purge at the same moment is not a lost call's",
    async (_name, module, token, program, action) => {
      const { control, stack, other, calls } = await world();
      await control.faults.add({ kind: "resetBefore", action, target: "News.EN", count: 1 });
      await Promise.all([
        stack(module, token).up({ ...program, targets: ["News.EN"], contentHash: "1" }),
        other(module, token).up({ ...program, targets: ["news.en"], contentHash: "1" }),
      ]);
      expect((await calls(action)).filter((params) => JSON.stringify(params).includes("News.EN"))).toHaveLength(1);
    },
  );
});
