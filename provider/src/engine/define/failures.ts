/** What Check says of a property bag: names that are none, values that are none, and zod's own words made plain. */
import { distance } from "fastest-levenshtein";
import type * as z from "zod";
import { items, valueAt, type Path, type Value, type ValueMap } from "../wire/values.ts";
import type { Failure, Shape } from "./contract.ts";
import { placeholderProblem, type TextUse } from "./placeholders.ts";

/** Of more names than these none is compared with those that there are. */
const mostCompared = 20;
/** A longer name is no misspelt one. */
const longestName = 100;

/** Properties that the shape does not have. */
export function unexpected(shape: Shape, bag: ValueMap): Failure[] {
  const names = Object.keys(shape);
  const unknown = Object.keys(bag).filter((key) => !Object.hasOwn(shape, key) && !key.startsWith("__"));
  return unknown.map((key, index) => {
    const near = index < mostCompared && key.length <= longestName ? nearest(key, names) : undefined;
    // Which there are is said once.
    const others = index === 0 ? `; there are ${names.join(", ")}` : "";
    const hint = near === undefined ? others : `; did you mean ${near}?`;
    return { path: [key], reason: `there is no such property${hint}` };
  });
}

function nearest(key: string, names: readonly string[]): string | undefined {
  const edits = (name: string): number => distance(key.toLowerCase(), name.toLowerCase());
  const [near] = names.toSorted((a, b) => edits(a) - edits(b));
  return near !== undefined && edits(near) <= Math.max(1, key.length / 3) ? near : undefined;
}

/** Texts that stand for a value that was not there, in keys too. */
export function placeholders(shape: Shape, bag: ValueMap): Failure[] {
  return Object.entries(shape).flatMap(([key, schema]) => {
    const given = bag[key];
    return given === undefined ? [] : placeholdersIn(given, [key], schema.meta()?.["fingerprint"] === true);
  });
}

function placeholdersIn(value: Value, path: Path, fingerprint: boolean): Failure[] {
  // An item of an item, such as a header's value, may well be the word "null".
  const plain: TextUse = path.length > 2 ? "inner" : "plain";
  if (typeof value === "string") {
    const problem = placeholderProblem(value, fingerprint ? "fingerprint" : plain);
    return problem === undefined ? [] : [{ path, reason: problem }];
  }
  const found: Failure[] = [];
  for (const [step, item] of items(value)) {
    const problem = typeof step === "string" ? placeholderProblem(step, plain) : undefined;
    if (problem !== undefined) found.push({ path, reason: `a key ${problem}` });
    found.push(...placeholdersIn(item, [...path, step], fingerprint));
  }
  return found;
}

/** What zod found in the property `key`. */
export function shapeFailures(issues: readonly z.core.$ZodIssue[], key: string, given: Value | undefined): Failure[] {
  const told = new Set<string>();
  return issues
    .flatMap((issue) => failuresOf(meant(issue), key, given))
    .filter(({ path, reason }) => {
      // Of one value, each rule that it breaks may say the same.
      const said = JSON.stringify([path, reason]);
      return !told.has(said) && told.add(said);
    });
}

function failuresOf(issue: z.core.$ZodIssue, key: string, given: Value | undefined): Failure[] {
  const steps = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
  const path = [key, ...steps];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((name) => ({ path: [...path, name], reason: "there is no such property" }));
  }
  const value = given === undefined ? undefined : valueAt(given, steps);
  const found = (reason: string): Failure[] => [{ path, reason }];
  if (value === undefined && steps.length === 0) return [{ path, reason: "is required", missing: true }];
  if (value === null) {
    const required = steps.length === 0 ? "is required, and " : "";
    return [
      { path, reason: `${required}is null: is the output that it comes from empty?`, missing: steps.length === 0 },
    ];
  }
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return found("is a number above 9,007,199,254,740,991, of which the last digits got lost on the way; quote it");
  }
  if (typeof value === "number" && issue.code === "invalid_type" && issue.expected === "string") {
    return found("is a number where there must be text; quote it");
  }
  return found(plainWords(issue));
}

const kinds: Readonly<Record<string, string>> = {
  array: "a list",
  object: "a map",
  record: "a map",
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

/** What the author of a property says of it stands; zod's own words are for programmers of zod. */
function plainWords(issue: z.core.$ZodIssue): string {
  if (!issue.message.startsWith("Invalid ")) return issue.message;
  if (issue.code === "invalid_value") {
    return `must be ${issue.values.length > 1 ? "one of " : ""}${issue.values.map(String).join(", ")}`;
  }
  if (issue.code !== "invalid_type") return issue.message;
  const received = kinds[/received (\w+)$/.exec(issue.message)?.[1] ?? ""];
  return `must be ${kinds[issue.expected] ?? issue.expected}${received === undefined ? "" : `, not ${received}`}`;
}

/** Of a union, the branch that got furthest says most about what the author of the program meant. */
function meant(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  // The path ends with the key; what is wrong with it says more.
  const [ofKey] = issue.code === "invalid_key" ? issue.issues : [];
  if (ofKey !== undefined) return meant({ ...ofKey, path: issue.path });
  if (issue.code !== "invalid_union") return issue;
  const [deepest] = issue.errors
    .flat()
    .toSorted(
      (a, b) => b.path.length - a.path.length || Number(a.code === "invalid_type") - Number(b.code === "invalid_type"),
    );
  return deepest === undefined ? issue : meant({ ...deepest, path: [...issue.path, ...deepest.path] });
}
