/**
 * Property bags ↔ the author's types, by the author's own zod shapes.
 *
 * In preview any part of a bag can be unknown: what zod says about a place
 * that holds (or sits inside) an unknown is not a fault of the program.
 */
import type * as z from "zod";
import type { Failure, Of, Shape } from "./define.ts";
import {
  Archive,
  Asset,
  startsWith,
  Unknown,
  unknownPaths,
  valueMap,
  type Path,
  type Value,
  type ValueMap,
} from "./values.ts";

export interface Checked {
  /** The bag in its normal form: defaults filled in, equal spellings made one. */
  readonly inputs: ValueMap;
  readonly failures: readonly Failure[];
}

/** Stored state that this version of the provider cannot read. */
export class UnreadableState extends Error {
  override readonly name = "UnreadableState";
}

/** An author's rules between properties. */
export type Rules<S extends Shape> = (known: Partial<Of<S>>, given: ReadonlySet<string>) => readonly Failure[];

export function checkShape<S extends Shape>(shape: S, bag: ValueMap, rules?: Rules<NoInfer<S>>): Checked {
  const inputs = valueMap();
  const failures: Failure[] = unexpected(shape, bag);
  const known: Partial<Of<S>> = {};
  for (const [key, schema] of Object.entries(shape)) {
    const given = bag[key];
    const unknowns = given === undefined ? [] : unknownPaths(given, [key]);
    const parsed = schema.safeParse(given === null ? undefined : given, { reportInput: false });
    if (parsed.success && unknowns.length === 0) {
      const value = toValue(parsed.data);
      if (value !== undefined) inputs[key] = value;
      Object.assign(known, { [key]: parsed.data });
      continue;
    }
    if (given !== undefined) inputs[key] = given;
    if (parsed.success) continue;
    for (const failure of flatten(parsed.error.issues, [key], given !== undefined && given !== null)) {
      const excused = unknowns.some((path) => startsWith(path, failure.path) || startsWith(failure.path, path));
      if (!excused) failures.push(failure);
    }
  }
  if (failures.length === 0 && rules !== undefined) failures.push(...rules(known, new Set(Object.keys(inputs))));
  return { inputs, failures };
}

/** Of these properties, the normal form: what two spellings of the same have in common. */
export function normalForm(shape: Shape, bag: ValueMap, keys: readonly string[]): ValueMap {
  const normal = valueMap();
  for (const key of keys) {
    const schema = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (schema === undefined) continue;
    const given = bag[key];
    const parsed = isKnown(bag, key)
      ? schema.safeParse(given === null ? undefined : given, { reportInput: false })
      : undefined;
    const value = parsed?.success === true ? toValue(parsed.data) : given;
    if (value !== undefined) normal[key] = value;
  }
  return normal;
}

/** A bag that Check has passed, or that an earlier run stored, in the author's types. */
export function parseShape<S extends Shape>(
  shape: z.ZodObject<S>,
  bag: ValueMap,
  what: string,
): z.output<z.ZodObject<S>> {
  const parsed = shape.safeParse(bag, { reportInput: false });
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new UnreadableState(`${what} cannot be read: ${reasons.join("; ")}`);
}

/** The author's types as a bag; `undefined` disappears. */
export function toBag(properties: object): ValueMap {
  const bag = valueMap();
  for (const [key, item] of Object.entries(properties)) {
    const value = toValue(item);
    if (value !== undefined) bag[key] = value;
  }
  return bag;
}

export function toValue(value: unknown): Value | undefined {
  switch (typeof value) {
    case "undefined":
      return undefined;
    case "string":
    case "boolean":
      return value;
    case "number":
      if (!Number.isFinite(value)) throw new TypeError(`a property holds ${value}, which no state can keep`);
      return value;
    case "object":
      if (value === null) return null;
      if (Array.isArray(value)) return value.map((item: unknown) => toValue(item) ?? null);
      if (value instanceof Unknown || value instanceof Asset || value instanceof Archive) return value;
      if (![Object.prototype, null].includes(Object.getPrototypeOf(value))) break;
      return toBag(value);
    default:
  }
  throw new TypeError(
    `a property holds a ${typeof value} (${Object.prototype.toString.call(value)}) that no state can keep`,
  );
}

function unexpected(shape: Shape, bag: ValueMap): Failure[] {
  return Object.keys(bag)
    .filter((key) => !Object.hasOwn(shape, key) && !key.startsWith("__"))
    .map((key) => {
      const near = closest(key, Object.keys(shape));
      const hint = near === undefined ? `it has ${Object.keys(shape).join(", ")}` : `did you mean ${near}?`;
      return { path: [key], reason: `there is no such property; ${hint}` };
    });
}

function flatten(issues: readonly z.core.$ZodIssue[], base: Path, given: boolean): Failure[] {
  return issues.map((issue) => {
    const path = [...base, ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step))];
    const missing = !given && path.length === base.length;
    return { path, reason: missing ? "is required" : reason(issue) };
  });
}

function reason(issue: z.core.$ZodIssue): string {
  if (issue.code !== "invalid_union") return issue.message;
  // The branch that got furthest says most about what the author of the program meant.
  const deepest = issue.errors
    .flat()
    .toSorted(
      (a, b) => b.path.length - a.path.length || Number(a.code === "invalid_type") - Number(b.code === "invalid_type"),
    )[0];
  return deepest === undefined ? issue.message : deepest.message;
}

function closest(word: string, candidates: readonly string[]): string | undefined {
  const scored = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)[0];
  return scored !== undefined && scored.distance <= Math.max(1, word.length / 3) ? scored.candidate : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** True where a bag holds nothing unknown at `key`. */
export function isKnown(bag: ValueMap, key: string): boolean {
  const value = bag[key];
  return value === undefined || unknownPaths(value).length === 0;
}
