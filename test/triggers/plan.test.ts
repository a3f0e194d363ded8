/** When a trigger fires and with what: the table of the design, and a model made of maps. */
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Manifest, type OpenMark } from "../../provider/src/triggers/manifest/manifest.ts";
import { unpackManifest } from "../../provider/src/triggers/manifest/pack.ts";
import { planPurge, toLedger, type Desired, type Plan, type Statement } from "../../provider/src/triggers/plan.ts";
import { describePlan } from "../../provider/src/trigger-kit/describe/plan.ts";
import { PaperCloud } from "./paper-cloud.ts";
import { after, contents, done, hash, sends, sentAt, targets, wanted } from "./planned.ts";
import { lane } from "./setting.ts";
import { VirtualClock } from "./virtual-clock.ts";

describe("when does it fire", () => {
  test("created: all", () => {
    expect(sends(planPurge(undefined, wanted(hash("1"))))).toEqual({ a: "created", b: "created", c: "created" });
    expect(sends(planPurge(undefined, wanted(contents({ a: "1" }))))).toEqual({ a: "created" });
  });

  test('created with onCreate "skip": nothing, and the first change fires', () => {
    const first = planPurge(undefined, wanted(hash("1"), { onCreate: "skip" }));
    expect([first.send.size, first.skipped]).toEqual([0, true]);
    expect(planPurge(after(first), wanted(hash("1"), { onCreate: "skip" })).send.size).toBe(0);
    expect(planPurge(after(first), wanted(hash("2"), { onCreate: "skip" })).send.size).toBe(3);
  });

  test("contentHash changed: all targets, as the program lists them now", () => {
    const before = done(wanted(hash("1")));
    expect(sends(planPurge(before, wanted(hash("2", ["c", "d"]))))).toEqual({ c: "hashChanged", d: "hashChanged" });
  });

  test("an entry of contents changed or removed: that target", () => {
    const before = done(wanted(contents({ a: "1", b: "1", c: "1" })));
    const plan = planPurge(before, wanted(contents({ a: "1", b: "2" })));
    expect(sends(plan)).toEqual({ b: "changed", c: "removed" });
    expect(plan.unchanged).toBe(1);
  });

  test("a target added to `targets` or corrected there, same hash: that target, since it was never true for it", () => {
    const before = done(wanted(hash("1", ["a", "typo"])), { typo: "owed" });
    const plan = planPurge(before, wanted(hash("1", ["a", "b"])));
    expect(sends(plan)).toEqual({ b: "added" });
    expect(plan.forgotten).toEqual(["typo"]);
    const skipped = after(planPurge(undefined, wanted(hash("1"), { onCreate: "skip" })));
    expect(sends(planPurge(skipped, wanted(hash("1", [...targets, "d"]))))).toEqual({ d: "added" });
  });

  test("a target that was left out and comes back under the same hash: that target", () => {
    const without = after(planPurge(done(wanted(hash("1"))), wanted(hash("1", ["a", "b"]))));
    expect(sends(planPurge(without, wanted(hash("1"))))).toEqual({ c: "added" });
  });

  test("an entry of contents added: only with purgeAdded", () => {
    const before = done(wanted(contents({ a: "1" })));
    const now = contents({ a: "1", n: "1" });
    expect(planPurge(before, wanted(now)).send.size).toBe(0);
    expect(planPurge(before, wanted(now)).addedOnly).toBe(1);
    expect(sends(planPurge(before, wanted(now, { sendAdded: true })))).toEqual({ n: "added" });
  });

  test("type changed: what the new type lists, which is another statement", () => {
    const owing = done(wanted(hash("1")), { b: "owed" });
    const plan = planPurge(owing, wanted(hash("1", ["dir/"], "directory")));
    expect([sends(plan), plan.forgotten]).toEqual([{ "dir/": "retyped" }, ["b"]]);
    const map = done(wanted(contents({ a: "1", gone: "1" })));
    const retyped = planPurge(map, wanted(contents({ a: "1" }, "directory")));
    expect([sends(retyped), retyped.leftBehind]).toEqual([{ a: "retyped" }, ["gone"]]);
    const lost = done(wanted(contents({ a: "1", gone: "1" })), { gone: "lost" });
    const told = planPurge(lost, wanted(contents({ a: "1" }, "directory")));
    expect([told.forgotten, told.leftBehind]).toEqual([["gone"], []]);
    const known = { ...map, ledger: { ...map.ledger, earlier: ["0123456789abcdef"] } };
    expect(planPurge(known, wanted(contents({ a: "1" }, "directory"))).earlier).toEqual(["0123456789abcdef"]);
  });

  test("an entry of contents that was never true is corrected: the new one may be it, so it is sent", () => {
    const before = done(wanted(contents({ a: "1", typo: "1" })), { typo: "owed" });
    const plan = planPurge(before, wanted(contents({ a: "1", b: "1" })));
    expect([sends(plan), plan.addedOnly]).toEqual([{ b: "added", typo: "owed" }, 0]);
    // Once it is known to have left, it corrects nothing any more.
    const later = after(plan, { typo: "owed" });
    expect(sends(planPurge(later, wanted(contents({ a: "1", b: "1", c: "1" }))))).toEqual({ typo: "owed" });
  });

  test("order and wait changed: nothing", () => {
    const before = done(wanted(hash("1")));
    for (const now of [wanted(hash("1", ["c", "a", "b"])), wanted(hash("1"), { wait: false })]) {
      expect(planPurge(before, now).send.size).toBe(0);
    }
  });

  test("A, B, A: each change", () => {
    const a = done(wanted(hash("a")));
    const b = planPurge(a, wanted(hash("b")));
    expect([b.send.size, planPurge(after(b), wanted(hash("a"))).send.size]).toEqual([3, 3]);
  });

  test("the last run ended partially: what is owed, and only that", () => {
    expect(sends(planPurge(done(wanted(hash("1")), { b: "owed" }), wanted(hash("1"))))).toEqual({ b: "owed" });
    const map = done(wanted(contents({ a: "1", b: "1" })), { b: "owed" });
    expect(sends(planPurge(map, wanted(contents({ a: "1", b: "1" }))))).toEqual({ b: "owed" });
  });

  test("each target counts once, also when it is owed", () => {
    const counts = ({ send, unchanged, addedOnly }: Plan): number[] => [send.size, unchanged, addedOnly];
    expect(counts(planPurge(done(wanted(hash("1")), { b: "owed" }), wanted(hash("1"))))).toEqual([1, 2, 0]);
    const map = contents({ a: "1", b: "1" });
    expect(counts(planPurge(done(wanted(map), { b: "owed" }), wanted(map)))).toEqual([1, 1, 0]);
    const removed = after(planPurge(done(wanted(map)), wanted(contents({ a: "1" }))), { b: "owed" });
    expect(counts(planPurge(removed, wanted(contents({ a: "1" }))))).toEqual([1, 1, 0]);
    expect(counts(planPurge(removed, wanted(contents({ a: "1", b: "2", c: "1" }))))).toEqual([1, 1, 1]);
  });

  test.each(["owed", "sent", "lost"] as const)(
    "a change that ended as %s and is rolled back is purged all the same: the edge may have cached it meanwhile",
    (mark) => {
      const failed = after(planPurge(done(wanted(contents({ a: "1" }))), wanted(contents({ a: "2" }))), { a: mark });
      const plan = planPurge(failed, wanted(contents({ a: "1" })));
      expect([[...plan.send.keys()], plan.lost, plan.watch.tasks]).toEqual([["a"], [], []]);
    },
  );

  test("what the program no longer lists is no longer owed, but a removed entry of contents is", () => {
    const plan = planPurge(done(wanted(hash("1")), { b: "owed" }), wanted(hash("1", ["a"])));
    expect([plan.send.size, plan.forgotten]).toEqual([0, ["b"]]);
    const before = planPurge(done(wanted(contents({ a: "1", b: "1" }))), wanted(contents({ a: "1" })));
    const still = planPurge(after(before, { b: "owed" }), wanted(contents({ a: "1" })));
    expect([sends(still), [...still.unlisted]]).toEqual([{ b: "owed" }, ["b"]]);
  });

  test("from a hash to contents and back: nothing to compare, so everything that is listed", () => {
    expect(sends(planPurge(done(wanted(hash("1"))), wanted(contents({ a: "1" }))))).toEqual({ a: "sourceChanged" });
    expect(planPurge(done(wanted(contents({ a: "1" }))), wanted(hash("1"))).send.size).toBe(3);
  });

  describe("a hash that is made from the targets", () => {
    const named = (text: string, more: Partial<Statement> = {}): Desired =>
      wanted({ ...hash(text), hashNamesTargets: true, ...more });

    test("says by itself what is true: no target is listed in the state until something is open", () => {
      const through = done(named("1"));
      expect(through.ledger.manifest).toBe("");
      expect(planPurge(through, named("1"))).toMatchObject({ send: new Map(), unchanged: 3 });
      expect(planPurge(through, named("2")).send.size).toBe(3);
      const owing = done(named("1"), { b: "owed" });
      expect([...unpackManifest(owing.ledger.manifest, "1").names()]).toEqual(targets);
      const paid = planPurge(owing, named("1"));
      expect(sends(paid)).toEqual({ b: "owed" });
      expect(after(paid).ledger.manifest).toBe("");
    });

    test("is the same under the name that earlier releases gave it, whatever was open then", () => {
      const now = named("lines", { formerHash: "bytes" });
      expect(planPurge(done(wanted(hash("bytes"))), now).send.size).toBe(0);
      expect(sends(planPurge(done(wanted(hash("bytes")), { b: "owed" }), now))).toEqual({ b: "owed" });
      expect(planPurge(done(wanted(hash("others"))), now).send.size).toBe(3);
    });
  });

  test("only what is unchanged is looked up as lost; new content is sent whatever the list says", () => {
    const lost = done(wanted(hash("1")), { b: "lost" });
    expect(planPurge(lost, wanted(hash("1"))).lost).toEqual([
      { target: "b", sentAt: Date.parse(sentAt), reference: "ref" },
    ]);
    expect(planPurge(lost, wanted(hash("2"))).lost).toEqual([]);
  });

  test("what is in tasks is watched, not sent; what no list can prove any more is sent", () => {
    const sent = done(wanted(contents({ a: "1", b: "1" })), { a: "sent" });
    const plan = planPurge(sent, wanted(contents({ a: "1", b: "1" })));
    expect([plan.send.size, [...plan.watch.targets], plan.unchanged]).toEqual([0, ["a"], 2]);
    const forgotten = { listedSince: Date.parse(sentAt) + 1 };
    expect(sends(planPurge(sent, wanted(contents({ a: "1", b: "1" }), forgotten)))).toEqual({ a: "owed" });
    const unwaited = planPurge(sent, wanted(contents({ a: "1", b: "1" }), { wait: false }));
    expect([unwaited.send.size, unwaited.watch.tasks, [...unwaited.left]]).toEqual([0, [], ["a"]]);
    expect(toLedger(unwaited, new Map([["a", "sent"]])).awaiting).toBe(1);
  });

  test("the removal of a page that is in a task is watched; a page removed after its change was sent is sent", () => {
    const first = done(wanted(contents({ a: "1", b: "1" })));
    const removal = after(planPurge(first, wanted(contents({ a: "1" }))), { b: "sent" });
    expect([...planPurge(removal, wanted(contents({ a: "1" }))).watch.targets]).toEqual(["b"]);
    const change = after(planPurge(first, wanted(contents({ a: "1", b: "2" }))), { b: "sent" });
    expect(sends(planPurge(change, wanted(contents({ a: "1" }))))).toEqual({ b: "removed" });
  });

  test("a prefetch sends what is new or changed, never what was removed", () => {
    const prefetch = { sendAdded: true, sendRemoved: false };
    const before = done(wanted(contents({ a: "1", b: "1" }), prefetch), { b: "owed" });
    const plan = planPurge(before, wanted(contents({ a: "2", n: "1" }), prefetch));
    expect([sends(plan), plan.forgotten]).toEqual([{ a: "changed", n: "added" }, ["b"]]);
  });
});

