/** Rules that a slight change would break without a trace elsewhere: whose row it is, when a list is believed, what differs. */
import { describe, expect, test } from "vitest";
import { alibabaConfig } from "../../provider/src/clouds/alibaba/config.ts";
import { tencentConfig } from "../../provider/src/clouds/tencent/config.ts";
import { Redaction } from "../../provider/src/engine/wire/redaction.ts";
import { Manifest, type OpenMark } from "../../provider/src/triggers/manifest/manifest.ts";
import { packManifest } from "../../provider/src/triggers/manifest/pack.ts";
import type { Receipts } from "../../provider/src/triggers/receipts.ts";
import type { KindRules, TaskRow } from "../../provider/src/triggers/service.ts";
import { Entry, sharedCall } from "../../provider/src/triggers/submit/entry.ts";
import { TargetIndex } from "../../provider/src/triggers/submit/target-index.ts";
import { verdict } from "../../provider/src/triggers/watch/verdict.ts";
import { viewOf, type Watched } from "../../provider/src/triggers/watch/view.ts";
import { byHash, Setting, urls } from "./setting.ts";

describe("a row answers for one call", () => {
  test("another trigger's, of a moment ago, is not a lost call's", async () => {
    const setting = new Setting({ taskMs: 0 });
    await setting.run(undefined, byHash("1", urls(2)));
    setting.cloud.troubles.push("lostBefore");
    const { receipts } = await setting.run(undefined, byHash("1", urls(2)));
    expect(receipts).toMatchObject({ status: "complete", tasks: [{ taskIds: ["t2"] }] });
    expect(setting.cloud.calls).toHaveLength(2);
  });

  test("nor is the last run's, in a new process", async () => {
    const setting = new Setting({ taskMs: 0 });
    const first = await setting.run(undefined, byHash("1", urls(2)));
    setting.cloud.troubles.push("lostBefore");
    const { receipts } = await setting.restarted().run(first.receipts, byHash("2", urls(2)));
    expect(receipts).toMatchObject({ status: "complete", tasks: [{ taskIds: ["t2"] }] });
    expect(setting.cloud.calls).toHaveLength(2);
  });
});

test("calls lost at different times are looked up each by its own", async () => {
  const setting = new Setting({ taskMs: 0 });
  const [one = "", two = ""] = urls(2);
  const lose = async (target: string): Promise<Receipts> => {
    setting.cloud.troubles.push("hang");
    return (await setting.run(undefined, byHash("1", [target]), { cancelAfterMs: 1000 })).receipts;
  };
  const first = await lose(one);
  await setting.clock.sleep(30_000);
  // Younger than the first lost call, older than the second.
  await setting.run(undefined, byHash("0", [two]));
  await setting.clock.sleep(30_000);
  const second = await lose(two);
  const marks = new Map<string, OpenMark>([one, two].map((target) => [target, "lost"]));
  const manifest = packManifest(Manifest.ofTargets([one, two], "1").marked(marks, new Map()), "1");
  const owed = [...first.owed, ...second.owed];
  const both = { ...first, owed, ledger: { ...first.ledger, manifest, owed: 2 } };
  await setting.restarted().run(both, byHash("1", [one, two]));
  expect(setting.cloud.sent().toSorted()).toEqual([one, two, two]);
});

