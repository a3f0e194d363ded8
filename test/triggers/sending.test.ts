/** Sending, sharing calls and retrying, on a paper cloud and a virtual clock. */
import { describe, expect, test } from "vitest";
import { byHash, Setting, urls } from "./setting.ts";

describe("calls", () => {
  test("n targets cost exactly ceil(n / limit) calls", async () => {
    for (const count of [1, 999, 1000, 1001, 2500]) {
      const setting = new Setting();
      const { receipts } = await setting.run(undefined, byHash("1", urls(count)));
      expect(setting.cloud.calls.length).toBe(Math.ceil(count / 1000));
      expect(setting.cloud.sent()).toEqual(urls(count));
      expect(receipts.status).toBe("complete");
    }
  });

  test.each([1000, 10_000, 100_000])(
    "%i changed URLs of one trigger cost the fewest calls, at the vendor's pace",
    async (count) => {
      const setting = new Setting({ strict: true, taskMs: 0 });
      const start = setting.clock.now();
      await setting.run(undefined, byHash("1", urls(count), false));
      const fewest = Math.ceil(count / 1000);
      expect(setting.cloud.calls.length).toBe(fewest);
      expect(setting.cloud.refusedForPace).toBe(0);
      const optimal = (Math.ceil(fewest / 20) - 1) * 1000;
      // What leaves in the first window is spread over a third of it, and each later call leaves a window after another.
      expect(setting.clock.now() - start).toBeLessThanOrEqual(optimal * 1.05 + 350);
    },
  );

  test(
    "1,000 triggers at the same time, 64 in parallel, share calls and are never refused for pace",
    { timeout: 120_000 },
    async () => {
      const setting = new Setting({ strict: true, taskMs: 2000 });
      const queue = urls(1000);
      const worker = async (): Promise<void> => {
        for (let url = queue.shift(); url !== undefined; url = queue.shift())
          await setting.run(undefined, byHash("1", [url]));
      };
      await Promise.all(Array.from({ length: 64 }, worker));
      expect(setting.cloud.sent().toSorted()).toEqual(urls(1000).toSorted());
      expect(setting.cloud.calls.length).toBeLessThanOrEqual(50);
      expect(setting.cloud.refusedForPace).toBe(0);
    },
  );

  test("many calls keep the vendor's pace and lose less than 5 % to it", async () => {
    const setting = new Setting({ strict: true, rules: { perCall: 1 }, taskMs: 0 });
    const start = setting.clock.now();
    await setting.run(undefined, byHash("1", urls(400), false));
    expect(setting.cloud.refusedForPace).toBe(0);
    const optimal = (400 / 20 - 1) * 1000;
    expect(setting.clock.now() - start).toBeLessThanOrEqual(optimal * 1.05 + 100);
  });

  test.each([-300_000, 300_000])(
    "the machine's clock is moved by %i ms in mid-run: nothing waits for it",
    async (ms) => {
      const setting = new Setting({ strict: true, rules: { perCall: 1 }, taskMs: 2000 });
      const { clock, cloud } = setting;
      const start = clock.monotonic();
      void clock.sleep(1500).then(() => clock.set(clock.now() + ms));
      const { receipts } = await setting.run(undefined, byHash("1", urls(100)));
      expect(receipts.status).toBe("complete");
      expect(cloud.refusedForPace).toBe(0);
      const optimal = (100 / 20 - 1) * 1000;
      expect(clock.monotonic() - start).toBeLessThanOrEqual(optimal * 1.05 + 2500);
    },
  );

  test("one small trigger does not wait behind a big one", async () => {
    const setting = new Setting({ rules: { perCall: 10 }, pace: { calls: 1, perMs: 1000 } });
    const big = setting.run(undefined, byHash("1", urls(200), false));
    await setting.clock.sleep(1500);
    const start = setting.clock.now();
    await setting.run(undefined, byHash("1", ["https://www.example.com/small"], false));
    expect(setting.clock.now() - start).toBeLessThan(3000);
    await big;
  });
});

