/** Budgets and coarser purges as plans: what fits, what is refused, and what covers all for the least. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { coarserTargets, overOf } from "../../provider/src/triggers/budget/choose.ts";
import { ancestorsOf, coarserThan, coverOf, readFallback } from "../../provider/src/triggers/budget/cover.ts";
import { directoriesFor } from "../../provider/src/triggers/budget/directories.ts";
import { overBudget } from "../../provider/src/trigger-kit/describe/budget.ts";
import { budgetOf, groupsOf } from "../../provider/src/triggers/budget/max-targets.ts";
import { resultsFor, watchedFor } from "../../provider/src/triggers/budget/stand-in.ts";
import { Manifest } from "../../provider/src/triggers/manifest/manifest.ts";
import { planPurge, toLedger, type Plan, type Reason } from "../../provider/src/triggers/plan.ts";
import type { FallbackWord } from "../../provider/src/triggers/receipts.ts";
import type { KindRules } from "../../provider/src/triggers/service.ts";
import { pack } from "../../provider/src/triggers/submit/pack.ts";
import { unseen } from "../../provider/src/triggers/watch/watch.ts";
import { byContents, Setting } from "../triggers/setting.ts";

const rules: KindRules = { perCall: 2, hostsPerCall: 2, bytesPerCall: 1 << 20, noun: "directory", listed: "always" };

test("a host is purged by its name without port, and stands for all of its ports", () => {
  const targets = ["https://www.example.com:8443/a", "https://WWW.example.com/b", "https://other.example.com/c"];
  const hosts = coarserThan({ word: "hostname", tag: "" }, targets);
  expect(hosts).toEqual(["www.example.com", "other.example.com"]);
  expect([...coverOf("hostname", hosts, targets).values()]).toEqual([targets.slice(0, 2), targets.slice(2)]);
});

describe("directories in place of files", () => {
  const url = fc
    .tuple(
      fc.constantFrom("a.example.com", "b.example.com", "c.example.com"),
      fc.array(fc.constantFrom("x", "y"), { maxLength: 3 }),
      fc.constantFrom("1", "2"),
    )
    .map(([host, path, file]) => `https://${[host, ...path, file].join("/")}`);
  const site = fc.record({
    changed: fc.uniqueArray(url, { minLength: 1, maxLength: 6 }),
    unchanged: fc.uniqueArray(url, { maxLength: 6 }),
    most: fc.integer({ min: 1, max: 6 }),
  });

  /** Every set of directories that covers all, found by trying each. */
  function covers(changed: readonly string[], most: number): string[][] {
    const all = [...new Set(changed.flatMap(ancestorsOf))];
    const found: string[][] = [];
    for (let bits = 1; bits < 1 << all.length; bits++) {
      const some = all.filter((_, at) => (bits & (1 << at)) !== 0);
      if (some.length <= most && changed.every((file) => some.some((each) => file.startsWith(each)))) found.push(some);
    }
    return found;
  }
  const inVain = (directories: readonly string[], unchanged: readonly string[]): number =>
    unchanged.filter((file) => directories.some((each) => file.startsWith(each))).length;

  test("cover all and purge as few unchanged files as any that are no more", () => {
    fc.assert(
      fc.property(site, ({ changed, unchanged: others, most }) => {
        const unchanged = others.filter((file) => !changed.includes(file));
        const found = directoriesFor(changed, unchanged, most);
        const all = covers(changed, most);
        expect(found === undefined).toBe(all.length === 0);
        if (found === undefined) return;
        expect(found.length).toBeLessThanOrEqual(most);
        expect(coverOf("directory", found, changed).size).toBe(found.length);
        expect([...coverOf("directory", found, changed).values()].flat().toSorted()).toEqual(changed.toSorted());
        expect(inVain(found, unchanged)).toBe(Math.min(...all.map((each) => inVain(each, unchanged))));
      }),
      { numRuns: 300, seed: 15 },
    );
  });

  test("take as few calls as any, and no more calls and quota than the files that fit", () => {
    fc.assert(
      fc.property(site, ({ changed, unchanged: others, most: remaining }) => {
        const plan = planOf(
          changed,
          others.filter((file) => !changed.includes(file)),
        );
        const found = coarserTargets({ word: "directory", tag: "" }, plan, rules, remaining);
        const all = covers(changed, remaining);
        expect(found === undefined).toBe(all.length === 0);
        if (found === undefined) return;
        expect(pack(found, rules).length).toBe(Math.min(...all.map((each) => pack(each, rules).length)));
        expect(pack(found, rules).length).toBeLessThanOrEqual(pack(changed, rules).length);
        expect(found.length).toBeLessThanOrEqual(Math.min(remaining, changed.length));
      }),
      { numRuns: 300, seed: 15 },
    );
  });

  test("of 20,000 changed files among 100,000 are found in a moment", () => {
    const files = Array.from({ length: 100_000 }, (_, at) => `https://www.example.com/${at % 50}/${at % 1000}/${at}`);
    const plan = planOf(
      files.filter((_, at) => at % 50 < 10),
      files.filter((_, at) => at % 50 >= 10),
    );
    const found = coarserTargets({ word: "directory", tag: "" }, plan, { ...rules, perCall: 100 });
    expect(found?.length).toBeGreaterThanOrEqual(10);
    expect(found?.every((directory) => Number(directory.split("/")[3]) < 10)).toBe(true);
  });
});

