/** What rows say: whose they are, and what several of one target come to. */
import { describe, expect, test } from "vitest";
import type { TaskRow } from "../../provider/src/triggers/service.ts";
import { hostOf } from "../../provider/src/triggers/submit/pack.ts";
import { CallRegistry } from "../../provider/src/triggers/submit/calls.ts";
import { TargetIndex } from "../../provider/src/triggers/submit/target-index.ts";
import { viewOf } from "../../provider/src/triggers/watch/view.ts";

describe("whose row it is", () => {
  const one = new Set(["a"]);

  test("a task answers for the targets of each call that claims it, and for no others", () => {
    const calls = new CallRegistry();
    calls.claim("ESA", "t", one);
    calls.claim("ESA", "t", new Set(["b"]));
    expect(["a", "b", "c"].map((target) => calls.isClaimed("ESA", "t", target))).toEqual([true, true, false]);
    expect([calls.isClaimed("CDN", "t", "a"), calls.isClaimed("ESA", "u", "a")]).toEqual([false, false]);
    expect(["a", "b", "c"].map((target) => calls.carries("ESA", "t", target))).toEqual([true, true, false]);
  });

  test("a task of an earlier run answers for nothing else, whoever claims it before or after", () => {
    const calls = new CallRegistry();
    calls.claim("ESA", "before", "all");
    calls.claim("ESA", "before", one);
    calls.claim("ESA", "after", one);
    calls.claim("ESA", "after", "all");
    expect(["before", "after"].map((task) => calls.isClaimed("ESA", task, "z"))).toEqual([true, true]);
    expect(["before", "after"].map((task) => calls.carries("ESA", task, "a"))).toEqual([false, false]);
  });

  test("a look-up waits for the answers of calls with a target in common, at the same service", async () => {
    const calls = new CallRegistry();
    const large = calls.begin("ESA", ["a", "b", "c"]);
    calls.begin("CDN", ["a"]);
    calls.begin("ESA", ["z"]);
    const steps: string[] = [];
    const waiting = calls.othersAnswered("ESA", one).then(() => steps.push("looked"));
    await new Promise((resolve) => setImmediate(resolve));
    steps.push("answered");
    large.end();
    await waiting;
    expect(steps).toEqual(["answered", "looked"]);
    await calls.othersAnswered("ESA", one);
  });
});

describe("which target a vendor's spelling means", () => {
  const found = (listed: string, ...targets: string[]) => new TargetIndex(targets).all(listed);

  test.each([
    ["HTTPS://WWW.Example.com:443", "https://www.example.com/"],
    ["https://www.example.com/p%c3%a4ge", "https://www.example.com/p%C3%A4ge"],
    ["https://www.example.com/päge", "https://www.example.com/p%C3%A4ge"],
    ["https://www.example.com/a/b", "https://www.example.com/a%2Fb"],
    ["https://www.example.com/PAGE", "https://www.example.com/page"],
    ["www.example.com/page/", "https://www.example.com/page"],
  ])("%s is %s", (listed, target) => {
    expect(found(listed, target, "https://www.example.com/other")).toEqual([target]);
  });

  test("a URL is also each cache key that has it inside, wherever in it", () => {
    const url = "https://www.example.com/a";
    const keys = [
      url,
      JSON.stringify({ Headers: { Referer: "https://other.example/b" }, Url: url }),
      JSON.stringify({ Url: url, Headers: { UserGeo: "CN" } }),
    ];
    expect(found(url, ...keys)).toEqual(keys);
    expect(found("https://other.example/b", ...keys)).toEqual([]);
    expect(new Set(keys.map(hostOf))).toEqual(new Set(["www.example.com"]));
    expect(new TargetIndex(keys).find(url)).toBe(url);
  });

  test("the strictest form that fits decides, whatever a looser one would find besides", () => {
    const page = "https://www.example.com/p%C3%A4ge%2Fa";
    expect(found("https://www.example.com/päge%2Fa", page, "https://www.example.com/p%C3%A4ge/a")).toEqual([page]);
  });
});

test.each([
  ["WWW.example.com/%e4b", "https://www.example.com/%E4b"],
  ["www.example.com/?y=%2f", "https://www.example.com?y=%2F"],
  ["www.example.com", "http://WWW.example.com"],
])("a row that leaves the scheme out, %s, is read as a URL: %s", (listed, target) => {
  expect(new TargetIndex([target, "https://www.example.com/other"]).find(listed)).toBe(target);
  // Which of the two it is, nobody can tell.
  const other = target.startsWith("https:") ? target.replace("https:", "http:") : target.replace("http:", "https:");
  expect(new TargetIndex([target, other]).find(listed)).toBeUndefined();
});

