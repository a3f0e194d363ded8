/** Folders that are hard to walk: odd names, links, files that nobody can read or that change, patterns that explode. */
import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { expect, test } from "vitest";
import { Refusal } from "../../provider/src/core/errors.ts";
import { digestFiles } from "../../provider/src/files/digest.ts";
import { useFolder } from "./folder.ts";

const folder = useFolder();
const digest = (text: string | Buffer): string => createHash("sha256").update(text).digest("hex").slice(0, 32);

test("a name with a line feed in it passes for no other entries", async () => {
  const forged = `a\n${digest("2")}  b`;
  folder.write({ a: "1", b: "2" });
  const two = await folder.hash();
  folder.write({ "x/a": "", [`y/${forged}`]: "1" });
  const one = await folder.hash({ path: folder.path("y") });
  expect(one["files"]).toBe(1);
  expect(one["hash"]).not.toBe(two["hash"]);
  // Nor for a name in which somebody wrote a backslash and an n.
  folder.write({ "z/p\nq": "1", "w/p\\nq": "1" });
  const [lineFeed, backslash] = [
    await folder.hash({ path: folder.path("z") }),
    await folder.hash({ path: folder.path("w") }),
  ];
  expect(lineFeed["hash"]).not.toBe(backslash["hash"]);
  folder.write({ "s/\n\\n": "1", "t/\\n\n": "1" });
  const [first, last] = [await folder.hash({ path: folder.path("s") }), await folder.hash({ path: folder.path("t") })];
  expect(first["hash"]).not.toBe(last["hash"]);
  expect(await folder.keys({ path: folder.path("z"), urlPrefix: "https://www.example.com" })).toEqual([
    "https://www.example.com/p%0Aq",
  ]);
});

test("files called as what objects have", async () => {
  folder.write({ ["__proto__"]: "1", constructor: "2", "sub/__proto__": "3" });
  expect(Object.entries(await folder.contents())).toEqual([
    ["__proto__", digest("1")],
    ["constructor", digest("2")],
    ["sub/__proto__", digest("3")],
  ]);
});

test("a name that is not UTF-8 is shown and refused, unless it is left out", async () => {
  const broken = (name: string): Buffer =>
    Buffer.concat([Buffer.from(folder.path(name)), Buffer.from([0xe9, 0x2e, 0x6a, 0x73])]);
  folder.write({ "a.txt": "", "sub/b.txt": "" });
  writeFileSync(broken("sub/caf"), "");
  await expect(folder.hash()).rejects.toThrow("sub/caf\\xe9.js: the name is not UTF-8, so its URL cannot be told.");
  expect(await folder.keys({ exclude: ["**/*.js"] })).toEqual(["a.txt", "sub/b.txt"]);
  expect(await folder.keys({ ignore: ["*.js"] })).toEqual(["a.txt", "sub/b.txt"]);
  // The same letters as Node shows them are a name like others.
  folder.write({ "sub/ok\uFFFD.txt": "" });
  expect(await folder.keys({ ignore: ["*.js"] })).toContain("sub/ok\uFFFD.txt");
});

test("links that multiply at each of 18 levels end in an error that names them", async () => {
  for (let level = 0; level < 18; level++) {
    mkdirSync(folder.path(`d${level}`));
    for (const link of ["l", "r"]) symlinkSync(`../d${level + 1}`, folder.path(`d${level}/${link}`));
  }
  folder.write({ "d18/a.txt": "" });
  await expect(folder.hash({ path: folder.path("d0"), symlinks: "follow" })).rejects.toThrow(
    /^r?.*\/[lr] is one more way to l\/l\/.*\/l, after 1,000 others: these symbolic links form a loop or multiply\./,
  );
});

test("the same folder and file by several names: each has its keys, and is read once", async () => {
  folder.write({ "v2/app/a.txt": "1" });
  symlinkSync("v2", folder.path("latest"));
  symlinkSync("../latest/app", folder.path("v2/again"));
  linkSync(folder.path("v2/app/a.txt"), folder.path("hard.txt"));
  expect(await folder.contents({ symlinks: "follow" })).toEqual({
    "hard.txt": digest("1"),
    "latest/again/a.txt": digest("1"),
    "latest/app/a.txt": digest("1"),
    "v2/again/a.txt": digest("1"),
    "v2/app/a.txt": digest("1"),
  });
});