test.each<[string, FallbackWord, string[], string[]]>([
  [
    "directory",
    "directory",
    ["https://a.example.com/x/1?q=/z/", "http://a.example.com/x/1", "https://a.example.com"],
    ["http://a.example.com/x/", "https://a.example.com/"],
  ],
  ["hostname", "hostname", ["https://A.example.com/x", "http://b.example.com/"], ["a.example.com", "b.example.com"]],
  ["all", "all", ["https://a.example.com/x"], ["all"]],
  ["tag:release", "tag", ["https://a.example.com/x", "https://b.example.com/"], ["release"]],
])("fallback %s covers every target once", (text, word, targets, coarser) => {
  const fallback = readFallback(text);
  expect(fallback?.word).toBe(word);
  const found = coarserTargets(fallback ?? never(), planOf(targets, []), rules);
  expect(found?.toSorted()).toEqual(coarser);
  expect([...coverOf(word, coarser, targets).values()].flat().toSorted()).toEqual(targets.toSorted());
});

test.each(["", "host", "Directory", "release", "tag"])("%j is no fallback", (text) => {
  expect(readFallback(text)).toBeUndefined();
});

test("a plan that fits stays as it is, whatever fallback is given; one that does not is over the first bound that it breaks", () => {
  const bounds = {
    sendingMs: 1000,
    leftMs: 1000,
    budget: { most: 10, known: undefined },
    quota: { limit: 99, remaining: 10 },
  };
  expect(overOf(10, bounds)).toBeUndefined();
  expect(overOf(11, bounds)).toBe("maxTargets");
  expect(overOf(11, { ...bounds, budget: undefined })).toBe("quota");
  expect(overOf(11, { ...bounds, budget: undefined, quota: undefined })).toBeUndefined();
  expect(overOf(1, { ...bounds, leftMs: 999 })).toBe("time");
  expect(overOf(0, { ...bounds, leftMs: 0 })).toBeUndefined();
});

describe("maxTargets", () => {
  test("a share is of what is known, and no bound of a new trigger", () => {
    const plan = planOf(["a", "b", "c"], ["d", "e", "f", "g"]);
    expect(budgetOf("50%", plan)).toEqual({ most: 3, known: 7 });
    expect(budgetOf("20%", planOf(["a"], ["b", "c"]))).toEqual({ most: 1, known: 3 });
    const empty = { ...planOf([], []), send: new Map([["a", "added" as const]]) };
    expect(budgetOf("20%", empty)).toBeUndefined();
    expect(budgetOf("50%", { ...empty, unchanged: 9 })).toEqual({ most: 5, known: 10 });
    expect(budgetOf("100%", plan)).toBeUndefined();
    expect(budgetOf(2, plan)).toEqual({ most: 2, known: undefined });
    expect(budgetOf(undefined, plan)).toBeUndefined();
    expect(budgetOf("50%", planPurge(undefined, byContents({ a: "1" })))).toBeUndefined();
    expect(budgetOf(2, planPurge(undefined, byContents({ a: "1" })))).toEqual({ most: 2, known: undefined });
  });

  test("a folder that was renamed is no growth: what is new in place of what is gone is not known", () => {
    const pages = (folder: string) =>
      Object.fromEntries(["1", "2", "3", "4"].map((page) => [`${folder}/${page}`, page]));
    const planOfMove = (now: Record<string, string>, sendAdded: boolean) => {
      const statement = byContents({ ...pages("old"), kept: "1" }).statement;
      const ledger = toLedger(planPurge(undefined, byContents({ ...pages("old"), kept: "1" })), new Map());
      const before = { status: "complete" as const, count: 1, lastAt: undefined, tasks: [], owed: [], ledger };
      expect(statement.manifest.size).toBe(5);
      return planPurge(before, { ...byContents({ ...now, kept: "1" }), sendAdded });
    };
    for (const sendAdded of [false, true]) {
      const moved = planOfMove(pages("new"), sendAdded);
      expect(moved.send.size).toBe(sendAdded ? 8 : 4);
      expect(budgetOf("60%", moved)).toEqual({ most: 3, known: 5 });
      const grown = planOfMove({ ...pages("old"), ...pages("new") }, sendAdded);
      expect(budgetOf("50%", grown)).toEqual({ most: 4, known: 9 });
    }
  });

  test.each([
    [
      [
        "https://a.example.com/docs/1",
        "https://a.example.com/docs/2",
        "https://a.example.com/blog/1",
        "https://a.example.com/",
      ],
      ["https://a.example.com/docs/ 2", "https://a.example.com/blog/ 1", "https://a.example.com/ 1"],
    ],
    [
      ["https://a.example.com/en/docs/1", "https://a.example.com/en/docs/2", "https://a.example.com/en/blog/1"],
      ["https://a.example.com/en/docs/ 2", "https://a.example.com/en/blog/ 1"],
    ],
    [
      ["https://a.example.com/1", "https://b.example.com/1", "https://b.example.com/2/3"],
      ["https://b.example.com/ 2", "https://a.example.com/ 1"],
    ],
    [
      ["release", "blog"],
      ["release 1", "blog 1"],
    ],
  ])("groups of %j", (targets, groups) => {
    expect(groupsOf(targets).map(({ name, count }) => `${name} ${count}`)).toEqual(groups);
  });
});

