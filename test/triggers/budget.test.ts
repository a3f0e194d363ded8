/** The policy of examples/policy, on plans as previews and states have them. The engine runs it in test/engine/plan.test.ts. */
import path from "node:path";
import { expect, test } from "vitest";

// A policy pack is CommonJS with a compiler of its own, so its types are no part of this program.
const pack = path.resolve(import.meta.dirname, "../../examples/policy/budget.ts");
const { tooMuch }: { tooMuch: (plan: object, budget: object) => string | undefined } = await import(pack);

const budget = { percent: 20, always: 10, coarse: false };
const plan = {
  carriedOut: false,
  granularity: "fine",
  targetCount: 20,
  knownCount: 100,
  calls: 1,
  unknownInputs: [],
};

test("a share of the site is allowed, and one file more is not", () => {
  expect(tooMuch(plan, budget)).toBeUndefined();
  expect(tooMuch({ ...plan, targetCount: 21 }, budget)).toBe("purges 21 of 100 files (21 %); 20 % is the most");
  expect(tooMuch({ ...plan, targetCount: 21, unknownInputs: ["contents"] }, budget)).toContain("up to 21 of 100");
});

test("few targets are never too much, and nothing is nothing", () => {
  expect(tooMuch({ ...plan, targetCount: 10, knownCount: 10 }, budget)).toBeUndefined();
  expect(tooMuch({ ...plan, targetCount: 11, knownCount: 11 }, budget)).toBeDefined();
  expect(tooMuch({ ...plan, targetCount: 0, knownCount: 0, granularity: "coarse" }, budget)).toBeUndefined();
});

test("what an earlier run did is no plan", () => {
  expect(tooMuch({ ...plan, targetCount: 100, carriedOut: true }, budget)).toBeUndefined();
});

test("coarse purges are allowed by configuration only", () => {
  const coarse = { ...plan, granularity: "coarse", targetCount: 1, knownCount: 1 };
  expect(tooMuch(coarse, budget)).toContain("coarse purges are not allowed");
  expect(tooMuch(coarse, { ...budget, coarse: true })).toBeUndefined();
});
