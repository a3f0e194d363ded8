/** hashFiles on real folders. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as files from "../../provider/src/files/index.ts";
import { Refusal } from "../../provider/src/core/errors.ts";
import { gitignore } from "../../provider/src/files/glob.ts";
import { ask, contextOf } from "./world.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hash-files-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(tree: Record<string, string>): void {
  for (const [name, text] of Object.entries(tree)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}
const hash = (more: Record<string, string | string[] | boolean> = {}) =>
  ask(files, "edgecache:index:hashFiles", contextOf({}), { path: folder, ...more });
const keys = async (more: Record<string, string | string[] | boolean> = {}) =>
  Object.keys(Object((await hash(more))["contents"]));

test("the same files are the same hash; a changed byte or a renamed file is another", async () => {
  write({ "a.txt": "1", "b/c.txt": "2" });
  const first = await hash();
  expect(first).toMatchObject({ files: 2, bytes: 2 });
  expect(await hash()).toEqual(first);
  write({ "b/c.txt": "3" });
  const second = await hash();
  expect(second["hash"]).not.toBe(first["hash"]);
  rmSync(path.join(folder, "a.txt"));
  write({ "z.txt": "1" });
  expect((await hash())["hash"]).not.toBe(second["hash"]);
});

test("digests are SHA-256 of the whole file, small or big", async () => {
  write({ empty: "", small: "x", big: "y".repeat(3_000_001), exact: "z".repeat(1 << 20) });
  const { contents } = await hash();
  for (const [name, digest] of Object.entries(Object(contents))) {
    const whole = createHash("sha256").update(readFileSync(path.join(folder, name)));
    expect(whole.digest("hex").slice(0, 32)).toBe(digest);
  }
});

test("URLs: both keys of an index, names as browsers write them", async () => {
  write({ "index.html": "", "docs/index.html": "", "a b/ü?#%.txt": "", "x[1]|(2).js": "" });
  expect(await keys({ urlPrefix: "https://www.example.com" })).toMatchInlineSnapshot(`
    [
      "https://www.example.com/",
      "https://www.example.com/a%20b/%C3%BC%3F%23%25.txt",
      "https://www.example.com/docs/",
      "https://www.example.com/docs/index.html",
      "https://www.example.com/index.html",
      "https://www.example.com/x[1]|(2).js",
    ]
  `);
  expect(await keys({ urlPrefix: "https://www.example.com/p/", indexDocument: "" })).toContain(
    "https://www.example.com/p/docs/index.html",
  );
});

test("include, exclude, ignore", async () => {
  write({ "a.html": "", "b.js": "", "sub/c.html": "", "node_modules/x/d.html": "", ".gitignore": "*.js\n" });
  expect(await keys({ include: ["**/*.html"], exclude: ["sub/**"], ignore: ["node_modules/"] })).toEqual(["a.html"]);
  expect(await keys({ ignoreFile: ".gitignore", ignore: ["/node_modules", ".gitignore"] })).toEqual([
    "a.html",
    "sub/c.html",
  ]);
  expect(await keys({ include: ["*.{html,js}"] })).toEqual(["a.html", "b.js"]);
  write({ ".well-known/c+.txt": "" });
  for (const pattern of ["**/*.txt", "**/[bc]+.txt"])
    expect(await keys({ include: [pattern] })).toEqual([".well-known/c+.txt"]);
});

test("two files at one URL are refused", async () => {
  write({ "A.txt": "1", "a.txt": "2" });
  await expect(hash({ lowerCase: true, urlPrefix: "https://www.example.com" })).rejects.toThrow(
    "both served at https://www.example.com/a.txt",
  );
});

test("symbolic links by choice, also in a circle", async () => {
  write({ "a.txt": "1", "sub/b.txt": "2" });
  symlinkSync("..", path.join(folder, "sub", "up"));
  symlinkSync("a.txt", path.join(folder, "link.txt"));
  await expect(hash()).rejects.toThrow(/is a symbolic link/);
  expect(await keys({ symlinks: "skip" })).toEqual(["a.txt", "sub/b.txt"]);
  expect(await keys({ symlinks: "follow" })).toEqual(["a.txt", "link.txt", "sub/b.txt"]);
});

