/** Which paths a user's patterns name: globs as picomatch reads them, the lines of a .gitignore as `ignore` does. Pure. */
import { createContext, Script } from "node:vm";
import ignore from "ignore";
import picomatch from "picomatch/posix.js";
import type { Clock } from "../core/clock.ts";
import { Refusal } from "../core/errors.ts";

export type Match = (path: string) => boolean;
export type Ignore = (path: string, isFolder: boolean) => boolean;

/** `**` any folders, `*` and `?` within a name, `[a-z]`, `{a,b}`. The whole path must match; names with a dot are no exception. */
export function glob(pattern: string): Match {
  // Parentheses, bars and pluses are common in names, and picomatch would read them as regular expressions do.
  const plain = pattern.replaceAll(/(?<!\\)[()|+]/g, String.raw`\$&`);
  const matches = picomatch(plain, {
    dot: true,
    nonegate: true,
    noextglob: true,
    posix: true,
    strictSlashes: true,
    flags: "s",
  });
  return (path) => matches(path);
}

/**
 * The rules of .gitignore (https://git-scm.com/docs/gitignore). Nothing below an
 * ignored folder can be taken back: the walk need not enter it.
 */
export function gitignore(lines: readonly string[]): Ignore {
  const all = ignore({ ignoreCase: false, allowRelativePaths: true }).add(lines.flatMap(asGit));
  return (path, isFolder) => all.ignores(bytes(isFolder ? `${path}/` : path));
}

/** One line in words that the library and git read alike, also where it reads others than git. */
function asGit(line: string): string[] {
  // Some editors begin a file with a mark that is none of its text. Any number of `**` in a row says no more than one,
  // and takes a power of the time.
  const rule = bytes(line.replace(/^\uFEFF/, "")).replaceAll(/(^!?|\/)(?:\*{2,}\/){2,}/g, "$1**/");
  // Git compares what has no wildcard first; a `**` after it begins what is left, and so takes folders too.
  const [, sign = "", start = "", end] =
    /^(?!#)(!?)(\/?[^*?[\\]*[^*?[\\/!])\*{2,}(\/.*[^ ].*|\/? *)$/s.exec(rule) ?? [];
  if (end === undefined) return [rule];
  const anchored = `${sign}/${start.replace(/^\//, "")}`;
  if (/[^ /]|\/\//.test(end)) return [`${anchored}*/**${end}`, `${anchored}${end.slice(1)}`].filter(noEmptyName);
  return start.includes("/") ? [`${anchored}*${end}`, `${anchored}*/**${end}`] : [rule];
}

function noEmptyName(rule: string): boolean {
  return !rule.includes("//");
}

/** Git compares bytes: `?` is half of `ä`. */
function bytes(text: string): string {
  return /[^\0-\x7f]/.test(text) ? Buffer.from(text).toString("latin1") : text;
}

/** Does the work on the names of one folder. */
export type Guard = (folder: string, work: () => void) => void;

/** With fewer wildcards than this, no name is long enough to matter. */
const costly = 4;
const patienceMs = 1000;
/** Folders that take longer share the patience. */
const slowMs = 100;

/**
 * Bounds what asking these patterns takes. They become regular expressions, which
 * on some names try every way to share the name out between the wildcards. Only
 * a script with a time limit can be stopped in the middle of one; that takes a
 * millisecond for each folder, so patterns of few wildcards go without.
 */
export function guardOf(patterns: readonly string[], clock: Clock): Guard {
  const worst = patterns.find((pattern) => (pattern.match(/\*+/g)?.length ?? 0) >= costly);
  if (worst === undefined) return (_, work) => work();
  let current = (): void => undefined;
  let left = patienceMs;
  const script = new Script("run()");
  const context = createContext({ run: () => current() });
  return (folder, work) => {
    current = work;
    const started = clock.monotonic();
    try {
      script.runInContext(context, { timeout: Math.max(1, Math.ceil(left)) });
      const took = clock.monotonic() - started;
      if (took > slowMs) left -= took;
    } catch (error) {
      if (!isTimeout(error)) throw error;
      throw new Refusal(
        `${worst}: takes too long to compare with the names in ${folder || "the folder"}; write it with fewer wildcards.`,
      );
    }
  };
}

/** Not an `Error` of this context. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === "object" && error !== null && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  );
}
