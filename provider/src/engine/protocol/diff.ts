/**
 * What changed between the stored inputs and the program's, down to the leaf,
 * in the engine's terms. Pure.
 */
import {
  Archive,
  Asset,
  isList,
  isMap,
  ResourceReference,
  startsWith,
  Unknown,
  type Path,
  type Value,
  type ValueMap,
} from "../wire/values.ts";

export type ChangeKind = "ADD" | "DELETE" | "UPDATE";

export interface Change {
  readonly path: Path;
  readonly kind: ChangeKind;
  readonly replace: boolean;
}

export interface DiffOptions {
  readonly replaceOn: readonly string[];
  /** The engine's `ignoreChanges`: `a.b`, `a["b"]`, `list[*].c`. */
  readonly ignoreChanges?: readonly string[];
}

export function diffBags(olds: ValueMap, news: ValueMap, options: DiffOptions): Change[] {
  const ignored = (options.ignoreChanges ?? []).map(parsePath);
  return changes(olds, news, [])
    .filter((change) => !ignored.some((pattern) => matches(change.path, pattern)))
    .map(({ path, kind }) => ({ path, kind, replace: options.replaceOn.includes(String(path[0])) }));
}

/** The keys of a secret are part of it: of what changed inside, only that it did is told. */
export function outsideSecrets(all: readonly Change[], secrets: readonly Path[]): Change[] {
  if (secrets.length === 0) return [...all];
  const told = all.map((change): Change => {
    const secret = secrets.find((path) => path.length < change.path.length && startsWith(change.path, path));
    return secret === undefined ? change : { ...change, path: secret, kind: "UPDATE" };
  });
  return [...new Map(told.map((change) => [JSON.stringify(change.path), change])).values()];
}

export function topLevel(paths: readonly Path[]): string[] {
  return [...new Set(paths.map(([first]) => String(first)))];
}

type Difference = Omit<Change, "replace">;

function changes(olds: ValueMap, news: ValueMap, path: Path): Difference[] {
  const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
  return [...keys].flatMap((key) => changesAt(olds[key], news[key], [...path, key]));
}

function changesAt(old: Value | undefined, now: Value | undefined, path: Path): Difference[] {
  if (absent(old)) return absent(now) ? [] : [{ path, kind: "ADD" }];
  if (absent(now)) return [{ path, kind: "DELETE" }];
  if (isList(old) && isList(now)) {
    const length = Math.max(old.length, now.length);
    return Array.from({ length }, (_, index) => changesAt(old[index], now[index], [...path, index])).flat();
  }
  if (isMap(old) && isMap(now)) return changes(old, now, path);
  return same(old, now) ? [] : [{ path, kind: "UPDATE" }];
}

function absent(value: Value | undefined): value is null | undefined {
  return value === undefined || value === null;
}

function same(old: Value, now: Value): boolean {
  if (now instanceof Unknown || old instanceof Unknown) return false;
  // The engine elides the bytes of assets from olds: the hash is the identity.
  if (old instanceof Asset && now instanceof Asset) return old.hash === now.hash;
  if (old instanceof Archive && now instanceof Archive) return old.hash === now.hash;
  if (old instanceof ResourceReference && now instanceof ResourceReference) return old.urn === now.urn;
  return Object.is(old, now);
}

type Pattern = readonly (string | number | typeof anything)[];
const anything = Symbol("*");

function matches(path: Path, pattern: Pattern): boolean {
  return (
    pattern.length <= path.length &&
    pattern.every((step, index) => step === anything || String(step) === String(path[index]))
  );
}

function parsePath(text: string): Pattern {
  const steps: (string | number | typeof anything)[] = [];
  const token = /\["((?:\\"|[^"])*)"\]|\[(\d+)\]|\[\*\]|([^.[\]]+)/g;
  for (const [whole, quoted, index, name] of text.matchAll(token)) {
    if (whole === "[*]" || name === "*" || quoted === "*") steps.push(anything);
    else if (quoted !== undefined) steps.push(quoted.replaceAll('\\"', '"'));
    else if (index !== undefined) steps.push(Number(index));
    else if (name !== undefined) steps.push(name);
  }
  return steps;
}