test("the preview names who is meant where it is not simply all, at most ten for each reason", () => {
  const cloud = new PaperCloud(new VirtualClock());
  const told = (plan: Plan): string[] => describePlan(plan, cloud, lane);
  const pages = (release: string): Statement =>
    contents(Object.fromEntries(Array.from({ length: 20 }, (_, page) => [`p${page}`, page < 12 ? release : ""])));
  const before = done(wanted(pages("1")), { p19: "owed" });
  const lines = told(planPurge(before, wanted(pages("2"))));
  expect(lines[0]).toMatch(/^will purge 13 of 20 files \(12 changed, 1 owed from the last run\): 1 call to/);
  expect(lines.slice(1)).toEqual(["changed: p0, p1, p10, p11, p2, p3, p4, p5, p6, p7 and 2 more; owed: p19"]);
  expect(told(planPurge(undefined, wanted(pages("1"))))).toHaveLength(1);
  const one = done(wanted(contents({ a: "1" })));
  expect(told(planPurge(one, wanted(contents({ a: "1" }))))).toEqual(["nothing to purge: contents unchanged"]);
  expect(told(planPurge(one, wanted(contents({ a: "1", b: "1" })))).at(0)).toBe(
    "nothing to purge: no entry of contents changed or was removed",
  );
});

