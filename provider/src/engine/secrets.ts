/**
 * Secrets on their way through a provider: taken off at the door, so that
 * resources work with plain values, and put back on everything that leaves.
 */
import type { Shape } from "./define.ts";
import {
  Asset,
  isList,
  isMap,
  mapValue,
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
export function strip(map: ValueMap, declared: readonly string[] = []): Stripped {
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
    if (isList(value)) return value.map((item, index) => walk(item, [...path, index], secret));
    if (isMap(value)) return walkMap(value, path, secret);
    return value;
  };
  const walkMap = (from: ValueMap, path: Path, secret: boolean): ValueMap => {
    const to: Record<string, Value> = Object.create(null);
    for (const [key, item] of Object.entries(from)) {
      const marked = path.length === 0 && declared.includes(key) && item !== null;
      to[key] = walk(marked ? new Secret(item) : item, [...path, key], secret);
    }
    return to;
  };
  return { bare: walkMap(map, [], false), paths, texts };
}

export function declaredSecrets(shape: Shape): string[] {
  return Object.keys(shape).filter((key) => shape[key]?.meta()?.["secret"] === true);
}

/** Puts `Secret` back around what sits at `paths`. A path that leads nowhere any more protects its whole property. */
export function wrap(map: ValueMap, paths: readonly Path[]): ValueMap {
  if (paths.length === 0) return map;
  const walk = (value: Value, path: Path, inside: readonly Path[]): Value => {
    if (value === null || value instanceof Secret) return value;
    if (inside.some((secret) => secret.length <= path.length)) return new Secret(value);
    if (isList(value)) {
      return value.map((item, index) => step(item, [...path, index], inside));
    }
    if (isMap(value)) return walkMap(value, path, inside);
    return new Secret(value);
  };
  const step = (value: Value, path: Path, all: readonly Path[]): Value => {
    const inside = all.filter((secret) => startsWith(secret, path) || startsWith(path, secret));
    return inside.length === 0 ? value : walk(value, path, inside);
  };
  const walkMap = (from: ValueMap, path: Path, all: readonly Path[]): ValueMap => {
    const to: Record<string, Value> = Object.create(null);
    for (const [key, item] of Object.entries(from)) to[key] = step(item, [...path, key], all);
    return to;
  };
  return walkMap(map, [], paths);
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
    if (isList(value)) return value.some((item) => repeats(item, texts));
    if (isMap(value)) return Object.entries(value).some(([key, item]) => repeats(key, texts) || repeats(item, texts));
    return false;
  };
  const to: Record<string, Value> = Object.create(null);
  for (const [key, value] of Object.entries(map)) {
    const texts = textsFor(key);
    const leaks = texts.length > 0 && !(value instanceof Secret) && (texts.length > manyTexts || repeats(value, texts));
    to[key] = leaks ? new Secret(mapValue(value, (item) => (item instanceof Secret ? item.value : item))) : value;
  }
  return to;
}

/** Takes secret texts out of a message. Texts of one or two characters would only garble it. */
export function redact(message: string, texts: readonly string[]): string {
  return texts
    .flatMap((text) => (/["\\\p{Cc}]/u.test(text) ? [text, JSON.stringify(text).slice(1, -1)] : [text]))
    .filter((text) => text.length > 2 && message.includes(text))
    .toSorted((a, b) => b.length - a.length)
    .reduce((redacted, text) => redacted.replaceAll(text, "[secret]"), message);
}
