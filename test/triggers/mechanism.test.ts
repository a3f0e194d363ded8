/** Sending, sharing, retrying, watching and recording, on a paper cloud and a virtual clock. */
import { describe, expect, test } from "vitest";
import { createContext } from "../../provider/src/core/context.ts";
import { Interrupted } from "../../provider/src/core/errors.ts";
import { carryOut, type Outcome } from "../../provider/src/triggers/carry-out.ts";
import { describeOutcome, describeProblems } from "../../provider/src/triggers/describe.ts";
import { Desk } from "../../provider/src/triggers/desk.ts";
import { Manifest } from "../../provider/src/triggers/manifest.ts";
import { planPurge, type Desired } from "../../provider/src/triggers/plan.ts";
import type { Receipts } from "../../provider/src/triggers/receipts.ts";
import type { Lane } from "../../provider/src/triggers/service.ts";
import { interval, TaskReader, watch } from "../../provider/src/triggers/wait.ts";
import { unfinishedTrigger } from "../../provider/src/services/trigger-resource.ts";
import { PaperCloud, type PaperOptions } from "./paper-cloud.ts";
import { VirtualClock } from "./virtual-clock.ts";

const lane: Lane = { kind: "file", key: "file" };

class Setting {
  readonly clock = new VirtualClock();
  readonly cloud: PaperCloud;
  readonly desk: Desk<Lane>;
  readonly reader: TaskReader<Lane>;
  readonly statuses: string[] = [];
  readonly world;

  constructor(options: PaperOptions = {}) {
    this.cloud = new PaperCloud(this.clock, options);
    this.world = createContext({ config: {}, clock: this.clock, random: () => 0.5, env: {} });
    this.desk = new Desk(this.cloud, this.world);
    this.reader = new TaskReader(this.cloud, this.clock);
  }

  /** Another plugin process: nothing shared but the cloud. */
  restarted(): Setting {
    const next = Object.create(this);
    return Object.assign(next, {
      desk: new Desk(this.cloud, this.world),
      reader: new TaskReader(this.cloud, this.clock),
    });
  }

  async run(
    previous: Receipts | undefined,
    desired: Desired,
    options: { timeoutMs?: number; cancelAfterMs?: number } = {},
  ): Promise<Outcome> {
    const cancel = new AbortController();
    if (options.cancelAfterMs !== undefined) {
      void this.clock.sleep(options.cancelAfterMs).then(() => cancel.abort(new Interrupted("cancelled")));
    }
    const outcome = await carryOut({
      plan: planPurge(previous, desired),
      lane,
      previous,
      wait: desired.wait,
      desk: this.desk,
      reader: this.reader,
      world: this.world,
      call: {
        signal: cancel.signal,
        deadline: this.clock.now() + (options.timeoutMs ?? 1_800_000),
        log: { debug() {}, info() {}, warn() {}, status: (message) => void this.statuses.push(message) },
      },
    });
    return { ...outcome, receipts: JSON.parse(JSON.stringify(outcome.receipts)) };
  }
}

function byHash(hash: string, targets: readonly string[], wait = true): Desired {
  return {
    type: "file",
    source: { by: "hash", hash, targets },
    sendAdded: false,
    sendRemoved: true,
    onCreate: "send",
    wait,
  };
}

