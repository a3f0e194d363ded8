/**
 * Secrets on their way through a provider: taken off where they enter, so that
 * resources work with plain values, and put back on everything that leaves.
 */
import { Redaction } from "./redaction.ts";
import {
  Archive,
  Asset,
  isList,
  isMap,
  items,
  mapEntries,
  mapItems,
  Output,
  ResourceReference,
  Secret,
  startsWith,
  Unknown,
  type Path,
  type Value,
  type ValueMap,
} from "./values.ts";

export interface Stripped {
  /** The value without any `Secret` or `Output` wrapper. */
  readonly bare: ValueMap;
  readonly paths: readonly Path[];
  /** Every text inside a secret, keys included: what must appear in no message and in no plain output. */
  readonly texts: readonly string[];
}

/** Paths of one form: `undefined` stands for each item of a list or map. */
export type Place = readonly (string | number | undefined)[];

export function isAt(path: Path, places: readonly Place[]): boolean {
  return places.some(
    (place) => place.length === path.length && place.every((step, at) => step === undefined || step === path[at]),
  );
}

function isWithin(path: Path, places: readonly Place[]): boolean {
  return places.some((place) => isAt(path.slice(0, place.length), [place]));
}

/** `declared`: places that are secret whatever the program says. `open`: no secrets themselves, whatever they are part of. */
export function stripSecrets(map: ValueMap, declared: readonly Place[] = [], open: readonly Place[] = []): Stripped {
  const paths: Path[] = [];
  const texts: string[] = [];
  // One path that grows and shrinks: a copy for each value would be most of the work.
  const path: (string | number)[] = [];
  const walk = (value: Value, secret: boolean, places: readonly Place[]): Value => {
    if (!secret && value !== null && places.some(({ length }) => length === path.length)) {
      paths.push([...path]);
      return walk(value, true, []);
    }
    if (value instanceof Secret) {
      if (!secret) paths.push([...path]);
      return walk(value.value, true, []);
    }
    if (value instanceof Output) {
      if (value.secret && !secret) paths.push([...path]);
      return value.value === undefined ? new Unknown() : walk(value.value, secret || value.secret, places);
    }
    // What an author sees of another resource is its id, as every provider did before references.
    if (value instanceof ResourceReference) return walk(value.id ?? value.urn, secret, places);
    if (secret && !isWithin(path, open)) texts.push(...textsOf(value));
    return mapItems(value, (item, step) => into(item, step, secret, places));
  };
  const into = (item: Value, step: string | number, secret: boolean, places: readonly Place[]): Value => {
    const at = path.push(step) - 1;
    const bare = walk(item, secret, leadingTo(step, at, places));
    path.pop();
    return bare;
  };
  return { bare: mapEntries(map, (item, key) => into(item, key, false, declared)), paths, texts };
}

/** Those of the places that the next step of a path can still reach. */
function leadingTo(step: string | number, at: number, places: readonly Place[]): readonly Place[] {
  return places.length === 0
    ? places
    : places.filter((place) => place.length > at && (place[at] === undefined || place[at] === step));
}

/** A value's own texts; the keys of a map are as secret as what they lead to. */
function textsOf(value: Value): string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  // A shorter number is a count, and part of many others.
  if (typeof value === "number") return Math.abs(value) > 999 ? [String(value)] : [];
  if (value instanceof Asset || value instanceof Archive) {
    const { source } = value;
    // What is elided, or made of other assets, has no text of its own.
    return "text" in source ? [source.text] : "path" in source ? [source.path] : "uri" in source ? [source.uri] : [];
  }
  return isMap(value) ? Object.keys(value) : [];
}

/** Puts `Secret` back around what sits at `paths`. A path that leads nowhere any more protects its whole property. */
export function wrap(map: ValueMap, paths: readonly Path[]): ValueMap {
  const walk = (value: Value, path: Path, all: readonly Path[]): Value => {
    const inside = all.filter((secret) => startsWith(secret, path) || startsWith(path, secret));
    if (inside.length === 0 || value === null || value instanceof Secret) return value;
    const whole = inside.some((secret) => secret.length <= path.length) || !(isList(value) || isMap(value));
    return whole ? new Secret(value) : mapItems(value, (item, step) => walk(item, [...path, step], inside));
  };
  return mapEntries(map, (item, key) => walk(item, [key], paths));
}

/** Where secret texts are looked for: `words` are no secrets, though a secret may happen to be the same. */
export interface SecretTexts {
  readonly texts: readonly string[];
  readonly words: ReadonlySet<string>;
}

/**
 * Wraps what repeats a secret text, for what a resource made of a secret is one: the text itself, or the whole map
 * where it is in a key.
 */
export function wrapDerived(value: Value, secrets: SecretTexts): Value {
  const repeats = repeatsOneOf(secrets);
  const walk = (item: Value): Value => {
    if (typeof item === "string") return repeats(item) ? new Secret(item) : item;
    if (isMap(item) && Object.keys(item).some(repeats)) return new Secret(unwrapped(item));
    return mapItems(item, walk);
  };
  return walk(value);
}

/** Wraps the whole of a value in which a secret text sits outside its wrapper, as when a normal form sorts a list. */
export function wrapMoved(value: Value, secrets: SecretTexts): Value {
  const repeats = repeatsOneOf(secrets);
  const has = (item: Value): boolean => {
    if (typeof item === "string") return repeats(item);
    return items(item).some(([step, inner]) => (typeof step === "string" && repeats(step)) || has(inner));
  };
  return has(value) ? new Secret(unwrapped(value)) : value;
}

/** More texts than these are not looked for one by one: any text could be made of them. */
const manyTexts = 1_000;

function repeatsOneOf({ texts, words }: SecretTexts): (text: string) => boolean {
  const secret = texts.filter((text) => !words.has(text));
  if (secret.length > manyTexts) return (text) => text !== "" && !words.has(text);
  const redaction = new Redaction(secret);
  return (text) => secret.includes(text) || redaction.isIn(text);
}

function unwrapped(value: Value): Value {
  return value instanceof Secret ? unwrapped(value.value) : mapItems(value, unwrapped);
}
