/** What changes at URLs that no list can have: where a file such as `index.html` or `404.html` answers for all that is missing. Pure. */
import { Refusal } from "../core/errors.ts";
import { add, type DigestedFile } from "./url-index.ts";
import { urlPath, type Spelling } from "./url-keys.ts";

export interface Fallback {
  /** The file that answers where no other does. */
  readonly document: string;
  /** Below which folder of the site; without it and `tag` below all of it. */
  readonly directory?: string | undefined;
  /** The cache tag that such answers carry. */
  readonly tag?: string | undefined;
}

export interface FallbackTargets {
  readonly fallbackDirectories: ReadonlyMap<string, string>;
  readonly fallbackTags: ReadonlyMap<string, string>;
}

export interface FallbackRules {
  readonly rules: readonly Fallback[];
  /** Whether each document must be there, as what a user names must. */
  readonly required: boolean;
}

export function fallbackTargets(
  files: readonly DigestedFile[],
  { rules, required }: FallbackRules,
  roots: readonly string[],
  spelling: Spelling,
): FallbackTargets {
  const fallbackDirectories = new Map<string, string>();
  const fallbackTags = new Map<string, string>();
  for (const { document, directory, tag } of rules) {
    const found = files.find(({ file }) => file === document);
    if (found === undefined) {
      if (required) throw new Refusal(`fallback: ${document} is not among the files that are taken.`);
      continue;
    }
    if (tag !== undefined) add(fallbackTags, tag, found.digest);
    if (directory === undefined && tag !== undefined) continue;
    const below = urlPath(withoutSlashes(directory ?? ""), spelling);
    for (const root of roots) add(fallbackDirectories, `${root}${below === "/" ? "" : below}/`, found.digest);
  }
  return { fallbackDirectories, fallbackTags };
}

/** At both ends. */
function withoutSlashes(text: string): string {
  let [from, to] = [0, text.length];
  while (text[from] === "/") from++;
  while (to > from && text[to - 1] === "/") to--;
  return text.slice(from, to);
}