test.each([
  [true, "will watch 1 task of earlier runs: 1 file not final yet"],
  [false, "will look once at 1 task of earlier runs: 1 file not final yet"],
])("the preview says what is done with tasks that go on (wait: %s)", (wait, line) => {
  const before = done(wanted(contents({ a: "1", b: "1" })), { a: "sent" });
  const plan = planPurge(before, wanted(contents({ a: "1", b: "2" }), { wait }));
  expect(describePlan(plan, new PaperCloud(new VirtualClock()), lane)).toContain(line);
});

test("the preview tells how long the vendor's pace makes the sending take", () => {
  const cloud = new PaperCloud(new VirtualClock(), { pace: { calls: 5, perMs: 1000 } });
  const many = Array.from({ length: 50_000 }, (_, page) => `https://www.example.com/${page}`);
  const plan = planPurge(undefined, wanted(hash("1", many)));
  const quota = { limit: 100_000, remaining: 60_000 };
  expect(describePlan(plan, cloud, lane, { quota })).toEqual([
    expect.stringMatching(
      /^will purge 50,000 files .*: 50 calls to .*, daily quota 60,000 of 100,000 left, about 9\.6 s: 5 calls a second$/,
    ),
  ]);
});

describe("planning against maps", () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const map = fc.dictionary(fc.constantFrom(...names), fc.constantFrom("1", "2", "3"));
  const marks = fc.dictionary(fc.constantFrom(...names), fc.constantFrom("owed", "sent", "lost"));

  test("contents: all that is listed and not true for what is listed, and all that is no longer listed", () => {
    fc.assert(
      fc.property(map, map, marks, fc.boolean(), (before, now, open, sendAdded) => {
        const left = Object.fromEntries(Object.entries(open).filter(([target]) => target in before));
        const plan = planPurge(done(wanted(contents(before)), left), wanted(contents(now), { sendAdded }));
        const isTrue = (target: string): boolean => before[target] === now[target] && left[target] === undefined;
        const isSent = (target: string): boolean => before[target] === now[target] && left[target] === "sent";
        const isCorrected = Object.keys(before).some((key) => !(key in now) && left[key] === "owed");
        const isAdded = sendAdded || isCorrected;
        const model = [
          ...Object.keys(now).filter((key) => (key in before ? !isTrue(key) && !isSent(key) : isAdded)),
          ...Object.keys(before).filter((key) => !(key in now)),
        ];
        expect([...plan.send.keys()].toSorted()).toEqual(model.toSorted());
        expect([...plan.watch.targets].toSorted()).toEqual(Object.keys(now).filter(isSent).toSorted());
      }),
    );
  });

  test("hash: all, or what was never true for it", () => {
    const list = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"));
    fc.assert(
      fc.property(list, list, list, fc.boolean(), (before, now, debts, changed) => {
        const owed = debts.filter((target) => before.includes(target));
        const open = Object.fromEntries(owed.map((target): [string, OpenMark] => [target, "owed"]));
        const plan = planPurge(done(wanted(hash("1", before)), open), wanted(hash(changed ? "2" : "1", now)));
        const never = now.filter((target) => !before.includes(target) || owed.includes(target));
        expect([...plan.send.keys()].toSorted()).toEqual((changed ? now : never).toSorted());
        expect([...plan.forgotten].toSorted()).toEqual(owed.filter((target) => !plan.send.has(target)).toSorted());
      }),
    );
  });
});

test("100,000 targets: at most 16 bytes each beside their compressed names, planned within the limit", () => {
  const map = new Map(
    Array.from({ length: 100_000 }, (_, index): [string, string] => [
      `https://www.example.com/assets/${index % 97}/${index}.js`,
      `sha256:${(index * 7919).toString(16).padStart(64, "0")}`,
    ]),
  );
  const statement = { type: "file", source: "contents", manifest: Manifest.of(map) } as const;
  const state = after(planPurge(undefined, wanted(statement)));
  const names = (deflateRawSync([...map.keys()].toSorted().join("\n")).length * 4) / 3;
  expect((state.ledger.manifest.length - names) / 100_000).toBeLessThanOrEqual(16);
  const changed = new Map(map);
  let index = 0;
  for (const key of map.keys()) if (index++ % 100 === 0) changed.set(key, "new");
  const now = Manifest.of(changed);
  const took: number[] = [];
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    const plan = planPurge(state, wanted({ ...statement, manifest: now }));
    took.push(performance.now() - start);
    expect(plan.send.size).toBe(1000);
  }
  console.log(
    `planning 100,000 with 1 % changed: ${took.map((ms) => ms.toFixed(0)).join(", ")} ms; state ${state.ledger.manifest.length} bytes`,
  );
});
