/** The mutation check itself: which changes it makes, that a switch does what the change does, that choosing is stable. */
import { runInNewContext } from "node:vm";
import ts from "typescript";
import { expect, test } from "vitest";
import { mutantsOf, type Mutant } from "./mutants.ts";
import { applied } from "./named.ts";
import { probesIn } from "./probes.ts";
import { report, type Result } from "./report.ts";
import { sample } from "./sample.ts";
import { switched } from "./switches.ts";

const source = `
type Word = "never changed";
const steps = [10, "b"];
function f(n: number, list: number[]): unknown {
  const seen: unknown[] = [];
  if (n > 1 && list.some((each) => each === n)) {
    seen.push(Math.min(n, 5), !steps.includes(n));
    for (const each of list.filter((one) => one < 3)) {
      if (each === 0) continue;
      seen.push(each * 2 - 1);
    }
  }
  if (n < 0) throw new Error("below");
  if (n === 1) seen.push("one");
  else if (list.length > 2) seen.push("many");
  else seen.push("few");
  return n === 7 ? seen.length : [seen, steps];
}
`;
const inputs: readonly [number, number[]][] = [
  [2, [0, 2, 3]],
  [1, [1, 2]],
  [7, [7, 1]],
  [-1, []],
  [10, [10]],
];

test("the changes to each kind of code, with none to types", () => {
  const changes = mutantsOf("x.ts", source).map(({ kind, start, end, replacement }) =>
    `${kind}: ${source.slice(start, end)} → ${replacement}`.replaceAll(/\s+/g, " "),
  );
  expect(changes.filter((each) => each.length < 60)).toMatchInlineSnapshot(`
    [
      "list: [10, "b"] → ["b"]",
      "list: [10, "b"] → [10]",
      "number: 10 → 11",
      "number: 10 → 9",
      "text: "b" → """,
      "return: → return;",
      "condition: n > 1 && list.some((each) => each === n) → true",
      "condition: n > 1 && list.some((each) => each === n) → false",
      "logic: n > 1 && list.some((each) => each === n) → n > 1",
      "comparison: n > 1 → n >= 1",
      "comparison: n > 1 → n <= 1",
      "number: 1 → 2",
      "number: 1 → 0",
      "comparison: each === n → each !== n",
      "call: Math.min(n, 5) → Math.max(n, 5)",
      "number: 5 → 6",
      "number: 5 → 4",
      "logic: !steps.includes(n) → steps.includes(n)",
      "call: list.filter((one) => one < 3) → list",
      "comparison: one < 3 → one <= 3",
      "comparison: one < 3 → one >= 3",
      "number: 3 → 4",
      "number: 3 → 2",
      "condition: each === 0 → !(each === 0)",
      "condition: each === 0 → true",
      "condition: each === 0 → false",
      "statement: if (each === 0) continue; → ",
      "comparison: each === 0 → each !== 0",
      "number: 0 → 1",
      "number: 0 → (-1)",
      "statement: continue; → ",
      "statement: seen.push(each * 2 - 1); → ",
      "arithmetic: each * 2 - 1 → each * 2 + 1",
      "arithmetic: each * 2 → each / 2",
      "number: 2 → 3",
      "number: 2 → 1",
      "number: 1 → 2",
      "number: 1 → 0",
      "condition: n < 0 → !(n < 0)",
      "condition: n < 0 → true",
      "condition: n < 0 → false",
      "statement: if (n < 0) throw new Error("below"); → ",
      "comparison: n < 0 → n <= 0",
      "comparison: n < 0 → n >= 0",
      "number: 0 → 1",
      "number: 0 → (-1)",
      "statement: throw new Error("below"); → ",
      "text: "below" → """,
      "condition: n === 1 → !(n === 1)",
      "condition: n === 1 → true",
      "condition: n === 1 → false",
      "comparison: n === 1 → n !== 1",
      "number: 1 → 2",
      "number: 1 → 0",
      "statement: seen.push("one"); → ",
      "text: "one" → """,
      "condition: list.length > 2 → !(list.length > 2)",
      "condition: list.length > 2 → true",
      "condition: list.length > 2 → false",
      "comparison: list.length > 2 → list.length >= 2",
      "comparison: list.length > 2 → list.length <= 2",
      "number: 2 → 3",
      "number: 2 → 1",
      "statement: seen.push("many"); → ",
      "text: "many" → """,
      "statement: seen.push("few"); → ",
      "text: "few" → """,
      "comparison: n === 7 → n !== 7",
      "number: 7 → 8",
      "number: 7 → 6",
      "list: [seen, steps] → [steps]",
      "list: [seen, steps] → [seen]",
    ]
  `);
  expect(changes.join()).not.toContain("never changed");
});