function urls(count: number, host = "www.example.com"): string[] {
  return Array.from({ length: count }, (_, index) => `https://${host}/${index}`);
}

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
      expect(setting.clock.now() - start).toBeLessThanOrEqual(optimal * 1.05 + 100);
    },
  );

  test("1,000 triggers at the same time, 64 in parallel, share calls and are never refused for pace", async () => {
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
  });

  test("many calls keep the vendor's pace and lose less than 5 % to it", async () => {
    const setting = new Setting({ strict: true, rules: { perCall: 1 }, taskMs: 0 });
    const start = setting.clock.now();
    await setting.run(undefined, byHash("1", urls(400), false));
    expect(setting.cloud.refusedForPace).toBe(0);
    const optimal = (400 / 20 - 1) * 1000;
    expect(setting.clock.now() - start).toBeLessThanOrEqual(optimal * 1.05 + 100);
  });

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
  });

  test("a lost answer is looked up: found, nothing is sent again", async () => {
    const setting = new Setting({ listedAfterMs: 900 });
    setting.cloud.troubles.push("lostAfter");
    const { receipts } = await setting.run(undefined, byHash("1", urls(3)));
    expect(receipts).toMatchObject({ status: "complete", tasks: [{ taskId: "t1" }] });
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
    expect(second.receipts.tasks.map((task) => task.taskId)).toEqual(["t2"]);
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

  test("100,000 owed targets stay small in state, and all are sent by the next run", async () => {
    const setting = new Setting({ taskMs: 0 });
    for (let call = 0; call < 100; call++) setting.cloud.troubles.push("quota");
    const first = await setting.run(undefined, byHash("1", urls(100_000)));
    expect(first.undone).toHaveLength(100_000);
    expect(JSON.stringify(first.receipts).length).toBeLessThan(2_000_000);
    const second = await setting.restarted().run(first.receipts, byHash("1", urls(100_000)));
    expect(second.receipts).toMatchObject({ status: "complete", owed: [] });
    expect(second.receipts.ledger.owed).toBeUndefined();
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

  test("lost for good in one run, found by the next", async () => {
    const setting = new Setting({ listedAfterMs: 20_000 });
    setting.cloud.troubles.push("lostAfter");
    const first = await setting.run(undefined, byHash("1", urls(2)), { cancelAfterMs: 700 });
    expect(first.receipts.owed.map(({ code }) => code)).toEqual(["AnswerLost", "AnswerLost"]);
    await setting.clock.sleep(30_000);
    const second = await setting.restarted().run(first.receipts, byHash("1", urls(2)));
    expect(second.receipts).toMatchObject({ status: "complete", owed: [], tasks: [{ taskId: "t1" }] });
    expect(setting.cloud.calls.length).toBe(1);
  });
});

describe("waiting", () => {
  test("a task of 2 s is seen within 2.5 s, one of 5 min within 15 s of its end with at most 40 reads", async () => {
    const quick = new Setting({ taskMs: 2000 });
    const start = quick.clock.now();
    await quick.run(undefined, byHash("1", urls(1)));
    expect(quick.clock.now() - start).toBeLessThanOrEqual(2500);
    const slow = new Setting({ taskMs: 300_000 });
    const began = slow.clock.now();
    await slow.run(undefined, byHash("1", urls(1)));
    expect(slow.clock.now() - began).toBeLessThanOrEqual(315_000);
    expect(slow.cloud.reads).toBeLessThanOrEqual(40);
  });

  test("a task that is not listed yet is pending, never done", async () => {
    const setting = new Setting({ listedAfterMs: 30_000, taskMs: 40_000 });
    const start = setting.clock.now();
    const { receipts } = await setting.run(undefined, byHash("1", urls(1)));
    expect(receipts.status).toBe("complete");
    expect(setting.clock.now() - start).toBeGreaterThan(40_000);
    expect(setting.statuses).toContainEqual(expect.stringContaining("not listed yet"));
  });

  test("rows that name no targets speak for their own tasks only, not for one that is not listed yet", async () => {
    const { clock, cloud, reader } = new Setting({
      listedAfterMs: 2000,
      taskMs: 1000,
      rules: { perCall: 1, opaqueRows: true },
    });
    const signal = new AbortController().signal;
    const log = { debug() {}, info() {}, warn() {}, status() {} };
    const call = { signal, deadline: clock.now() + 60_000, log };
    const [one = "", two = ""] = urls(2);
    const tasks = [];
    for (const target of [one, two]) {
      const { taskIds } = await cloud.submit({ lane, targets: [target] }, call);
      tasks.push(...taskIds.map((taskId) => ({ taskId, submittedAt: clock.now(), targetCount: 1 })));
      await clock.sleep(1500);
    }
    const listedAt = clock.now() + 500;
    const { pending } = await watch({ tasks, targets: new Set([one, two]) }, reader, lane, call, clock);
    expect(pending.size).toBe(0);
    expect(clock.now()).toBeGreaterThanOrEqual(listedAt);
  });

  test("64 triggers with tasks of one lane share their reads", async () => {
    const setting = new Setting();
    await Promise.all(urls(64).map((url) => setting.run(undefined, byHash("1", [url]))));
    expect(setting.cloud.reads).toBeLessThanOrEqual(10);
  });

  test("a deadline saves the tasks; the next run resumes, then is done", async () => {
    const setting = new Setting({ taskMs: 60_000 });
    const first = await setting.run(undefined, byHash("1", urls(3)), { timeoutMs: 20_000 });
    expect(first.receipts).toMatchObject({ status: "submitted", owed: [], tasks: [{ status: "submitted" }] });
    expect(first.receipts.ledger.awaiting).toBeDefined();
    const second = await setting.restarted().run(first.receipts, byHash("1", urls(3)));
    expect(second.receipts).toMatchObject({ status: "complete", tasks: [{ taskId: "t1", status: "complete" }] });
    expect(second.receipts.ledger.awaiting).toBeUndefined();
    expect(setting.cloud.calls.length).toBe(1);
  });

  test("cancelled while watching: nobody is told to wait longer", async () => {
    const setting = new Setting({ taskMs: 60_000 });
    const said = async (options: object): Promise<string> =>
      describeProblems(await setting.run(undefined, byHash("1", urls(1)), options), setting.cloud, lane).join();
    expect(await said({ cancelAfterMs: 5000 })).toMatch(
      /not final when this run was cancelled.*watches on; nothing is sent again\.$/,
    );
    expect(await said({ timeoutMs: 5000 })).toMatch(/not final when this run ended.*Raise customTimeouts/);
  });

  test("a resumed task whose row failed is owed", async () => {
    const setting = new Setting({ taskMs: 60_000 });
    setting.cloud.failing.add("https://www.example.com/2");
    const first = await setting.run(undefined, byHash("1", urls(3)), { timeoutMs: 20_000 });
    const second = await setting.restarted().run(first.receipts, byHash("1", urls(3)));
    expect(second.receipts).toMatchObject({
      status: "partial",
      owed: [{ target: "https://www.example.com/2", reason: "Internal Error" }],
    });
  });

  test("a task that the vendor has forgotten counts as over, and nothing is sent", async () => {
    const setting = new Setting({ taskMs: 60_000, memoryMs: 120_000 });
    const first = await setting.run(undefined, byHash("1", urls(3)), { timeoutMs: 20_000 });
    await setting.clock.sleep(600_000);
    const second = await setting.restarted().run(first.receipts, byHash("1", urls(3)));
    expect(second.receipts).toMatchObject({ status: "complete", tasks: [{ status: "unknown" }] });
    expect(setting.cloud.calls.length).toBe(1);
  });

  test("what the program no longer lists is no longer waited for, by no further run", async () => {
    const setting = new Setting({ taskMs: 60_000 });
    const first = await setting.run(undefined, byHash("1", urls(1)), { timeoutMs: 20_000 });
    const second = await setting.restarted().run(first.receipts, byHash("1", urls(2).slice(1)));
    expect(second.receipts).toMatchObject({ status: "complete", owed: [] });
    expect(unfinishedTrigger(second.receipts, { wait: true })).toEqual([]);
  });

  test("a run tells what it did, not what an earlier one had done", async () => {
    const setting = new Setting({ taskMs: 60_000 });
    const told = (outcome: Outcome) => describeOutcome(outcome, setting.cloud, lane);
    const first = await setting.run(undefined, byHash("1", urls(2), false));
    expect(told(first)).toBe("sent 2 files by 1 task, not waiting for the end: submitted");
    expect(told(await setting.run(first.receipts, byHash("1", urls(3), false)))).toBeUndefined();
    expect(told(await setting.run(first.receipts, byHash("1", urls(2))))).toBe("purged 2 files by 1 task: complete");
  });

  test("wait: false ends with the tasks submitted", async () => {
    const setting = new Setting();
    const first = await setting.run(undefined, byHash("1", urls(3), false));
    expect(first.receipts).toMatchObject({ status: "submitted", owed: [] });
    expect(setting.cloud.reads).toBe(0);
    // Unchanged: nothing at all. Then somebody wants to know: it is watched.
    const second = await setting.run(first.receipts, byHash("1", urls(3), false));
    expect(second.receipts).toMatchObject({ status: "submitted" });
    const third = await setting.run(second.receipts, byHash("1", urls(3), true));
    expect(third.receipts).toMatchObject({ status: "complete" });
    expect(setting.cloud.calls.length).toBe(1);
  });

  describe("wait: false, and another run before the first one's tasks are over", () => {
    const contents = (map: Readonly<Record<string, string>>, wait = false): Desired => ({
      ...byHash("", []),
      source: { by: "contents", contents: Manifest.of(Object.entries(map)) },
      wait,
    });
    const [one = "", two = "", three = ""] = urls(3);

    test("a target that fails in the first one's task becomes owed, though nobody waited for either", async () => {
      const setting = new Setting({ taskMs: 60_000 });
      const first = await setting.run(undefined, contents({ [one]: "1", [two]: "1" }));
      setting.cloud.failing.add(one);
      const second = await setting.run(first.receipts, contents({ [one]: "1", [two]: "2" }));
      expect(second.receipts).toMatchObject({
        status: "submitted",
        owed: [],
        tasks: [{ taskId: "t2" }, { taskId: "t1" }],
      });
      expect(setting.cloud.reads).toBe(1);
      await setting.clock.sleep(700_000);
      const third = await setting.run(second.receipts, contents({ [one]: "1", [two]: "3" }));
      expect(third.receipts).toMatchObject({ status: "partial", owed: [{ target: one, reason: "Internal Error" }] });
      setting.cloud.failing.clear();
      const last = await setting.run(third.receipts, contents({ [one]: "1", [two]: "3" }, true));
      expect(last.receipts).toMatchObject({ status: "complete", owed: [] });
      expect(setting.cloud.sent()).toEqual([one, two, two, two, one]);
    });

    test("whoever waits in the end sees the end of all of them", async () => {
      const setting = new Setting({ taskMs: 60_000 });
      const first = await setting.run(undefined, contents({ [one]: "1", [two]: "1" }));
      const second = await setting.run(first.receipts, contents({ [one]: "1", [two]: "2" }));
      setting.cloud.failing.add(one);
      const last = await setting.run(second.receipts, contents({ [one]: "1", [two]: "2" }, true));
      expect(last.receipts.owed).toMatchObject([{ target: one }]);
      expect(last.receipts.tasks.map(({ taskId, status }) => [taskId, status])).toEqual([
        ["t2", "complete"],
        ["t1", "partial"],
      ]);
    });

    test("a year of such runs keeps the tasks of the last minutes, not all of them", async () => {
      const setting = new Setting({ taskMs: 300_000 });
      let previous: Receipts | undefined;
      for (let release = 0; release < 50; release++) {
        await setting.clock.sleep(120_000);
        const changing = release % 2 === 0 ? one : two;
        const versions = { [one]: "0", [two]: "0", [changing]: `${release}`, [three]: `${release}` };
        ({ receipts: previous } = await setting.run(previous, contents(versions)));
        expect(previous.tasks.length).toBeLessThanOrEqual(8);
      }
      expect(setting.cloud.reads).toBeLessThanOrEqual(50);
    });

    test("a look that fails loses nothing", async () => {
      const setting = new Setting({ taskMs: 60_000 });
      const first = await setting.run(undefined, contents({ [one]: "1", [two]: "1" }));
      setting.cloud.unreadable = true;
      const second = await setting.run(first.receipts, contents({ [one]: "1", [two]: "2" }));
      expect(second.undone).toEqual([]);
      setting.cloud.unreadable = false;
      setting.cloud.failing.add(one);
      const last = await setting.run(second.receipts, contents({ [one]: "1", [two]: "2" }, true));
      expect(last.receipts.owed).toMatchObject([{ target: one }]);
    });
  });

  test("intervals grow to 14 s and no further", () => {
    expect([0, 50, 200, 2000, 3000, 36_000, 400_000].map(interval)).toEqual([50, 50, 200, 400, 1000, 12_000, 14_000]);
  });
});