test("over maxTargets: the five largest groups are named", () => {
  const site = "https://a.example.com";
  const targets = ["a", "b", "c", "d", "e", "f"].flatMap((folder, at) =>
    Array.from({ length: 6 - at }, (_, page) => `${site}/${folder}/${page}`),
  );
  const { text, names } = overBudget(
    planOf(targets, []),
    { most: 1, known: undefined },
    { noun: "file", verb: "purge" },
  );
  expect(names).toEqual(["a", "b", "c", "d", "e"].map((folder) => `${site}/${folder}/`));
  expect(text).toContain(`Largest groups: ${site}/a/ (6), `);
});

test("a coarser task and plain ones, both open, cannot prove which target is whose: all is sent again", async () => {
  const setting = new Setting({ taskMs: 60_000 });
  const first = await setting.run(undefined, byContents({ "https://a.example.com/x/1": "1" }, false));
  const [task] = first.receipts.tasks;
  const instead = { fallback: "directory" as const, targets: ["https://a.example.com/x/"] };
  const watched = (tasks: typeof first.receipts.tasks) =>
    planPurge({ ...first.receipts, tasks }, byContents({ "https://a.example.com/x/1": "1" })).watch.tasks.length;
  const plain = task ?? never();
  expect(watched([plain])).toBe(1);
  expect(watched([{ ...plain, instead }])).toBe(1);
  expect(watched([plain, { ...plain, instead }])).toBe(0);
  expect(watched([{ ...plain, instead: { ...instead, targets: ["https://a.example.com/y/"] } }])).toBe(0);
});

function planOf(changed: readonly string[], unchanged: readonly string[]): Plan {
  const before = planPurge(undefined, byContents({}));
  const manifest = Manifest.of([...changed, ...unchanged].map((target) => [target, "1"] as const));
  const send = new Map(changed.map((target): [string, Reason] => [target, "changed"]));
  return { ...before, created: false, send, unchanged: unchanged.length, statement: { ...before.statement, manifest } };
}

function never(): never {
  throw new Error("absent");
}

test.each([
  ["directory", true],
  ["hostname", true],
  ["tag", false],
  ["all", false],
] as const)("a %s that the cloud never takes has none of its targets for good: %s", (word, lasting) => {
  const cover = new Map([["coarser", ["a", "b"]]]);
  const refused = { state: "refused", code: "C", reason: "r", lasting: true } as const;
  const own = { ...refused, reason: "coarser: r", lasting };
  expect(resultsFor({ word, cover }, new Map([["coarser", refused]]))).toEqual(
    new Map([
      ["a", own],
      ["b", own],
    ]),
  );
});

test("what failed in a coarser purge may go through by itself", () => {
  const failure = { target: "coarser", taskId: "t", code: "C", reason: "r", lasting: true };
  const seen = {
    ...unseen({ tasks: [], targets: new Set(), doubtful: new Set() }),
    failures: new Map([["coarser", failure]]),
  };
  const own = { ...failure, target: "a", reason: "coarser: r", lasting: false };
  expect(watchedFor(new Map([["coarser", ["a"]]]), seen).failures).toEqual(new Map([["a", own]]));
});