describe("trouble while sending", () => {
  test("throttled and transient refusals are sent again, once each", async () => {
    const setting = new Setting();
    setting.cloud.troubles.push("throttled", "transient");
    const { receipts } = await setting.run(undefined, byHash("1", urls(3)));
    expect(receipts.status).toBe("complete");
    expect(setting.cloud.calls.length).toBe(1);
    // Else a run that cannot reach its cloud would stand still without a word, for two minutes.
    expect(setting.statuses).toEqual(
      expect.arrayContaining([expect.stringContaining("slowing down"), expect.stringContaining("trying again")]),
    );
  });

  test("a lost answer is looked up: found, nothing is sent again", async () => {
    const setting = new Setting({ listedAfterMs: 900 });
    setting.cloud.troubles.push("lostAfter");
    const { receipts } = await setting.run(undefined, byHash("1", urls(3)));
    expect(receipts).toMatchObject({ status: "complete", tasks: [{ taskIds: ["t1"] }] });
    expect(setting.cloud.calls.length).toBe(1);
  });

  test("a lost answer is looked up: not there, it is sent again", async () => {
    const setting = new Setting();
    setting.cloud.troubles.push("lostBefore");
    const { receipts } = await setting.run(undefined, byHash("1", urls(3)));
    expect(receipts.status).toBe("complete");
    expect(setting.cloud.calls.length).toBe(1);
  });

  test("an earlier purge of the same targets is never taken for the lost one", async () => {
    const setting = new Setting();
    const first = await setting.run(undefined, byHash("1", urls(3)));
    setting.cloud.troubles.push("lostBefore");
    const second = await setting.run(first.receipts, byHash("2", urls(3)));
    expect(second.receipts.tasks.map((task) => task.taskIds)).toEqual([["t2"]]);
    expect(setting.cloud.calls.length).toBe(2);
  });

  test("each refused target is owed with the vendor's words, the others are done", async () => {
    const setting = new Setting();
    setting.cloud.refusing.add("https://www.example.com/1");
    const first = await setting.run(undefined, byHash("1", urls(3)));
    expect(first.receipts).toMatchObject({
      status: "partial",
      owed: [{ target: "https://www.example.com/1", code: "NoSuchHost", reason: "domain not valid" }],
    });
    setting.cloud.refusing.clear();
    const second = await setting.run(first.receipts, byHash("1", urls(3)));
    expect(second.receipts).toMatchObject({ status: "complete", owed: [] });
    expect(setting.cloud.calls[1]?.targets).toEqual(["https://www.example.com/1"]);
  });

  test("a culprit is owed with the words of its own refusal, not of the call that it was found in", async () => {
    const setting = new Setting();
    setting.cloud.troubles.push("notFound", "invalid");
    const { receipts } = await setting.run(undefined, byHash("1", urls(2)));
    expect(receipts).toMatchObject({ status: "partial", owed: [{ code: "Paper.invalid" }] });
    expect(setting.cloud.sent()).toHaveLength(1);
  });

  test("throttled after minutes in line, a call keeps its place: only trouble is given up", async () => {
    const setting = new Setting({ rules: { perCall: 1 }, pace: { calls: 1, perMs: 60_000 } });
    void setting.clock.sleep(150_000).then(() => setting.cloud.troubles.push("throttled"));
    const { receipts } = await setting.run(undefined, byHash("1", urls(4)));
    expect(receipts).toMatchObject({ status: "complete", owed: [] });
    expect(setting.cloud.sent().toSorted()).toEqual(urls(4));
  });

  test("100,000 owed targets stay small in state, and all are sent by the next run", { timeout: 120_000 }, async () => {
    const setting = new Setting({ taskMs: 0 });
    for (let call = 0; call < 100; call++) setting.cloud.troubles.push("quota");
    const first = await setting.run(undefined, byHash("1", urls(100_000)));
    expect(first.undone).toHaveLength(100_000);
    expect(JSON.stringify(first.receipts).length).toBeLessThan(2_000_000);
    const second = await setting.restarted().run(first.receipts, byHash("1", urls(100_000)));
    expect(second.receipts).toMatchObject({ status: "complete", owed: [] });
    expect(second.receipts.ledger.owed).toBe(0);
    expect(setting.cloud.sent().toSorted()).toEqual(urls(100_000).toSorted());
  });

  test("one trigger's bad call does not spoil a neighbour's", async () => {
    const setting = new Setting();
    setting.cloud.troubles.push("invalid", "invalid");
    const [one, two] = await Promise.all([
      setting.run(undefined, byHash("1", ["https://www.example.com/bad"])),
      setting.run(undefined, byHash("1", ["https://www.example.com/good"])),
    ]);
    expect([one.receipts.status, two.receipts.status]).toEqual(["failed", "complete"]);
  });

  test("a quota that two triggers' call is over need not be either's: each goes by itself then", async () => {
    const setting = new Setting();
    setting.cloud.troubles.push("quota");
    const [one = "", two = ""] = urls(2);
    const ran = await Promise.all([one, two].map((url) => setting.run(undefined, byHash("1", [url]))));
    expect(ran.map(({ receipts }) => receipts.status)).toEqual(["complete", "complete"]);
    expect(setting.cloud.calls.map(({ targets }) => targets)).toEqual([[one], [two]]);
  });

  test("a fault of this provider ends the triggers of its call, and no others", async () => {
    const setting = new Setting({ rules: { perCall: 1 }, pace: { calls: 1, perMs: 10_000 } });
    const [bad = "", good = ""] = urls(2);
    setting.cloud.objection = ([target]) => {
      if (target === bad) throw new TypeError("a mistake of ours");
      return undefined;
    };
    const [failed, other] = await Promise.allSettled(
      [bad, good].map((url) => setting.run(undefined, byHash("1", [url]))),
    );
    expect(failed).toMatchObject({ status: "rejected", reason: { message: "a mistake of ours" } });
    expect(other).toMatchObject({ status: "fulfilled", value: { receipts: { status: "complete" } } });
    // Nobody waits for the answer of a call that will have none.
    setting.cloud.troubles.push("lostBefore");
    expect((await setting.run(undefined, byHash("2", [good]))).receipts.status).toBe("complete");
  });

  test("refused for something else in the midst of a search, all that is left is owed for that", async () => {
    const setting = new Setting();
    setting.cloud.troubles.push("invalid", "invalid", "auth");
    const { undone } = await setting.run(undefined, byHash("1", urls(4)));
    expect(Object.fromEntries(undone.map(({ target, code }) => [target, code]))).toEqual(
      Object.fromEntries(urls(4).map((url) => [url, "Paper.auth"])),
    );
  });

  test("cancelled in mid-call: unsent and unanswered targets are owed, and the next run looks before it sends", async () => {
    const setting = new Setting({ rules: { perCall: 2 }, pace: { calls: 1, perMs: 10_000 } });
    setting.cloud.troubles.push("hang");
    const first = await setting.run(undefined, byHash("1", urls(4)), { cancelAfterMs: 1000 });
    expect(first.receipts.owed.map(({ code }) => code).toSorted()).toEqual([
      "AnswerLost",
      "AnswerLost",
      "NotSent",
      "NotSent",
    ]);
    const second = await setting.restarted().run(first.receipts, byHash("1", urls(4)));
    expect(second.receipts).toMatchObject({ status: "complete", owed: [] });
    expect(setting.cloud.sent().toSorted()).toEqual(urls(4));
  });

  test("while nobody can tell what became of a lost call, it is not sent again, and stays lost", async () => {
    const setting = new Setting({ taskMs: 0 });
    setting.cloud.troubles.push("lostAfter");
    const first = await setting.run(undefined, byHash("1", urls(2)), { cancelAfterMs: 60 });
    setting.cloud.lookUpTrouble = "transient";
    const second = await setting.restarted().run(first.receipts, byHash("1", urls(2)));
    expect(second.receipts.owed).toMatchObject([{ code: "AnswerLost" }, { code: "AnswerLost" }]);
    setting.cloud.lookUpTrouble = undefined;
    const third = await setting.restarted().run(second.receipts, byHash("1", urls(2)));
    expect(third.receipts).toMatchObject({ status: "complete", owed: [] });
    expect(setting.cloud.calls).toHaveLength(1);
  });

  test("2,000 targets lost with one call, of which the state notes 1,000: all are found by the next run", async () => {
    const setting = new Setting({ rules: { perCall: 2000 }, taskMs: 0 });
    setting.cloud.troubles.push("lostAfter");
    const { receipts } = await setting.run(undefined, byHash("1", urls(2000)), { cancelAfterMs: 60 });
    expect(receipts).toMatchObject({ ledger: { owed: 2000 }, owed: { length: 1000 } });
    const next = await setting.restarted().run(receipts, byHash("1", urls(2000)));
    expect(next.receipts.status).toBe("complete");
    expect(setting.cloud.calls).toHaveLength(1);
  });

  describe.each([-120_000, -3000, 3000, 120_000])(
    "the cloud's clock is %i ms ahead, and no answer ever told it",
    (skewMs) => {
      const lose = async (how: "lostAfter" | "lostBefore") => {
        const setting = new Setting({ skewMs, taskMs: 0 });
        await setting.clock.sleep(10_000);
        setting.cloud.troubles.push(how);
        const { receipts } = await setting.run(undefined, byHash("1", urls(2)), { cancelAfterMs: 60 });
        expect(receipts.owed).toMatchObject([{ ownClock: true }, { ownClock: true }]);
        await setting.clock.sleep(30_000);
        return { receipts, setting };
      };

      test("a call that was cancelled and carried out is found by the next run", async () => {
        const { receipts, setting } = await lose("lostAfter");
        const next = await setting.restarted().run(receipts, byHash("1", urls(2)));
        expect(next.receipts.status).toBe("complete");
        expect(setting.cloud.calls).toHaveLength(1);
      });

      test("one that never arrived is sent, and the receipt says why it was not sure", async () => {
        const { receipts, setting } = await lose("lostBefore");
        const next = await setting.restarted().run(receipts, byHash("1", urls(2)));
        expect(next.receipts).toMatchObject({
          status: "complete",
          tasks: [{ sentAgain: expect.stringContaining("clock") }],
        });
        expect(setting.cloud.calls).toHaveLength(1);
      });
    },
  );

  test("lost for good in one run, found by the next", async () => {
    const setting = new Setting({ listedAfterMs: 20_000 });
    setting.cloud.troubles.push("lostAfter");
    const first = await setting.run(undefined, byHash("1", urls(2)), { cancelAfterMs: 700 });
    expect(first.receipts.owed.map(({ code }) => code)).toEqual(["AnswerLost", "AnswerLost"]);
    await setting.clock.sleep(30_000);
    const second = await setting.restarted().run(first.receipts, byHash("1", urls(2)));
    expect(second.receipts).toMatchObject({ status: "complete", owed: [], tasks: [{ taskIds: ["t1"] }] });
    expect(setting.cloud.calls.length).toBe(1);
  });
});
