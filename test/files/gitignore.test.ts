/** `ignoreFile` against git itself, on one tree with the names that rules are hard on. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gitignore } from "../../provider/src/files/glob.ts";

const runs = Number(process.env["FUZZ_RULES"] ?? 300);

const names = ["a", "b", "foo", "foobar", "bar", "a]", "[x", "{a,b}", "a-b", "!a", "#b", "a\\b", "a ", "b\t", "B", "ä"];
const folders = ["", "a/", "b/", "foo/", "a/b/", "a/foo/", "a/b/a/", "foo/bar/a/"];
/** A name is a file here and a folder there. */
const entries = new Map(
  folders.flatMap((folder): [string, boolean][] => [
    ...(folder === "" ? [] : [[folder.slice(0, -1), true] as [string, boolean]]),
    ...names
      .filter((name) => !folders.includes(`${folder}${name}/`))
      .map((name): [string, boolean] => [`${folder}${name}`, false]),
  ]),
);
entries.set("foo/bar", true);

let repository: string;
beforeAll(() => {
  repository = mkdtempSync(path.join(tmpdir(), "gitignore-"));
  execFileSync("git", ["init", "-q", repository]);
  for (const [name, isFolder] of entries) {
    if (isFolder) mkdirSync(path.join(repository, name), { recursive: true });
  }
  for (const [name, isFolder] of entries) if (!isFolder) writeFileSync(path.join(repository, name), "");
});
afterAll(() => rmSync(repository, { recursive: true }));

/** What git ignores, by a file with these rules. */
function byGit(rules: string): string[] {
  const file = path.join(repository, ".git/rules");
  writeFileSync(file, rules);
  const git = ["-C", repository, "-c", `core.excludesFile=${file}`, "check-ignore", "--no-index", "-z", "--stdin"];
  const input = [...entries.keys()].join("\0");
  try {
    const told = execFileSync("git", git, {
      input,
      env: { ...process.env, GIT_CONFIG_NOSYSTEM: "1" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    return told
      .toString()
      .split("\0")
      .filter((name) => name !== "");
  } catch (error) {
    // 1: none of them.
    if (error instanceof Error && "status" in error && error.status === 1) return [];
    throw error;
  }
}

function byUs(rules: string): string[] {
  const ignored = gitignore(rules.split(/\r?\n/));
  return [...entries].filter(([name, isFolder]) => ignored(name, isFolder)).map(([name]) => name);
}

const piece = fc.constantFrom(
  ..."ab/".split(""),
  "/",
  "*",
  "**",
  "?",
  "foo",
  "bar",
  "foo",
  "a/b",
  "**/",
  "/**",
  "[ab]",
  "[!a]",
  "[^b]",
  "[]x]",
  "[!]x]",
  "[z-a]",
  "[a-c]",
  "[[:alpha:]]",
  "[[:upper:]",
  "[",
  "]",
  "{a,b}",
  "{",
  "}",
  ",",
  "-",
  "\\*",
  "\\a",
  "\\",
  "\\ ",
  " ",
  "\t",
  "!",
  "#",
  ".",
  "$",
  "^",
  "+",
  "(",
  ")",
  "|",
  "ä",
);
const rule = fc
  .tuple(
    fc.constantFrom("", "", "", "!", "#", "\\!", "\\#", "/"),
    fc.array(piece, { minLength: 1, maxLength: 5 }),
    fc.constantFrom("", "", "/", " ", "\t", "  ", "/ "),
  )
  .map(([first, middle, last]) => `${first}${middle.join("")}${last}`)
  // No path has an empty name, so nobody means this; git takes it for one that is not there, `ignore` for none.
  .filter((text) => !/\*\/\/ *$/.test(text));
const file = fc
  .tuple(
    fc.constantFrom("", "", "", "\uFEFF"),
    fc.array(rule, { minLength: 1, maxLength: 6 }),
    fc.constantFrom("\n", "\n", "\r\n"),
    fc.boolean(),
  )
  .map(([bom, rules, end, ended]) => `${bom}${rules.join(end)}${ended ? end : ""}`);

test(
  `${runs} random files of rules ignore what git ignores by them`,
  () => {
    fc.assert(
      fc.property(file, (rules) => {
        expect(byUs(rules)).toEqual(byGit(rules));
      }),
      { numRuns: runs, ...(process.env["FUZZ_SEED"] === undefined ? {} : { seed: Number(process.env["FUZZ_SEED"]) }) },
    );
  },
  20_000 + runs * 100,
);