test("a link to itself, and folders that link to each other", async () => {
  folder.write({ "a/x.txt": "", "b/y.txt": "" });
  symlinkSync("../b", folder.path("a/b"));
  symlinkSync("../a", folder.path("b/a"));
  expect(await folder.keys({ symlinks: "follow" })).toEqual(["a/b/y.txt", "a/x.txt", "b/a/x.txt", "b/y.txt"]);
  symlinkSync("self", folder.path("self"));
  await expect(folder.hash({ symlinks: "follow" })).rejects.toThrow(/^path: ELOOP: .*self'\.$/);
});

test("a file and a folder that nobody may read are named", async () => {
  folder.write({ "a.txt": "1", "sub/b.txt": "2" });
  chmodSync(folder.path(), 0o755);
  await asNobody(async () => {
    chmodSync(folder.path("a.txt"), 0o000);
    await expect(folder.hash()).rejects.toThrow(/^path: EACCES: permission denied, open '.*a\.txt'\.$/);
    chmodSync(folder.path("a.txt"), 0o644);
    chmodSync(folder.path("sub"), 0o000);
    await expect(folder.hash()).rejects.toThrow(/^path: EACCES: permission denied, scandir '.*sub'\.$/);
    expect(await folder.keys({ ignore: ["sub/"] })).toEqual(["a.txt"]);
    chmodSync(folder.path("sub"), 0o755);
  });
});

/** Root may read everything. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return work();
  for (const name of ["", "a.txt", "sub", "sub/b.txt"]) chownSync(folder.path(name), 65_534, 65_534);
  process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}

test.each([
  ["grows", (file: string) => appendFileSync(file, "x")],
  ["is written over", (file: string) => writeFileSync(file, "x", { flag: "r+" })],
])("a file that %s while it is read is an error in the end, and no error if that stops", async (_, change) => {
  const file = folder.path("big.bin");
  folder.write({ "big.bin": "" });
  // Over a slice of the digest, so that others get a turn in the middle.
  truncateSync(file, 18 << 20);
  utimesSync(file, 0, 0);
  let changes = 0;
  let most = 1;
  const next = (): void => {
    if (changes++ < most) change(file);
    timer = setImmediate(next);
  };
  let timer = setImmediate(next);
  try {
    const { contents } = await folder.hash();
    expect(contents).toEqual({ "big.bin": digest(readFileSync(file)) });
    most = Infinity;
    utimesSync(file, 0, 0);
    await expect(folder.hash()).rejects.toThrow(
      "big.bin changes while it is read. Let pulumi run when the build is through.",
    );
  } finally {
    clearImmediate(timer);
  }
});

test("nothing taken: the folder, whole, and what to do", async () => {
  const empty = `path: no file of ${folder.path()} is taken: it is empty. Did the build run, and into this folder?`;
  await expect(folder.hash()).rejects.toThrow(empty);
  await expect(folder.hash()).rejects.toBeInstanceOf(Refusal);
  expect(await folder.hash({ allowEmpty: true })).toMatchObject({ files: 0, contents: {} });
  folder.write({ "index.html": "" });
  await expect(folder.hash({ include: ["**/*.htlm"] })).rejects.toThrow(
    `path: no file of ${folder.path()} is taken: include, exclude and ignore leave out all that is there (include: **/*.htlm). If that is meant, set allowEmpty.`,
  );
});

test.each([["**/".repeat(8)], ["a/" + "**/".repeat(8)], ["!" + "**/".repeat(8)], ["/" + "***/".repeat(8)]])(
  "%s takes no longer than one **",
  async (start) => {
    // 81 characters.
    const deep = "a/".repeat(40);
    folder.write({ [`${deep}b`]: "" });
    expect(await folder.keys({ ignore: [`${start}c`] })).toEqual([`${deep}b`]);
    expect(await folder.keys({ exclude: [`${start.replace(/^[!/]/, "")}c`] })).toEqual([`${deep}b`]);
  },
);

test.each(["ignore", "exclude"])("%s: a pattern that would explode is named instead", async (key) => {
  const deep = "a/".repeat(40);
  folder.write({ [`${deep}b`]: "" });
  const pattern = `${"**/a/".repeat(16)}c`;
  await expect(folder.hash({ [key]: [pattern] })).rejects.toThrow(
    /^\*\*\/a\/.*c: takes too long to compare with the names in a\/a.*; write it with fewer wildcards\.$/,
  );
  folder.write({ "z/b": "" });
  expect(await folder.keys({ path: folder.path("z"), [key]: [pattern] })).toEqual(["b"]);
});

test("Ctrl-C ends the digesting of many files", async () => {
  folder.write({ "a.txt": "1" });
  const many = Array.from({ length: 1000 }, () => "a.txt");
  const stopped = AbortSignal.abort(new Refusal("stopped"));
  await expect(digestFiles(folder.path(), many, { shared: false, signal: stopped })).rejects.toThrow("stopped");
});
