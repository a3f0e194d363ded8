/**
 * Secrets on their way through a provider: taken off at the door, so that
 * resources work with plain values, and put back on everything that leaves.
 */
import {
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
  /** Every text inside a secret: what must appear in no message and in no plain output. */
  readonly texts: readonly string[];
}

/** `declared`: top-level properties that are secret whatever the program says. */
export function stripSecrets(map: ValueMap, declared: readonly string[] = []): Stripped {
  const paths: Path[] = [];
  const texts: string[] = [];
  const walk = (value: Value, path: Path, secret: boolean): Value => {
    if (value instanceof Secret) {
      if (!secret) paths.push(path);
      return walk(value.value, path, true);
    }
    if (value instanceof Output) {
      if (value.secret && !secret) paths.push(path);
      return value.value === undefined ? new Unknown() : walk(value.value, path, secret || value.secret);
    }
    // What an author sees of another resource is its id, as every provider did before references.
    if (value instanceof ResourceReference) return walk(value.id ?? value.urn, path, secret);
    if (secret && typeof value === "string" && value !== "") texts.push(value);
    if (secret && value instanceof Asset && "text" in value.source) texts.push(value.source.text);
    return mapItems(value, (item, step) => walk(item, [...path, step], secret));
  };
  const bare = mapEntries(map, (item, key) => {
    const marked = item !== null && declared.includes(key);
    return walk(marked ? new Secret(item) : item, [key], false);
  });
  return { bare, paths, texts };
}

/** Puts `Secret` back around what sits at `paths`. A path that leads nowhere any more protects its whole property. */
export function wrap(map: ValueMap, paths: readonly Path[]): ValueMap {
  if (paths.length === 0) return map;
  const walk = (value: Value, path: Path, all: readonly Path[]): Value => {
    const inside = all.filter((secret) => startsWith(secret, path) || startsWith(path, secret));
    if (inside.length === 0 || value === null || value instanceof Secret) return value;
    const whole = inside.some((secret) => secret.length <= path.length) || !(isList(value) || isMap(value));
    return whole ? new Secret(value) : mapItems(value, (item, step) => walk(item, [...path, step], inside));
  };
  return mapEntries(map, (item, key) => walk(item, [key], paths));
}

/** Of more secrets than these nobody looks for each one everywhere: all that is derived from them is secret. */
const manyTexts = 1_000;

/** Wraps each top-level property that repeats a secret text: what a resource derived from a secret is one. */
export function wrapDerived(map: ValueMap, textsFor: (key: string) => readonly string[]): ValueMap {
  const repeats = (value: Value, texts: readonly string[]): boolean => {
    // A text of one or two characters sits in almost any other by chance.
    if (typeof value === "string") {
      return texts.some((text) => (text.length > 2 ? value.includes(text) : value === text));
    }
    return items(value).some(([step, item]) => repeats(step, texts) || repeats(item, texts));
  };
  const unwrapped = (value: Value): Value =>
    value instanceof Secret ? unwrapped(value.value) : mapItems(value, unwrapped);
  return mapEntries(map, (value, key) => {
    const texts = textsFor(key);
    const leaks = texts.length > 0 && !(value instanceof Secret) && (texts.length > manyTexts || repeats(value, texts));
    return leaks ? new Secret(unwrapped(value)) : value;
  });
}

/** Takes secret texts out of a message. Texts of one or two characters would only garble it. */
export function redact(message: string, texts: readonly string[]): string {
  return texts
    .flatMap((text) => (/["\\\p{Cc}]/u.test(text) ? [text, JSON.stringify(text).slice(1, -1)] : [text]))
    .filter((text) => text.length > 2 && message.includes(text))
    .toSorted((a, b) => b.length - a.length)
    .reduce((redacted, text) => redacted.replaceAll(text, "[secret]"), message);
}