test.each(["/index.html", "./index.html", "docs\\index.html"])(
  "an index document that no file is called, %s, is refused",
  async (indexDocument) => {
    write({ "index.html": "" });
    await expect(hash({ urlPrefix: "https://www.example.com", indexDocument })).rejects.toThrow(
      "indexDocument must be a file's name, without a folder",
    );
  },
);

test.each([
  ["/a.js", "begins with a slash; globs are relative to path"],
  ["docs/", "names a folder; for all files in it write docs/**"],
  ["./", "names a folder; for all files in it write ./**"],
  ["docs//a.js", "has two slashes in a row"],
  ["../a.js", "leads out of path"],
  ["docs\\a.js", "has a backslash before what needs none; folders are parted by /"],
])("a glob that no file can match, %s, is refused, not passed over", async (pattern, problem) => {
  write({ "a.js": "", "docs/a.js": "" });
  await expect(hash({ include: ["*.js", pattern] })).rejects.toThrow(problem);
  await expect(hash({ exclude: [pattern] })).rejects.toThrow(problem);
});

test("what cannot be read is named, whatever the reason", async () => {
  symlinkSync("nowhere.txt", path.join(folder, "dangling"));
  await expect(hash({ symlinks: "follow" })).rejects.toThrow(
    /^path: ENOENT: no such file or directory, stat '.*dangling'\.$/,
  );
  await expect(hash({ symlinks: "follow" })).rejects.toBeInstanceOf(Refusal);
  await expect(hash({ symlinks: "skip", ignoreFile: ".gitignore" })).rejects.toThrow(
    `ignoreFile: ${path.join(folder, ".gitignore")} does not exist.`,
  );
});

test("lowerCase: one key for a site that does not tell case apart", async () => {
  write({ "Docs/Über.HTML": "", "Docs/index.html": "" });
  expect(await keys({ lowerCase: true, urlPrefix: "https://www.example.com" })).toEqual([
    "https://www.example.com/docs/",
    "https://www.example.com/docs/%C3%BCber.html",
    "https://www.example.com/docs/index.html",
  ]);
  expect(await keys({ lowerCase: true })).toEqual(["docs/index.html", "docs/über.html"]);
});

test("the result is about the URL and 40 bytes for each key, also of many files in many folders", async () => {
  const names = Array.from({ length: 600 }, (_, index) => `${index % 7}/${index}.txt`);
  write(Object.fromEntries(names.map((name) => [name, name])));
  const urlPrefix = "https://www.example.com";
  const result = await hash({ urlPrefix });
  expect(result["files"]).toBe(600);
  const urls = names.reduce((sum, name) => sum + urlPrefix.length + 1 + name.length, 0);
  expect(JSON.stringify(result).length).toBeLessThan(urls + 600 * 40 + 200);
});

test("the sum is the same on every platform: names with /, sorted by code unit", async () => {
  write({ "b.txt": "2", "B.txt": "1", "a/z.txt": "3", "ä.txt": "4" });
  const line = (name: string, text: string) =>
    `${createHash("sha256").update(text).digest("hex").slice(0, 32)}  ${name}\n`;
  const listing = [line("B.txt", "1"), line("a/z.txt", "3"), line("b.txt", "2"), line("ä.txt", "4")].join("");
  expect((await hash())["hash"]).toBe(createHash("sha256").update(listing).digest("hex"));
});

test("a folder that is not there", async () => {
  await expect(hash({ path: path.join(folder, "nowhere") })).rejects.toThrow("is no folder");
});

describe("the lines of a .gitignore", () => {
  test.each([
    [["*.log"], "a/b.log", false, true],
    [["*.log", "!keep.log"], "a/keep.log", false, false],
    [["/top"], "a/top", false, false],
    [["/top"], "top", false, true],
    [["build/"], "a/build", true, true],
    [["build/"], "build", false, false],
    [["a/**/z"], "a/b/c/z", false, true],
    [["a/**/z"], "a/z", false, true],
    [["doc/*.txt"], "doc/a/b.txt", false, false],
    [["**/foo"], "x/y/foo", false, true],
    [["foo/**"], "foo/a/b", false, true],
    [["# comment", "", "\\#file"], "#file", false, true],
    [["[ab].c"], "b.c", false, true],
    [["[!ab].c"], "b.c", false, false],
  ] as const)("%j on %s", (lines, file, isFolder, ignored) => {
    expect(gitignore(lines)(file, isFolder)).toBe(ignored);
  });
});
