/**
 * What every trigger must do, on every cloud that stands in for the vendors':
 * one suite, ten lines for each service that passes it. What a service lacks
 * is declared in its subject, not skipped in the suite.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Asset, type Value } from "../../provider/src/engine/wire/values.ts";
import type { TestCloud } from "./cloud.ts";
import type { Place, Subject } from "./subject.ts";

export function conformTrigger(name: string, subject: Subject, place: Place): void {
  const { resource, submit, base, target, count, perCall } = subject;
  const targets = (amount: number): string[] => Array.from({ length: amount }, (_, index) => target(index));
  const program = (
    contentHash: string,
    list: readonly string[] = targets(3),
    more: Record<string, Value> = {},
  ): Record<string, Value> => ({ ...base, targets: list, contentHash, ...more });
  describe(name, () => {
    let cloud: TestCloud;
    beforeAll(async () => {
      cloud = await place.start();
      await place.warmUp(cloud.ground, (await cloud.open(subject)).config);
    });
    afterAll(() => cloud[Symbol.asyncDispose]());

    const stackOf = (config: object) => cloud.ground.stack(resource, cloud.ground.context(config));

    async function world(taskMs = 50) {
      const account = await cloud.open(subject);
      await account.set({ taskMs });
      // A prefetch of what the origin lacks fails, rightly.
      if (subject.verb === "prefetch") await account.publish(targets(5));
      const calls = async () => {
        const requests = (await account.calls()).filter(({ action, executed }) => action === submit && executed);
        return requests.map(({ params }) => [...subject.sent(params)]);
      };
      return { account, stack: stackOf(account.config), calls };
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
      const { stack, account, calls } = await world();
      const lines = await stack.preview(program("a"));
      expect(lines[0]).toContain(`1 call to ${submit}`);
      expect(lines[0]?.includes("daily quota")).toBe(subject.daily !== undefined);
      expect(await calls()).toEqual([]);
      const asked = (await account.calls()).map(({ action }) => action);
      expect(asked.every((action) => /^(Describe|Get)/.test(action))).toBe(true);
      await stack.up(program("a"));
      expect((await stack.preview(program("a")))[0]).toContain(`nothing to ${subject.verb}: content hash unchanged`);
      expect((await stack.preview(program("b", [])))[0]).toContain("the program lists no targets");
    });

    const daily = subject.daily === undefined ? [] : [subject.daily];
    test.each(daily)("a preview over what is left of the day is refused: %s", async () => {
      const { stack, account, calls } = await world();
      await account.set({ daily: 4 });
      await stack.up(program("a"));
      const refusal = stack.preview(program("b"));
      await expect(refusal).rejects.toThrow(new RegExp(`needs 3 \\w+, but 1 of today's 4 is left for type`));
      await expect(refusal).rejects.toThrow(subject.quotaResets ?? "Wait for another day, ");
      // Whoever goes on in spite of failures is warned, and the plan stands.
      const lines = await stack.preview(program("b", targets(3), { failurePolicy: "warn" }));
      expect(lines.map((line) => line.split(" ", 2).join(" "))).toEqual(["info: will", "warn: This"]);
      await account.set({ daily: 0 });
      await expect(stack.preview(program("b"))).rejects.toThrow("has no quota for type");
      expect(await calls()).toEqual([targets(3)]);
      await account.set({ daily: 6 });
      expect((await stack.preview(program("b")))[0]).toContain("daily quota 3 of 6 left");
    });

    test("a failed row is owed with the vendor's words, and only it is sent again", async () => {
      const { stack, account, calls } = await world();
      await account.trouble({
        kind: "failTarget",
        target: target(1),
        as: "row",
        reason: "Origin Timeout",
      });
      const first = await stack.up(program("a"));
      expect(first.outputs).toMatchObject({ status: "partial", owed: [{ target: target(1) }] });
      expect(first.problems.join()).toContain(target(1));
      const second = await stack.up(program("a"));
      expect(second).toMatchObject({ problems: [], outputs: { status: "complete", owed: [] } });
      expect(await calls()).toEqual([targets(3), [target(1)]]);
    });

    test('failurePolicy "warn" finishes, and shows each failed target once', async () => {
      const { stack, account } = await world();
      await account.trouble({
        kind: "failTarget",
        target: target(1),
        as: "row",
        reason: "Origin Timeout",
      });
      const ran = await stack.up(program("a", targets(3), { failurePolicy: "warn" }));
      expect(ran).toMatchObject({ problems: [], outputs: { status: "partial" } });
      expect(ran.logs.filter((line) => line.startsWith("warn:") && line.includes(target(1)))).toHaveLength(1);
    });

    test("a lost answer: found in the vendor's list, or sent again where that cannot tell, which the receipt says", async () => {
      const { stack, account, calls } = await world();
      await account.trouble({ kind: "resetAfter", action: submit });
      const ran = await stack.up(program("a"));
      expect(ran).toMatchObject({ problems: [], outputs: { status: "complete", tasks: [{}] } });
      const said = /"sentAgain":"[^"]*(does not list|no times)/.test(JSON.stringify(ran.outputs["tasks"]));
      expect(said).toBe(!subject.lookUp);
      expect(await calls()).toEqual(subject.lookUp ? [targets(3)] : [targets(3), targets(3)]);
    });

    test("a lost answer, and a key that may not list: sent again, which the receipt says", async () => {
      const { stack, account, calls } = await world();
      await account.trouble({ kind: "resetAfter", action: submit });
      await account.trouble({ kind: "permissionDenied", action: subject.list });
      const ran = await stack.up(program("a"));
      expect(ran).toMatchObject({
        problems: [],
        outputs: { status: "complete", tasks: [{ sentAgain: expect.any(String) }] },
      });
      expect(await calls()).toEqual([targets(3), targets(3)]);
    });

    test("throttling, gateway trouble and a cut before the call are outlasted: carried out once", async () => {
      const { stack, account, calls } = await world();
      await account.trouble({ kind: "throttle", action: submit });
      await account.trouble({ kind: "badGateway", action: submit });
      await account.trouble({ kind: "resetBefore", action: submit });
      const ran = await stack.up(program("a"));
      expect(ran).toMatchObject({ problems: [], outputs: { status: "complete" } });
      expect(await calls()).toEqual([targets(3)]);
    });

    test("trouble while watching changes nothing", async () => {
      const { stack, account, calls } = await world(600);
      for (const action of [subject.watch, subject.watch]) await account.trouble({ kind: "badGateway", action });
      const ran = await stack.up(program("a"));
      expect(ran).toMatchObject({ problems: [], outputs: { status: "complete" } });
      expect(await calls()).toEqual([targets(3)]);
    });

    test("a look that the cloud refuses ends the run, which says why; the next one watches on", async () => {
      const { stack, account, calls } = await world(600);
      await account.trouble({ kind: "permissionDenied", action: subject.watch });
      const first = await stack.up(program("a"));
      expect(first.outputs).toMatchObject({ status: "submitted", owed: [] });
      expect(first.problems.join()).toMatch(new RegExp(`could not be read\\. \\w+ ${subject.watch} failed`));
      const second = await stack.up(program("a"));
      expect(second).toMatchObject({ problems: [], outputs: { status: "complete" } });
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
      const { stack, account, calls } = await world();
      const many = targets(perCall + 1);
      if (subject.verb === "prefetch") await account.publish(many);
      // A domain takes so many URLs a minute.
      const ran = await stack.up(program("a", many), { timeoutMs: 600_000 });
      expect(ran).toMatchObject({ problems: [], outputs: { status: "complete" } });
      const sent = await calls();
      expect(sent.map((call) => call.length).toSorted((a, b) => b - a)).toEqual([perCall, 1]);
      expect(new Set(sent.flat())).toEqual(new Set(many));
    });

    test("a used-up quota is an error that says so, and what was not sent is owed", async () => {
      const { stack, account } = await world();
      await stack.up(program("a"));
      await account.trouble({ kind: "quotaExhausted", action: submit });
      const second = await stack.up(program("b"));
      expect(second.outputs).toMatchObject({ status: "failed", owed: [{}, {}, {}] });
      const third = await stack.up(program("b"));
      expect(third).toMatchObject({ problems: [], outputs: { status: "complete", owed: [] } });
    });

    test("wrong credentials: nothing is created, and the text says which to check", async () => {
      const { account } = await world();
      const wrong = { ...account.config, [subject.keyProperty]: "nobody" };
      const stack = stackOf(wrong);
      const check = new RegExp(`Check ${subject.keyProperty}`);
      await expect(stack.up(program("a"))).rejects.toThrow(check);
      const lines = await stack.preview(program("a"));
      const warned = lines.filter((line) => line.startsWith("warn: ") && check.test(line));
      expect(warned).toHaveLength(subject.daily === undefined ? 0 : 1);
    });

    const expiring = subject.expired === undefined ? [] : [subject.expired];
    test.each(expiring)("credentials that have run out are renewed once: $code", async (expired) => {
      const { stack, account, calls } = await world();
      await account.trouble({ kind: "error", action: submit, ...expired });
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
      const { stack, account, calls } = await world();
      await account.trouble({
        kind: "failTarget",
        target: target(1),
        as: "failedList",
        reason: "domain not valid",
      });
      const first = await stack.up(program("a"));
      expect(first.outputs).toMatchObject({
        status: "partial",
        owed: [{ target: target(1), code: "FailedList", reason: "domain not valid" }],
      });
      await account.trouble({ kind: "nullFailedList" });
      const second = await stack.up(program("a"));
      expect(second.outputs).toMatchObject({ status: "complete" });
      expect(await calls()).toEqual([targets(3), [target(1)]]);
    });
  });
}