describe("when a list is believed", () => {
  const rules: KindRules = { perCall: 10, bytesPerCall: 1000, listed: "always", noun: "file" };
  const [one = "", two = ""] = urls(2);
  const row = (taskId: string, target: string, state: TaskRow["state"] = "done"): TaskRow => ({
    taskId,
    target,
    state,
    createdAt: 0,
  });
  const task = (taskId: string) => ({ taskId, submittedAt: 0, via: "call" as const, targetCount: 2 });
  const pending = (rows: TaskRow[], steadyMs: number, more: Partial<Watched> = {}, kind = rules): number => {
    const watched = { tasks: [task("t")], targets: new Set([one, two]), doubtful: new Set<string>(), ...more };
    const view = viewOf(rows, watched, new TargetIndex(watched.targets), { timesAreComparable: true });
    return verdict({ view, steadyMs, ageMs: steadyMs, rowsByTarget: false }, watched, kind).pending.size;
  };

  test("one row speaks for its task after a minute without another, not after seconds", () => {
    expect([2000, 20_000, 59_999, 60_000].map((ms) => pending([row("t", one)], ms))).toEqual([1, 1, 1, 0]);
    expect(pending([row("t", one), row("t", one)], 60_000)).toBe(0);
  });

  test("an earlier call's row speaks for its target once a later one has had no other row for a minute", () => {
    const [a = "", b = "", c = "", d = ""] = urls(4);
    const watched = {
      tasks: [task("t"), { ...task("u"), submittedAt: 9000, targetCount: 3 }],
      targets: new Set([a, b, c, d]),
      doubtful: new Set<string>(),
    };
    const rows = [row("t", a), row("t", b, "failed"), row("u", c), row("u", d)];
    const view = viewOf(rows, watched, new TargetIndex(watched.targets), { timesAreComparable: false });
    const after = (steadyMs: number) =>
      verdict({ view, steadyMs, ageMs: steadyMs, rowsByTarget: true }, watched, rules);
    expect([...after(59_999).pending]).toEqual([a, b]);
    expect(after(59_999).failures.size).toBe(0);
    expect(after(60_000).pending.size).toBe(0);
    expect([...after(60_000).failures.keys()]).toEqual([b]);
  });

  test("rows of a kind that names none speak for their task at once; where they name some, after a minute", () => {
    const opaque: KindRules = { ...rules, opaqueRows: true };
    expect(pending([row("t", "")], 0, {}, opaque)).toBe(0);
    expect([0, 59_999, 60_000].map((ms) => pending([row("t", one)], ms, {}, opaque))).toEqual([1, 1, 0]);
    expect([0, 60_000].map((ms) => pending([row("t", one, "failed")], ms, {}, opaque))).toEqual([1, 0]);
  });

  test("a line that failed and is none of ours in any spelling may be each of those that no line names", () => {
    const file: TaskRow = { ...row("t", ""), whole: true };
    const failedOf = (rows: TaskRow[], isOthers = false): string[] => {
      const watched = { tasks: [task("t")], targets: new Set([one, two]), doubtful: new Set<string>() };
      const known = { timesAreComparable: true, isOthers: () => isOthers };
      const view = viewOf(rows, watched, new TargetIndex(watched.targets), known);
      return [...verdict({ view, steadyMs: 0, ageMs: 0, rowsByTarget: false }, watched, rules).failures.keys()];
    };
    const [ours, stray] = [row("t", one, "failed"), row("t", "https://www.example.com/2 InvalidUrl", "failed")];
    expect(failedOf([ours, file])).toEqual([one]);
    expect(failedOf([ours, stray, file])).toEqual([one, two]);
    expect(failedOf([ours, stray, file], true)).toEqual([one]);
  });

  test("what may have been refused is awaited for 20 s", () => {
    const doubtful = new Set([two]);
    expect([2000, 19_999, 20_000].map((ms) => pending([row("t", one)], ms, { doubtful }))).toEqual([1, 1, 0]);
  });

  test("a purge of everything is done when all of its tasks are, and all are listed", () => {
    const all = { ...rules, everything: true };
    const tasks = [task("t"), task("u")];
    expect(pending([row("t", ""), row("u", "", "pending")], 0, { tasks }, all)).toBe(2);
    expect(pending([row("t", "")], 0, { tasks }, all)).toBe(2);
    expect(pending([row("t", ""), row("u", "")], 0, { tasks }, all)).toBe(0);
  });
});

test("digests differ in any of their bits", () => {
  const names = Manifest.of([["a", "1"]]).parts.names;
  const of = (...words: [number, number]): Manifest => new Manifest({ names, words: Uint32Array.from(words) });
  expect(of(1, 2).compare(of(1, 3)).changed).toEqual(["a"]);
  expect(of(1, 2).compare(of(3, 2)).changed).toEqual(["a"]);
  expect(of(1, 2).compare(of(1, 2)).unchanged).toBe(1);
});

test("a shared call lasts as long as the longest of its members may wait", () => {
  const log = { debug() {}, info() {}, warn() {}, status() {} };
  const entry = (deadline: number): Entry =>
    new Entry(["a"], { signal: new AbortController().signal, deadline, log }, 0, () => undefined);
  expect(sharedCall([entry(5), entry(9), entry(7)]).deadline).toBe(9);
});

test("the keys of both clouds are secret", () => {
  const config = { ...alibabaConfig, ...tencentConfig };
  const secret = Object.entries(config).filter(([, schema]) => schema.meta()?.["secret"] === true);
  expect(secret.map(([name]) => name)).toEqual([
    "alibabaAccessKeySecret",
    "alibabaSecurityToken",
    "tencentSecretKey",
    "tencentToken",
  ]);
});

test("a secret is cut out as JSON writes it too, a long one by its usual spellings", () => {
  for (const times of [1, 250]) {
    const secret = 'half"half\\'.repeat(times);
    expect(new Redaction([secret]).redact(`{"key":${JSON.stringify(secret)}}`)).not.toContain("half");
  }
});

test("one secret of thousands is cut out, by itself and not with what only begins like it", () => {
  const secrets = Array.from({ length: 5000 }, (_, at) => `https://www.example.com/hush-${at + 10_000}`);
  const said = new Redaction(secrets).redact(`refused: ${secrets[4321]}, not https://www.example.com/hush-public`);
  expect(said).not.toContain("hush-14321");
  expect(said).toContain("hush-public");
});
