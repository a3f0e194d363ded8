/** What is installed and why, in a folder with a lock file of two packages; and that ours suits every system. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { installDependencies, nodeBinary, nodePackage, whyInstall } from "./dependencies.mjs";

const repository = path.resolve(import.meta.dirname, "../..");
const own = `node_modules/${nodePackage()}`;
let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "edgecache-dependencies-"));
  await lock({ "node_modules/a": "1.0.0", "node_modules/b": "1.0.0" });
});
afterEach(() => rm(root, { recursive: true }));

describe("why npm ci is to run", () => {
  test("nothing is there, or an install was killed", async () => {
    expect(whyInstall(root, "demo")).toBe("not installed yet");
    await mkdir(path.join(root, "node_modules"));
    expect(whyInstall(root, "demo")).toBe("the last install was not finished");
  });

  test("somebody's own install does, when it is what the lock file says", async () => {
    await installed({ "node_modules/a": "1.0.0", "node_modules/b": "1.0.0" });
    expect(whyInstall(root, "demo")).toBeUndefined();
    expect(whyInstall(root, "all")).toBeUndefined();
  });

  test.each([
    ["node_modules/b is missing", { "node_modules/a": "1.0.0" }],
    ["node_modules/b is not the locked version", { "node_modules/a": "1.0.0", "node_modules/b": "2.0.0" }],
    [
      "node_modules/c is not in package-lock.json",
      { "node_modules/a": "1.0.0", "node_modules/b": "1.0.0", "node_modules/c": "1.0.0" },
    ],
  ])("%s", async (why, packages) => {
    await installed(packages);
    expect(whyInstall(root, "all")).toBe(why);
  });

  test("the pinned Node is missing", async () => {
    await installed({ "node_modules/a": "1.0.0", "node_modules/b": "1.0.0" });
    await rm(nodeBinary(root));
    expect(whyInstall(root, "all")).toBe("the pinned Node is missing");
  });
});

test("the demo installs its own part and keeps it; tests install all, and all stays", async () => {
  expect(await install("demo")).toBe("ci --omit=dev --workspace=tools/demo");
  expect(await install("demo")).toBeUndefined();
  expect(whyInstall(root, "all")).toBe("so far only what the demo needs is there");
  expect(await install("all")).toBe("ci --include=dev");
  expect(await install("demo")).toBeUndefined();
  await lock({ "node_modules/a": "1.0.0", "node_modules/b": "3.0.0" });
  expect(await install("demo")).toBe("ci --include=dev");
});

test("an install that brings no Node to run on is an error that says so", async () => {
  await expect(install("all", "")).rejects.toThrow(/^npm has no Node for \w+ on \w+, on which/);
});

test("there is a Node for every system that a release is made for, in one major version", async () => {
  const { optionalDependencies } = JSON.parse(await readFile(path.join(repository, "package.json"), "utf8"));
  const systems = (["linux", "darwin", "win32"] as const).flatMap((platform) =>
    (["x64", "arm64"] as const).map((arch) => nodePackage({ platform, arch })),
  );
  expect(Object.keys(optionalDependencies).toSorted()).toEqual(systems.toSorted());
  expect(new Set(Object.values<string>(optionalDependencies).map((version) => version.split(".")[0])).size).toBe(1);
  expect(existsSync(nodeBinary(repository))).toBe(true);
});

/** What npm was asked for, by a stand-in that does it. */
async function install(scope: "demo" | "all", node = own): Promise<string | undefined> {
  const script = path.join(root, "npm-cli.js");
  await writeFile(
    script,
    `const fs = require("fs");
     const lock = JSON.parse(fs.readFileSync("package-lock.json"));
     fs.mkdirSync("node_modules", { recursive: true });
     fs.writeFileSync("node_modules/.package-lock.json", JSON.stringify(lock));
     const node = ${JSON.stringify(node && path.relative(root, nodeBinary(root)))};
     if (node && process.argv.includes("--include=dev")) {
       fs.mkdirSync(require("path").dirname(node), { recursive: true });
       fs.writeFileSync(node, "");
     }
     fs.writeFileSync("asked", process.argv.slice(2).filter((each) => !/=optional|=error|--no-/.test(each)).join(" "));`,
  );
  await rm(path.join(root, "asked"), { force: true });
  const before = process.env["npm_execpath"];
  process.env["npm_execpath"] = script;
  try {
    await installDependencies({ root, scope, say: () => undefined, signal: new AbortController().signal });
  } finally {
    if (before === undefined) delete process.env["npm_execpath"];
    else process.env["npm_execpath"] = before;
  }
  return await readFile(path.join(root, "asked"), "utf8").catch(() => undefined);
}

async function lock(packages: Readonly<Record<string, string>>): Promise<void> {
  await writeFile(path.join(root, "package-lock.json"), JSON.stringify({ packages: entries(packages) }));
}

async function installed(packages: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(path.dirname(nodeBinary(root)), { recursive: true });
  await writeFile(nodeBinary(root), "");
  const record = path.join(root, "node_modules/.package-lock.json");
  await writeFile(record, JSON.stringify({ packages: entries(packages) }));
}

function entries(packages: Readonly<Record<string, string>>): object {
  return Object.fromEntries(Object.entries(packages).map(([name, version]) => [name, { version }]));
}
