/**
 * What every trigger on every cloud must do, against the emulator: one suite,
 * ten lines for each service that passes it. What a service lacks is declared
 * in its subject, not skipped in the suite.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Resource } from "../../provider/src/engine/define/resource.ts";
import { Asset, type Value } from "../../provider/src/engine/wire/values.ts";
import { Jumping } from "./jumping.ts";
import type { TestContext } from "./world.ts";

export interface Subject {
  readonly resource: Resource<TestContext>;
  /** The vendor's operation that sends. */
  readonly submit: string;
  /** The vendor's operation that shows one's tasks. */
  readonly watch: string;
  /** The one that finds tasks by time. */
  readonly list: string;
  /** Its rows tell tasks of this trigger from others, so a lost call can be found by them. */
  readonly lookUp: boolean;
  /** What the program always says, beside targets and hash. */
  readonly base: Record<string, Value>;
  /** A change of an option that must send nothing. */
  readonly option: Record<string, Value>;
  readonly target: (index: number) => string;
  /** Name of the emulator's limit that says how long a task takes. */
  readonly taskMs: string;
  readonly verb: "purge" | "prefetch";
  readonly count: "purgeCount" | "prefetchCount";
  readonly perCall: number;
  /** Limits of the emulator that are not this suite's matter. */
  readonly limits?: Readonly<Record<string, number>>;
  /** How the log shows which targets a call carried. */
  readonly sent: (params: Readonly<Record<string, unknown>>) => readonly string[];
  /** Name of the emulator's limit that is the quota of a day; `undefined` where the cloud does not tell a preview of it. */
  readonly daily: string | undefined;
  /** One target failing by name; clouds that fail whole calls only have none of it. */
  readonly failedList: boolean;
}

