/** When a trigger fires and with what: the tables of the design, and a model made of sets. */
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Manifest } from "../../provider/src/triggers/manifest.ts";
import {
  planPurge,
  toLedger,
  type Desired,
  type Plan,
  type Reason,
  type Source,
} from "../../provider/src/triggers/plan.ts";
import { describePlan } from "../../provider/src/triggers/describe.ts";
import type { Owed, Receipts } from "../../provider/src/triggers/receipts.ts";
import { PaperCloud } from "./paper-cloud.ts";
import { VirtualClock } from "./virtual-clock.ts";

const targets = ["a", "b", "c"];

function wanted(source: Source, more: Partial<Desired> = {}): Desired {
  return { type: "file", source, sendAdded: false, sendRemoved: true, onCreate: "send", wait: true, ...more };
}
const hash = (text: string, list: readonly string[] = targets): Source => ({ by: "hash", hash: text, targets: list });
const contents = (map: Record<string, string>): Source => ({
  by: "contents",
  contents: Manifest.of(Object.entries(map)),
});

/** The state after a run of this plan in which everything but `owed` went well. */
function after(plan: Plan, owed: readonly string[] = [], sentAt?: string): Receipts {
  const debts: Owed[] = owed.map((target) => ({
    target,
    code: "X",
    reason: "x",
    ...(sentAt === undefined ? {} : { sentAt }),
  }));
  return {
    status: owed.length > 0 ? "partial" : "complete",
    count: 1,
    lastAt: undefined,
    tasks: [],
    owed: debts,
    ledger: toLedger(plan.baseline, []),
  };
}
const done = (desired: Desired, owed: readonly string[] = []): Receipts => after(planPurge(undefined, desired), owed);
const sends = (plan: Plan): Record<string, Reason> => Object.fromEntries(plan.send);

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

  test("an entry of contents added: only with purgeAdded", () => {
    const before = done(wanted(contents({ a: "1" })));
    const now = contents({ a: "1", n: "1" });
    expect(planPurge(before, wanted(now)).send.size).toBe(0);
    expect(planPurge(before, wanted(now)).addedOnly).toBe(1);
    expect(sends(planPurge(before, wanted(now, { sendAdded: true })))).toEqual({ n: "added" });
  });

  test("targets, type, wait changed, hash unchanged: nothing", () => {
    const before = done(wanted(hash("1")));
    for (const now of [
      wanted(hash("1", ["x"])),
      wanted(hash("1"), { type: "directory" }),
      wanted(hash("1"), { wait: false }),
    ]) {
      expect(planPurge(before, now).send.size).toBe(0);
    }
    const map = done(wanted(contents({ a: "1" })));
    expect(planPurge(map, wanted(contents({ a: "1" }), { type: "directory" })).send.size).toBe(0);
    expect(planPurge(map, wanted(contents({ x: "1" }), { type: "cachetag" })).send.size).toBe(0);
  });

  test("A, B, A: each change", () => {
    const a = done(wanted(hash("a")));
    const b = planPurge(a, wanted(hash("b")));
    expect([b.send.size, planPurge(after(b), wanted(hash("a"))).send.size]).toEqual([3, 3]);
  });

  test("the last run ended partially: what is owed, and only that", () => {
    expect(sends(planPurge(done(wanted(hash("1")), ["b"]), wanted(hash("1"))))).toEqual({ b: "owed" });
    const map = done(wanted(contents({ a: "1", b: "1" })), ["b"]);
    expect(sends(planPurge(map, wanted(contents({ a: "1", b: "1" }))))).toEqual({ b: "owed" });
  });

  test("each target counts once, also when it is owed", () => {
    const counts = ({ send, unchanged, addedOnly }: Plan): number[] => [send.size, unchanged, addedOnly];
    expect(counts(planPurge(done(wanted(hash("1")), ["b"]), wanted(hash("1"))))).toEqual([1, 2, 0]);
    const map = contents({ a: "1", b: "1" });
    expect(counts(planPurge(done(wanted(map), ["b"]), wanted(map)))).toEqual([1, 1, 0]);
    const removed = after(planPurge(done(wanted(map)), wanted(contents({ a: "1" }))), ["b"]);
    expect(counts(planPurge(removed, wanted(contents({ a: "1" }))))).toEqual([1, 1, 0]);
    expect(counts(planPurge(removed, wanted(contents({ a: "1", b: "2", c: "1" }))))).toEqual([1, 1, 1]);
  });

  test("a failed change that is rolled back is purged all the same: the edge may have cached it meanwhile", () => {
    const failed = after(planPurge(done(wanted(contents({ a: "1" }))), wanted(contents({ a: "2" }))), ["a"]);
    expect(sends(planPurge(failed, wanted(contents({ a: "1" }))))).toEqual({ a: "changed" });
  });

  test("what the program no longer lists is no longer owed, but a removed entry of contents is", () => {
    const plan = planPurge(done(wanted(hash("1")), ["b"]), wanted(hash("1", ["a"])));
    expect([plan.send.size, plan.forgotten]).toEqual([0, ["b"]]);
    const removed = after(planPurge(done(wanted(contents({ a: "1", b: "1" }))), wanted(contents({ a: "1" }))), ["b"]);
    expect(sends(planPurge(removed, wanted(contents({ a: "1" }))))).toEqual({ b: "owed" });
  });

  test("from a hash to contents and back: nothing to compare, so everything", () => {
    expect(sends(planPurge(done(wanted(hash("1"))), wanted(contents({ a: "1" }))))).toEqual({ a: "sourceChanged" });
    expect(planPurge(done(wanted(contents({ a: "1" }))), wanted(hash("1"))).send.size).toBe(3);
  });

  test("only what is owed and unchanged is looked up as lost; new content is sent whatever the list says", () => {
    const at = "2026-11-22T00:00:00.000Z";
    const lost = after(planPurge(undefined, wanted(hash("1"))), ["b"], at);
    expect(planPurge(lost, wanted(hash("1"))).lost.map(({ target }) => target)).toEqual(["b"]);
    expect(planPurge(lost, wanted(hash("2"))).lost).toEqual([]);
  });

  test("a prefetch sends what is new or changed, never what was removed", () => {
    const prefetch = { sendAdded: true, sendRemoved: false };
    const before = done(wanted(contents({ a: "1", b: "1" }), prefetch), ["b"]);
    expect(sends(planPurge(before, wanted(contents({ a: "2", n: "1" }), prefetch)))).toEqual({
      a: "changed",
      n: "added",
    });
  });
});

