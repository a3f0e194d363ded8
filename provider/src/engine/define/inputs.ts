/**
 * Property bags ↔ the author's types, by the author's own zod shapes.
 *
 * In preview any part of a bag can be unknown: what zod says about a place
 * that holds (or sits inside) an unknown is not a fault of the program.
 */
import type * as z from "zod";
import {
  Archive,
  Asset,
  Unknown,
  unknownPaths,
  valueMap,
  type Path,
  type Value,
  type ValueMap,
} from "../wire/values.ts";
import { unseenCharacters } from "./characters.ts";
import type { Place } from "../wire/secrets.ts";
import type { Failure, Of, PreviewedInputs, Shape } from "./contract.ts";
import { placeholders, shapeFailures, unexpected } from "./failures.ts";

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

/** `anyText`: where texts may hold unseen characters; `undefined`: anywhere. */
export function checkShape<S extends Shape>(
  shape: S,
  bag: ValueMap,
  {
    rules,
    anyText,
  }: { readonly rules?: Rules<NoInfer<S>> | undefined; readonly anyText: readonly Place[] | undefined },
): Checked {
  const { inputs, known, failures } = readShape(shape, bag);
  const mistaken = placeholders(shape, bag);
  if (anyText !== undefined) mistaken.push(...unseenCharacters(bag, anyText));
  const isMistaken = touching(mistaken.map(({ path }) => path));
  const others = failures.filter(({ path }) => !isMistaken(path));
  const all = [...unexpected(shape, bag), ...mistaken, ...others];
  if (all.length === 0 && rules !== undefined) {
    all.push(...rules(known, new Set(Object.keys(inputs))).map((failure) => withNull(failure, bag)));
  }
  return { inputs, failures: all };
}

/** Where a value is missed that was given as null, its output was meant to have one. */
function withNull({ path, reason, ...rest }: Failure, bag: ValueMap): Failure {
  const isNull = path.length === 1 && bag[String(path[0])] === null;
  return { path, reason: isNull ? `is null: is the output that it comes from empty? It ${reason}` : reason, ...rest };
}

/** Of these properties, the normal form: what two spellings of the same have in common. */
export function normalForm(shape: Shape, bag: ValueMap, keys: readonly string[]): ValueMap {
  return readShape(Object.fromEntries(Object.entries(shape).filter(([key]) => keys.includes(key))), bag).inputs;
}

/** The author's types over a bag that Check has passed: known properties are parsed, the others stay as they came. */
export function previewed<S extends Shape>(shape: S, bag: ValueMap): PreviewedInputs<Of<S>> {
  const { inputs, known } = readShape(shape, bag);
  // The one place where types cannot follow: zod has no schema for "this, or unknown, at any depth".
  return { ...inputs, ...known } as PreviewedInputs<Of<S>>;
}

interface Reading<S extends Shape> extends Checked {
  /** The author's types of what is known and as it should be. */
  readonly known: Partial<Of<S>>;
}

function readShape<S extends Shape>(shape: S, bag: ValueMap): Reading<S> {
  const inputs = valueMap();
  const known: Partial<Of<S>> = {};
  const failures: Failure[] = [];
  for (const [key, schema] of Object.entries(shape)) {
    const given = bag[key];
    const unknowns = given === undefined ? [] : unknownPaths(given, [key]);
    const parsed = schema.safeParse(given ?? undefined, { reportInput: false });
    if (parsed.success && unknowns.length === 0) {
      const value = toValue(parsed.data);
      if (value === undefined) continue;
      inputs[key] = value;
      Object.assign(known, { [key]: parsed.data });
      continue;
    }
    if (given !== undefined) inputs[key] = given;
    if (parsed.success) continue;
    const found = shapeFailures(parsed.error.issues, key, given);
    const isUnknown = touching(unknowns);
    failures.push(...found.filter(({ path }) => !isUnknown(path)));
  }
  return { inputs, known, failures };
}

/** Whether a path leads to, into or around one of these. */
function touching(paths: readonly Path[]): (path: Path) => boolean {
  if (paths.length === 0) return () => false;
  const ways = (path: Path): string[] => path.map((_, index) => JSON.stringify(path.slice(0, index + 1)));
  const ends = new Set(paths.map((path) => JSON.stringify(path)));
  const all = new Set(paths.flatMap(ways));
  return (path) => all.has(JSON.stringify(path)) || ways(path).some((way) => ends.has(way));
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