export function conformTrigger(name: string, subject: Subject): void {
  const { resource, submit, base, target, count, perCall } = subject;
  const targets = (amount: number): string[] => Array.from({ length: amount }, (_, index) => target(index));
  const program = (
    contentHash: string,
    list: readonly string[] = targets(3),
    more: Record<string, Value> = {},
  ): Record<string, Value> => ({
    ...base,
    targets: list,
    contentHash,
    ...more,
  });

  describe(name, () => {
    let ground: Jumping;
    let tenants = 0;
    beforeAll(async () => {
      ground = await Jumping.start();
      await ground.slowly(async () => (await world()).stack.up(program("a")));
    });
    afterAll(() => ground[Symbol.asyncDispose]());

    const stackOf = (config: object) => ground.stack(resource, ground.context(config));

    async function world(taskMs = 50) {
      const control = await ground.emulator.control.createTenant(`t${++tenants}`);
      await control.settings.limits({ ...subject.limits, [subject.taskMs]: taskMs });
      const config = await control.configuration();
      // A prefetch of what the origin lacks fails, rightly.
      const publish = async (list: readonly string[]) => {
        const pages = list
          .map((url) => new URL(url))
          .map(({ hostname, pathname }) => ({ host: hostname, path: pathname, body: "page" }));
        await control.origin.publish(...pages);
      };
      if (subject.verb === "prefetch") await publish(targets(5));
      const calls = async () => {
        const requests = await control.requests.find({ action: submit });
        return requests.filter((request) => request.executed).map((request) => [...subject.sent(request.params)]);
      };
      return { control, config, publish, stack: stackOf(config), calls };
    }

    test("create, unchanged, changed, A to B to A, option change, refresh, destroy", async () => {
      const { stack, calls } = await world();
      const first = await stack.up(program("a"));
      expect(first).toMatchObject({
        problems: [],
        outputs: { status: "complete", [count]: 1, owed: [], tasks: [{ status: "complete", targetCount: 3 }] },
      });
      await stack.up(program("a"));
      await stack.up({ ...program("a"), ...subject.option });
      await stack.up(program("a", targets(3).toReversed()));
      await stack.refresh();
      expect(await calls()).toEqual([targets(3)]);
      await stack.up(program("b"));
      const last = await stack.up(program("a"));
      expect(last.outputs).toMatchObject({ status: "complete", [count]: 3 });
      await stack.destroy();
      expect(await calls()).toEqual([targets(3), targets(3), targets(3)]);
    });

    test("a target added or corrected under the same hash: that target, and no other", async () => {
      const { stack, calls } = await world();
      await stack.up(program("a", targets(2)));
      await stack.up(program("a", targets(3)));
      await stack.up(program("a", [target(0), target(2), target(3)]));
      await stack.up(program("a", [target(0), target(2), target(3)]));
      expect(await calls()).toEqual([targets(2), [target(2)], [target(3)]]);
    });

    test("contents: only what changed", async () => {
      const { stack, calls } = await world();
      const map = (hashes: readonly (string | undefined)[]) =>
        Object.fromEntries(hashes.flatMap((hash, index) => (hash === undefined ? [] : [[target(index), hash]])));
      await stack.up({ ...base, contents: map(["1", "1", "1"]) });
      await stack.up({ ...base, contents: map(["1", "2", undefined, "1"]) });
      const purge = [
        [target(0), target(1), target(2)],
        [target(1), target(2)],
      ];
      const prefetch = [
        [target(0), target(1), target(2)],
        [target(1), target(3)],
      ];
      expect((await calls()).map((call) => call.toSorted())).toEqual(
        (subject.verb === "purge" ? purge : prefetch).map((call) => call.toSorted()),
      );
    });

    test("contents of a file: what is no target is refused by preview and up, and nothing is sent", async () => {
      const { stack, calls } = await world();
      const file = (...names: readonly string[]): Record<string, Value> => {
        const text = JSON.stringify(Object.fromEntries(names.map((each) => [each, "1"])));
        return { ...base, contents: new Asset(String(names.length), { text }) };
      };
      const odd = file(target(0), "https://*.example.com/");
      const refused = /^contents: 1 entry of the file cannot be sent:\n  https:\/\/\*.example.com\/ has a wildcard/;
      await expect(stack.preview(odd)).rejects.toThrow(refused);
      await expect(stack.up(odd)).rejects.toThrow(refused);
      await stack.up(file(target(0)));
      expect(await calls()).toEqual([[target(0)]]);
    });

    test('onCreate "skip" records, and the first change fires', async () => {
      const { stack, calls } = await world();
      const first = await stack.up(program("a", targets(2), { onCreate: "skip" }));
      expect(first.outputs).toMatchObject({ status: "skipped", [count]: 0, tasks: [], owed: [] });
      await stack.up(program("b", targets(2), { onCreate: "skip" }));
      expect(await calls()).toEqual([targets(2)]);
    });

    test("a preview sends reads only, and tells the plan", async () => {
      const { stack, control, calls } = await world();
      const lines = await stack.preview(program("a"));
      expect(lines[0]).toContain(`1 call to ${submit}`);
      expect(lines[0]?.includes("daily quota")).toBe(subject.daily !== undefined);
      expect(await calls()).toEqual([]);
      const asked = (await control.requests.find({})).map((request) => request.action);
      expect(asked.every((action) => /^(Describe|Get)/.test(action ?? ""))).toBe(true);
      await stack.up(program("a"));
      expect((await stack.preview(program("a")))[0]).toContain(`nothing to ${subject.verb}: content hash unchanged`);
      expect((await stack.preview(program("b", [])))[0]).toContain("the program lists no targets");
    });

    const told = subject.daily === undefined ? [] : [subject.daily];
    test.each(told)("a preview over what is left of the day is refused: %s", async (daily) => {
      const { stack, control, calls } = await world();
      await control.settings.limits({ [daily]: 4 });
      await stack.up(program("a"));
      const refusal = stack.preview(program("b"));
      await expect(refusal).rejects.toThrow(new RegExp(`needs 3 \\w+, but 1 of today's 4 is left for type`));
      await expect(refusal).rejects.toThrow("Wait for the quota's reset");
      // Whoever goes on in spite of failures is warned, and the plan stands.
      const lines = await stack.preview(program("b", targets(3), { failurePolicy: "warn" }));
      expect(lines.map((line) => line.split(" ", 2).join(" "))).toEqual(["info: will", "warn: This"]);
      await control.settings.limits({ [daily]: 0 });
      await expect(stack.preview(program("b"))).rejects.toThrow("has no quota for type");
      expect(await calls()).toEqual([targets(3)]);
      await control.settings.limits({ [daily]: 6 });
      expect((await stack.preview(program("b")))[0]).toContain("daily quota 3 of 6 left");
    });

    test("a failed row is owed with the vendor's words, and only it is sent again", async () => {
      const { stack, control, calls } = await world();
      await control.faults.add({
        kind: "failTarget",
        target: target(1),
        as: "row",
        reason: "Origin Timeout",
        count: 1,
      });
      const first = await stack.up(program("a"));
      expect(first.outputs).toMatchObject({ status: "partial", owed: [{ target: target(1) }] });
      expect(first.problems.join()).toContain(target(1));
      const second = await stack.up(program("a"));
      expect(second).toMatchObject({ problems: [], outputs: { status: "complete", owed: [] } });
      expect(await calls()).toEqual([targets(3), [target(1)]]);
    });

    test('failurePolicy "warn" finishes, and shows each failed target once', async () => {
      const { stack, control } = await world();
      await control.faults.add({
        kind: "failTarget",
        target: target(1),
        as: "row",
        reason: "Origin Timeout",
        count: 1,
      });
      const ran = await stack.up(program("a", targets(3), { failurePolicy: "warn" }));
      expect(ran).toMatchObject({ problems: [], outputs: { status: "partial" } });
      expect(ran.logs.filter((line) => line.startsWith("warn:") && line.includes(target(1)))).toHaveLength(1);
    });

    test("a lost answer: found in the vendor's list, or sent again where that cannot tell, which the receipt says", async () => {
      const { stack, control, calls } = await world();
      await control.faults.add({ kind: "resetAfter", action: submit, count: 1 });
      const ran = await stack.up(program("a"));
      expect(ran).toMatchObject({ problems: [], outputs: { status: "complete", tasks: [{}] } });
      const said = /"sentAgain":"[^"]*(does not list|no times)/.test(JSON.stringify(ran.outputs["tasks"]));
      expect(said).toBe(!subject.lookUp);
      expect(await calls()).toEqual(subject.lookUp ? [targets(3)] : [targets(3), targets(3)]);
    });

    test("a lost answer, and a key that may not list: sent again, which the receipt says", async () => {
      const { stack, control, calls } = await world();
      await control.faults.add({ kind: "resetAfter", action: submit, count: 1 });
      await control.faults.add({ kind: "permissionDenied", action: subject.list, count: 1 });
      const ran = await stack.up(program("a"));
      expect(ran).toMatchObject({
        problems: [],
        outputs: { status: "complete", tasks: [{ sentAgain: expect.any(String) }] },
      });
      expect(await calls()).toEqual([targets(3), targets(3)]);
    });

    test("throttling, gateway trouble and a cut before the call are outlasted: carried out once", async () => {
      const { stack, control, calls } = await world();
      await control.faults.add({ kind: "throttle", action: submit, count: 1 });
      await control.faults.add({ kind: "badGateway", action: submit, count: 1 });
      await control.faults.add({ kind: "resetBefore", action: submit, count: 1 });
      const ran = await stack.up(program("a"));
      expect(ran).toMatchObject({ problems: [], outputs: { status: "complete" } });
      expect(await calls()).toEqual([targets(3)]);
    });

    test("trouble while watching changes nothing", async () => {
      const { stack, control, calls } = await world(600);
      await control.faults.add({ kind: "badGateway", action: subject.watch, count: 2 });
      const ran = await stack.up(program("a"));
      expect(ran).toMatchObject({ problems: [], outputs: { status: "complete" } });
      expect(await calls()).toEqual([targets(3)]);
    });

    test("time up while watching: the tasks are saved, and the next run watches on", async () => {
      const { stack, calls } = await world(2500);
      const first = await stack.up(program("a"), { timeoutMs: 1500 });
      expect(first.outputs).toMatchObject({ status: "submitted", owed: [], tasks: [{ status: "submitted" }] });
      expect(first.problems.join()).toContain("not final when this run ended");
      const second = await stack.up(program("a"));
      expect(second).toMatchObject({ problems: [], outputs: { status: "complete", tasks: [{ status: "complete" }] } });
      expect(await calls()).toHaveLength(1);
    });

    test("more targets than a call takes: the fewest calls, all rows seen", async () => {
      const { stack, calls, publish } = await world();
      const many = targets(perCall + 1);
      if (subject.verb === "prefetch") await publish(many);
      const ran = await stack.up(program("a", many));
      expect(ran).toMatchObject({ problems: [], outputs: { status: "complete" } });
      const sent = await calls();
      expect(sent.map((call) => call.length)).toEqual([perCall, 1]);
      expect(sent.flat()).toEqual(many);
    });

    test("a used-up quota is an error that says so, and what was not sent is owed", async () => {
      const { stack, control } = await world();
      await stack.up(program("a"));
      await control.faults.add({ kind: "quotaExhausted", action: submit, count: 1 });
      const second = await stack.up(program("b"));
      expect(second.outputs).toMatchObject({ status: "failed", owed: [{}, {}, {}] });
      const third = await stack.up(program("b"));
      expect(third).toMatchObject({ problems: [], outputs: { status: "complete", owed: [] } });
    });

    test("wrong credentials: nothing is created, and the text says which to check", async () => {
      const { config } = await world();
      const wrong = { ...config, alibabaAccessKeyId: "LTAInobody", tencentSecretId: "AKIDnobody" };
      const stack = stackOf(wrong);
      const check = /Check (alibabaAccessKeyId|tencentSecretId)/;
      await expect(stack.up(program("a"))).rejects.toThrow(check);
      const lines = await stack.preview(program("a"));
      const warned = lines.filter((line) => line.startsWith("warn: ") && check.test(line));
      expect(warned).toHaveLength(subject.daily === undefined ? 0 : 1);
    });

    test("credentials that have run out are renewed once", async () => {
      const { stack, control, calls } = await world();
      const expired = submit.startsWith("Create")
        ? { code: "AuthFailure.TokenFailure", status: 200 }
        : { code: "InvalidSecurityToken.Expired", status: 400 };
      await control.faults.add({ kind: "error", action: submit, ...expired, message: "expired", count: 1 });
      expect(await stack.up(program("a"))).toMatchObject({ problems: [], outputs: { status: "complete" } });
      expect(await calls()).toEqual([targets(3)]);
    });

    test("import and get say that there is nothing to read", async () => {
      const { stack } = await world();
      await expect(async () => stack.import("some-id")).rejects.toThrow("cannot be imported");
    });

    // Declared by the subject: where a cloud refuses whole calls only, there is nothing to test.
    const refusing = subject.failedList ? [submit] : [];
    test.each(refusing)("targets that %s refuses inside a success are owed", async () => {
      const { stack, control, calls } = await world();
      await control.faults.add({
        kind: "failTarget",
        target: target(1),
        as: "failedList",
        reason: "domain not valid",
        count: 1,
      });
      const first = await stack.up(program("a"));
      expect(first.outputs).toMatchObject({
        status: "partial",
        owed: [{ target: target(1), code: "FailedList", reason: "domain not valid" }],
      });
      await control.faults.add({ kind: "nullFailedList", count: 1 });
      const second = await stack.up(program("a"));
      expect(second.outputs).toMatchObject({ status: "complete" });
      expect(await calls()).toEqual([targets(3), [target(1)]]);
    });
  });
}