describe("several rows of one target", () => {
  const row = (state: TaskRow["state"], more: Partial<TaskRow> = {}): TaskRow => ({
    taskId: "t",
    target: "a",
    state,
    createdAt: 100_000,
    ...more,
  });
  const watched = {
    tasks: [{ taskId: "t", submittedAt: 100_000, via: "call", targetCount: 2 }],
    targets: new Set(["a", "b"]),
    doubtful: new Set<string>(),
  } as const;
  const seen = (rows: readonly TaskRow[], timesAreComparable = true) =>
    viewOf(rows, watched, new TargetIndex(watched.targets), { timesAreComparable });

  test.each([
    [["done", "done"], "done"],
    [["done", "pending"], "running"],
    [["pending", "done"], "running"],
    [["pending", "failed"], "failed"],
    [["failed", "done"], "failed"],
    [["done", "failed"], "failed"],
  ] as const)("%j: %s", (states, expected) => {
    const { done, running, failures, unnamed } = seen(states.map((state) => row(state)));
    expect([done.has("a"), running.has("a"), failures.has("a")]).toEqual(
      ["done", "running", "failed"].map((each) => each === expected),
    );
    expect([...unnamed]).toEqual(["b"]);
  });

  test("what a failed row does not say has a name all the same", () => {
    expect(seen([row("failed")]).failures.get("a")).toEqual({
      target: "a",
      taskId: "t",
      code: "Failed",
      reason: "",
      lasting: false,
    });
    const told = row("failed", { code: "E1", reason: "broke" });
    expect(seen([told]).failures.get("a")).toMatchObject({ code: "E1", reason: "broke" });
  });

  test("rows a minute older than the call are of another one, as far as times can be compared", () => {
    const at = (createdAt: number) => row("done", { createdAt });
    expect(seen([at(39_999)]).done.size).toBe(0);
    expect(seen([at(40_000)]).done.size).toBe(1);
    expect(seen([at(39_999)], false).done.size).toBe(1);
    expect(seen([row("done", { taskId: "u" })]).tasks.size).toBe(0);
  });

  test("where every target has a row of its own, one in another spelling is another trigger's", () => {
    const rows = [row("done"), row("done", { target: "b" }), row("failed", { target: " a" })];
    expect(seen(rows).failures.size).toBe(0);
    expect(seen(rows.slice(1)).failures.size).toBe(1);
  });

  test("the percentages of rows that run, on average", () => {
    const rows = [row("pending", { percent: 20 }), row("pending", { target: "b", percent: 50 })];
    expect(seen(rows).percent).toBe(35);
    expect(seen([row("done", { percent: 100 })]).percent).toBeUndefined();
  });

  test("a task counts each of its targets once, and knows what runs, what failed and what speaks for all", () => {
    const rows = [
      row("pending"),
      row("pending"),
      row("failed", { target: "b" }),
      row("done", { target: "", whole: true }),
    ];
    expect(seen(rows).tasks.get("t")).toMatchObject({ rows: 3, pending: 2, failed: { target: "b" }, whole: true });
  });
});

describe("calls of several runs, watched together", () => {
  type Sent = readonly [taskId: string, second: number, targetCount: number];
  const seen = (
    sent: readonly Sent[],
    targets: readonly string[],
    rows: readonly (readonly [string, string, TaskRow["state"]])[],
  ) => {
    const watched = {
      tasks: sent.map(([taskId, second, targetCount]) => ({
        taskId,
        submittedAt: second * 1000,
        via: "call" as const,
        targetCount,
      })),
      targets: new Set(targets),
      doubtful: new Set<string>(),
    };
    const listed = rows.map(([taskId, target, state]): TaskRow => ({ taskId, target, state, whole: target === "" }));
    const view = viewOf(listed, watched, new TargetIndex(targets), { timesAreComparable: false });
    const { done, unnamed, failures, running } = view;
    return { done: [...done], unnamed: [...unnamed], failures: [...failures.keys()], running: [...running] };
  };
  const none = { done: [], unnamed: [], failures: [], running: [] };
  const old: Sent = ["old", 1, 2];

  test("the latest call that names a target decides, whatever came of it in earlier ones", () => {
    const sent: Sent[] = [old, ["new", 9, 1]];
    const rows = (first: TaskRow["state"], then: TaskRow["state"]) =>
      seen(
        sent,
        ["a", "b"],
        [
          ["new", "b", then],
          ["old", "a", "done"],
          ["old", "b", first],
        ],
      );
    expect(rows("failed", "done")).toEqual({ ...none, done: ["b", "a"] });
    expect(rows("pending", "done")).toEqual({ ...none, done: ["b", "a"] });
    expect(rows("done", "failed")).toEqual({ ...none, done: ["a"], failures: ["b"] });
    expect(rows("done", "pending")).toEqual({ ...none, done: ["a"], running: ["b"] });
  });

  test("while a later call is not listed in full, it may have carried any target of an earlier one", () => {
    const rows = [
      ["old", "a", "done"],
      ["old", "b", "failed"],
      ["new", "c", "done"],
    ] as const;
    expect(seen([old, ["new", 9, 2]], ["a", "b", "c"], rows.slice(0, 2))).toEqual({
      ...none,
      unnamed: ["a", "b", "c"],
    });
    expect(seen([old, ["new", 9, 2]], ["a", "b", "c"], rows)).toEqual({ ...none, done: ["c"], unnamed: ["a", "b"] });
    // Of two targets only one is waited for still.
    expect(seen([old, ["new", 9, 1], ["beside", 9, 1]], ["a", "c"], rows)).toEqual({
      ...none,
      done: ["c"],
      unnamed: ["a"],
    });
  });

  test("where no target can be in two calls, or a row speaks for the whole of the later one, nothing is held back", () => {
    expect(seen([old, ["new", 9, 1]], ["a", "b", "c"], [["old", "a", "done"]])).toEqual({
      ...none,
      done: ["a"],
      unnamed: ["b", "c"],
    });
    const whole = [
      ["old", "a", "failed"],
      ["new", "", "done"],
    ] as const;
    expect(seen([old, ["new", 9, 5]], ["a", "b"], whole)).toEqual({ ...none, failures: ["a"], unnamed: ["b"] });
  });
});
