/** Watching tasks to their end, over several runs, on a paper cloud and a virtual clock. */
import { describe, expect, test } from "vitest";
import { Fault, Interrupted } from "../../provider/src/core/errors.ts";
import type { Outcome } from "../../provider/src/triggers/conclude.ts";
import { describeOutcome, describeProblems } from "../../provider/src/trigger-kit/describe/outcome.ts";
import type { Desired } from "../../provider/src/triggers/plan.ts";
import type { Receipts } from "../../provider/src/triggers/receipts.ts";
import type { TriggerService } from "../../provider/src/triggers/service.ts";
import { CallRegistry } from "../../provider/src/triggers/submit/calls.ts";
import { TaskPoller } from "../../provider/src/triggers/watch/poller.ts";
import { watch } from "../../provider/src/triggers/watch/watch.ts";
import { unfinished } from "../../provider/src/trigger-kit/verbs.ts";
import { PaperCloud } from "./paper-cloud.ts";
import { byContents, byHash, lane, Setting, urls } from "./setting.ts";

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
    const { clock, cloud, runtime } = new Setting({
      listedAfterMs: 2000,
      taskMs: 1000,
      rules: { perCall: 1, opaqueRows: true },
    });
    const signal = new AbortController().signal;
    const log = { debug() {}, info() {}, warn() {}, status() {} };
    const call = { signal, deadline: clock.monotonic() + 60_000, log };
    const [one = "", two = ""] = urls(2);
    const tasks = [];
    for (const target of [one, two]) {
      const { taskIds } = await cloud.submit({ lane, targets: [target], reference: "" }, call);
      tasks.push(
        ...taskIds.map((taskId) => ({ taskId, submittedAt: clock.now(), targetCount: 1, via: "call" as const })),
      );
      await clock.sleep(1500);
    }
    const listedAt = clock.now() + 500;
    const watched = { tasks, targets: new Set([one, two]), doubtful: new Set<string>() };
    const { pending } = await watch({ watched, poller: runtime.poller, lane, call, clock, pastMs: [], progress() {} });
    expect(pending.size).toBe(0);
    expect(clock.now()).toBeGreaterThanOrEqual(listedAt);
  });

  test("a read is stopped when the last who waited for it has left, and not before", async () => {
    const { clock } = new Setting();
    const signals: AbortSignal[] = [];
    const endless: TriggerService = Object.assign(new PaperCloud(clock), {
      readTasks(...[, , call]: Parameters<TriggerService["readTasks"]>): Promise<never> {
        signals.push(call.signal);
        return new Promise(() => undefined);
      },
    });
    const poller = new TaskPoller(endless, clock, new CallRegistry());
    const tasks = [{ taskId: "t", submittedAt: 0, targetCount: 1, via: "call" as const }];
    const reader = () => {
      const leave = new AbortController();
      const log = { debug() {}, info() {}, warn() {}, status() {} };
      const read = poller.read(lane, tasks, { signal: leave.signal, deadline: 1e9, log }).catch(() => "left");
      return { read, leave: () => leave.abort(new Interrupted("cancelled")) };
    };
    const [one, two] = [reader(), reader()];
    await clock.sleep(100);
    one.leave();
    expect([await one.read, signals.map(({ aborted }) => aborted)]).toEqual(["left", [false]]);
    two.leave();
    expect([await two.read, signals.map(({ aborted }) => aborted)]).toEqual(["left", [true]]);
    // Left before anything was asked, and the next one asks anew.
    const early = reader();
    early.leave();
    await early.read;
    void reader();
    await clock.sleep(100);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, false]);
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
    expect(first.receipts.ledger.awaiting).toBe(3);
    const second = await setting.restarted().run(first.receipts, byHash("1", urls(3)));
    expect(second.receipts).toMatchObject({ status: "complete", tasks: [{ taskIds: ["t1"], status: "complete" }] });
    expect(second.receipts.ledger.awaiting).toBe(0);
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

  test("a task that the vendor has forgotten before its end was seen proves nothing: it is sent again", async () => {
    const setting = new Setting({ taskMs: 60_000, memoryMs: 120_000 });
    const first = await setting.run(undefined, byHash("1", urls(3)), { timeoutMs: 20_000 });
    await setting.clock.sleep(600_000);
    const desired = { ...byHash("1", urls(3)), listedSince: setting.clock.now() - 120_000 };
    const second = await setting.restarted().run(first.receipts, desired);
    expect(second.receipts).toMatchObject({ status: "complete", tasks: [{ taskIds: ["t2"], status: "complete" }] });
    expect(setting.cloud.calls.length).toBe(2);
  });

  test("what the program no longer lists is no longer waited for, by no further run", async () => {
    const setting = new Setting({ taskMs: 60_000 });
    const first = await setting.run(undefined, byHash("1", urls(1)), { timeoutMs: 20_000 });
    const second = await setting.restarted().run(first.receipts, byHash("1", urls(2).slice(1)));
    expect(second.receipts).toMatchObject({ status: "complete", owed: [] });
    expect(unfinished(second.receipts, true)).toEqual([]);
  });

  test("a run tells what it did, not what an earlier one had done", async () => {
    const setting = new Setting({ taskMs: 60_000 });
    const told = (outcome: Outcome) => describeOutcome(outcome, setting.cloud, lane);
    const first = await setting.run(undefined, byHash("1", urls(2), false));
    expect(told(first)).toBe("sent 2 files by 1 task, not waiting for the end: submitted");
    expect(told(await setting.run(first.receipts, byHash("1", urls(2).toReversed(), false)))).toBeUndefined();
    expect(told(await setting.run(first.receipts, byHash("1", urls(2))))).toBe("purged 2 files by 1 task: complete");
  });

  test.each(["transient", "throttled", "ambiguous", "unsent"] as const)(
    "a look that fails for the moment (%s) is taken again",
    async (kind) => {
      const setting = new Setting();
      const read = setting.cloud.readTasks.bind(setting.cloud);
      setting.cloud.readTasks = () => {
        setting.cloud.readTasks = read;
        return Promise.reject(new Fault({ kind, cloud: "Paper", action: "ReadPaper", code: "C", text: "" }));
      };
      const { receipts, trouble } = await setting.run(undefined, byHash("1", urls(1)));
      expect([receipts.status, trouble]).toEqual(["complete", undefined]);
    },
  );

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
    const contents = (map: Readonly<Record<string, string>>, wait = false): Desired => byContents(map, wait);
    const [one = "", two = "", three = ""] = urls(3);

    test("a target that fails in the first one's task becomes owed, though nobody waited for either", async () => {
      const setting = new Setting({ taskMs: 60_000 });
      const first = await setting.run(undefined, contents({ [one]: "1", [two]: "1" }));
      setting.cloud.failing.add(one);
      const second = await setting.run(first.receipts, contents({ [one]: "1", [two]: "2" }));
      expect(second.receipts).toMatchObject({
        status: "submitted",
        owed: [],
        tasks: [{ taskIds: ["t2"] }, { taskIds: ["t1"] }],
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
      expect(last.receipts.tasks.map(({ taskIds, status }) => [taskIds.join(), status])).toEqual([
        ["t2", "complete"],
        ["t1", "partial"],
      ]);
    });

    test("the end of a target in the first task is not its end in the second, which is not listed yet", async () => {
      const setting = new Setting({ taskMs: 70_000, listedAfterMs: 40_000 });
      const first = await setting.run(undefined, contents({ [one]: "1", [two]: "1" }));
      await setting.clock.sleep(65_000);
      const second = await setting.run(first.receipts, contents({ [one]: "1", [two]: "2" }));
      const sentAt = setting.clock.now();
      const last = await setting.run(second.receipts, contents({ [one]: "1", [two]: "2" }, true));
      expect(last.receipts).toMatchObject({ status: "complete", owed: [] });
      expect(setting.clock.now()).toBeGreaterThan(sentAt + 69_000);
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

    test("a look without answer holds up nobody for long", async () => {
      const setting = new Setting({ taskMs: 60_000 });
      const first = await setting.run(undefined, contents({ [one]: "1", [two]: "1" }));
      setting.cloud.readTasks = () => new Promise(() => undefined);
      const start = setting.clock.monotonic();
      const second = await setting.run(first.receipts, contents({ [one]: "1", [two]: "2" }));
      expect(second.receipts).toMatchObject({ status: "submitted", owed: [] });
      expect(setting.clock.monotonic() - start).toBeLessThanOrEqual(6000);
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
});