test("the preview names who is meant where it is not simply all, at most ten for each reason", () => {
  const cloud = new PaperCloud(new VirtualClock());
  const told = (plan: Plan): string[] => describePlan(plan, cloud, { kind: "file", key: "" }, undefined);
  const pages = (release: string): Source =>
    contents(Object.fromEntries(Array.from({ length: 20 }, (_, page) => [`p${page}`, page < 12 ? release : ""])));
  const before = after(planPurge(done(wanted(contents({ gone: "1" }))), wanted(pages("1"))), ["p19"]);
  const lines = told(planPurge({ ...before, ledger: done(wanted(pages("1"))).ledger }, wanted(pages("2"))));
  expect(lines[0]).toMatch(/^will purge 13 of 20 files \(12 changed, 1 owed from the last run\): 1 call to/);
  expect(lines.slice(1)).toEqual(["changed: p0, p1, p10, p11, p2, p3, p4, p5, p6, p7 and 2 more; owed: p19"]);
  expect(told(planPurge(undefined, wanted(pages("1"))))).toHaveLength(1);
});

test("the preview tells how long the vendor's pace makes the sending take", () => {
  const cloud = new PaperCloud(new VirtualClock(), { pace: { calls: 20, perMs: 1000 } });
  const many = Array.from({ length: 50_000 }, (_, page) => `https://www.example.com/${page}`);
  const plan = planPurge(undefined, wanted(hash("1", many)));
  const quota = { limit: 100_000, remaining: 60_000 };
  expect(describePlan(plan, cloud, { kind: "file", key: "" }, quota)).toEqual([
    expect.stringMatching(
      /^will purge 50,000 files .*: 50 calls to .*, daily quota 60,000 of 100,000 left, at least 2 s to send$/,
    ),
  ]);
});