test("a switch that is on does what the change does, and all of them off do nothing", () => {
  const plain = ts.transpile(source, { target: ts.ScriptTarget.ES2023 });
  const mutants = mutantsOf("x.js", plain);
  const all = switched(plain, mutants);
  expect(behaviour(all, "")).toEqual(behaviour(plain, ""));
  for (const mutant of mutants)
    expect([mutant.id, behaviour(all, mutant.id)]).toEqual([mutant.id, behaviour(changed(plain, mutant), "")]);
});

test("a mutant keeps its id when lines move, and two of one text have two ids", () => {
  const ids = mutantsOf("x.ts", source).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(mutantsOf("x.ts", `// A line more.\n${source}`).map(({ id }) => id)).toEqual(ids);
});

test("the same seed chooses the same mutants, and most of them again when others are gone", () => {
  const mutants = mutantsOf("x.ts", source.repeat(20));
  const first = sample(mutants, 40, "1");
  expect(sample(mutants.toReversed(), 40, "1")).toEqual(first);
  expect(sample(mutants, 40, "2")).not.toEqual(first);
  const fewer = mutants.filter(({ id }) => id !== first[0]?.id);
  expect(sample(fewer, 40, "1").filter((each) => first.includes(each))).toHaveLength(39);
});

test("a named change applies to one place", () => {
  const named = { name: "six", file: "x.ts", find: "Math.min(n, 5)", replace: "Math.min(n, 6)" };
  expect(applied(named, source)).toBe(source.replace("(n, 5)", "(n, 6)"));
  expect(applied({ ...named, find: "seen.push" }, source)).toBeUndefined();
  expect(applied({ ...named, find: "gone" }, source)).toBeUndefined();
});

test("every block has a probe, and a change knows the one that is next to it", () => {
  const text = "const a = 1;\nfunction f() {\n  if (a) {\n    g();\n  }\n  return a;\n}\n";
  const probes = probesIn("x.ts", text);
  expect(probes.text.slice(probes.text.indexOf('__m("'))).toMatchInlineSnapshot(`
    "__m("x.ts:0"); const a = 1;
    function f() { __m("x.ts:27");
      if (a) { __m("x.ts:38");
        g();
      }
      return a;
    }
    "
  `);
  const places = ["const a", "if (a)", "g()", "return a"].map((each) => probes.at(text.indexOf(each)));
  expect(places).toMatchInlineSnapshot(`
    [
      "x.ts:0",
      "x.ts:27",
      "x.ts:38",
      "x.ts:27",
    ]
  `);
});

test("survivors are told with their place and the change", () => {
  const base = { file: "provider/src/core/a.ts", line: 3, from: "a < b", to: "a <= b", tests: 2, ran: 2, ms: 1 };
  const results: Result[] = [
    { ...base, id: "1", noticedBy: "some test" },
    { ...base, id: "2" },
    { ...base, id: "3", tests: 0, ran: 0 },
  ];
  expect(report(results, ["a note"])).toMatchInlineSnapshot(`
    "provider/src/core/a.ts:3  survived: 2 tests (2)
      - a < b
      + a <= b

    provider/src/core/a.ts:3  survived: no test comes by (3)
      - a < b
      + a <= b

    1 of 3 mutants were noticed (33.3 %).
      core                            1 of 3
    a note
    "
  `);
});

function changed(text: string, { start, end, replacement, form }: Mutant): string {
  // A statement leaves its place empty; it does not give it to the next one.
  const whole = form === "expression" ? `(${replacement})` : replacement || "{}";
  return text.slice(0, start) + whole + text.slice(end);
}

function behaviour(code: string, active: string): unknown[] {
  const context = { process: { env: { MUTANT: active } } };
  const f: unknown = runInNewContext(`${code}; f;`, context, { timeout: 1000 });
  return inputs.map(([n, list]) => {
    try {
      return JSON.stringify(typeof f === "function" ? f(n, list) : undefined);
    } catch (error) {
      return String(error);
    }
  });
}
