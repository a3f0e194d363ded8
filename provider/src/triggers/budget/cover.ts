/** Coarser purges in place of many targets: which they are, and what each of them covers. Pure. */
import { allTarget, fallbackWords, type FallbackWord } from "../receipts.ts";
import { domainOf } from "../submit/pack.ts";

export interface Fallback {
  readonly word: FallbackWord;
  /** Of `tag`: the one that all targets carry. */
  readonly tag: string;
}

const tagPrefix = "tag:";

/** What no word is, is `undefined`. */
export function readFallback(text: string): Fallback | undefined {
  if (text.startsWith(tagPrefix)) return { word: "tag", tag: text.slice(tagPrefix.length) };
  const word = fallbackWords.find((each) => each === text);
  return word === undefined || word === "tag" ? undefined : { word, tag: "" };
}

/** Coarser target → the targets that it stands for; each target once. */
export type Cover = ReadonlyMap<string, readonly string[]>;

/** By the coarser targets that are given. What none of them covers is left out. */
export function coverOf(word: FallbackWord, coarser: readonly string[], targets: Iterable<string>): Cover {
  const given = new Set(coarser);
  const cover = new Map<string, string[]>();
  for (const target of targets) {
    const by = coveredBy(word, given, target);
    if (by === undefined) continue;
    const others = cover.get(by);
    if (others === undefined) cover.set(by, [target]);
    else others.push(target);
  }
  return cover;
}

function coveredBy(word: FallbackWord, given: ReadonlySet<string>, target: string): string | undefined {
  switch (word) {
    case "all":
    case "tag":
      return [...given][0];
    case "hostname":
      return [domainOf(target)].find((host) => given.has(host));
    case "directory":
      return ancestorsOf(target).find((directory) => given.has(directory));
  }
}

/** By any of these, where they are directories or host names. */
export function isCovered(target: string, by: { has(target: string): boolean }): boolean {
  return by.has(domainOf(target)) || ancestorsOf(target).some((directory) => by.has(directory));
}

/** The directories that hold a URL, the nearest first; a directory holds itself. */
export function ancestorsOf(url: string): string[] {
  const path = url.replace(/[?#][^]*$/, "");
  const directories: string[] = [];
  const root = /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i.exec(path)?.[0].length ?? 0;
  if (path.length === root) return [`${path}/`];
  for (let slash = path.lastIndexOf("/"); slash >= root; slash = path.lastIndexOf("/", slash - 1)) {
    directories.push(path.slice(0, slash + 1));
  }
  return directories;
}

/** Where there is no choice. Host names without port, as vendors take them. */
export function coarserThan({ word, tag }: Fallback, targets: readonly string[]): readonly string[] {
  switch (word) {
    case "all":
      return [allTarget];
    case "tag":
      return [tag];
    case "hostname":
      return [...new Set(targets.map(domainOf))];
    case "directory":
      return [...new Set(targets.map((target) => ancestorsOf(target).at(-1) ?? target))];
  }
}