describe("planning against sets", () => {
  const map = fc.dictionary(fc.constantFrom("a", "b", "c", "d", "e", "f"), fc.constantFrom("1", "2", "3"));

  test("contents: changed ∪ removed ∪ owed (∪ added)", () => {
    fc.assert(
      fc.property(
        map,
        map,
        fc.subarray(["a", "b", "c", "d", "e", "f"]),
        fc.boolean(),
        (before, now, debts, sendAdded) => {
          const first = wanted(contents(before));
          const owed = debts.filter((target) => target in before);
          const plan = planPurge(done(first, owed), wanted(contents(now), { sendAdded }));
          const model = new Set<string>([
            ...Object.keys(now).filter((key) => (key in before ? before[key] !== now[key] : sendAdded)),
            ...Object.keys(before).filter((key) => !(key in now)),
            ...owed,
          ]);
          expect(new Set(plan.send.keys())).toEqual(model);
        },
      ),
    );
  });

  test("hash: all or only what is owed and listed", () => {
    const list = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"));
    fc.assert(
      fc.property(list, list, list, fc.boolean(), (before, now, debts, changed) => {
        const owed = debts.filter((target) => before.includes(target));
        const plan = planPurge(done(wanted(hash("1", before)), owed), wanted(hash(changed ? "2" : "1", now)));
        expect([...plan.send.keys()].toSorted()).toEqual(
          (changed ? now : owed.filter((target) => now.includes(target))).toSorted(),
        );
        expect(plan.forgotten.toSorted()).toEqual(owed.filter((target) => !plan.send.has(target)).toSorted());
      }),
    );
  });
});

describe("the manifest", () => {
  test("comes back as it went in, whatever the names", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "grapheme" }), fc.string()), (map) => {
        const manifest = Manifest.of(Object.entries(map));
        const back = Manifest.unpack(manifest.pack());
        const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect([...back.names()]).toEqual(Object.keys(map).toSorted(byBytes));
        expect(back.compare(manifest)).toEqual({
          changed: [],
          added: [],
          removed: [],
          unchanged: manifest.size,
        });
      }),
    );
  });

  test("100,000 targets: at most 16 bytes each beside their compressed names, planned within the limit", () => {
    const map = new Map(
      Array.from({ length: 100_000 }, (_, index): [string, string] => [
        `https://www.example.com/assets/${index % 97}/${index}.js`,
        `sha256:${(index * 7919).toString(16).padStart(64, "0")}`,
      ]),
    );
    const source = { by: "contents", contents: Manifest.of(map) } as const;
    const first = planPurge(undefined, wanted(source));
    const state = after(first);
    const names = (deflateRawSync([...map.keys()].toSorted().join("\n")).length * 4) / 3;
    expect(((state.ledger.manifest?.length ?? 0) - names) / 100_000).toBeLessThanOrEqual(16);
    const changed = new Map(map);
    let index = 0;
    for (const key of map.keys()) if (index++ % 100 === 0) changed.set(key, "new");
    const now = Manifest.of(changed);
    const took: number[] = [];
    for (let round = 0; round < 5; round++) {
      const start = performance.now();
      const plan = planPurge(state, wanted({ by: "contents", contents: now }));
      took.push(performance.now() - start);
      expect(plan.send.size).toBe(1000);
    }
    console.log(
      `planning 100,000 with 1 % changed: ${took.map((ms) => ms.toFixed(0)).join(", ")} ms; state ${state.ledger.manifest?.length} bytes`,
    );
  });
});
