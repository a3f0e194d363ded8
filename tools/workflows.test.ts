import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { capture } from "./setup/run.mjs";
import { problemsOf } from "./workflows.ts";

const root = path.resolve(import.meta.dirname, "..");
const { stdout } = await capture("git", ["ls-files", "--", "*.github/workflows/*.yml", "*action.yml"], { cwd: root });
const files = stdout.split("\n").filter(Boolean);

test.each(files)("%s uses pinned actions, and signs only where nothing is installed", async (file) => {
  expect(problemsOf(await readFile(path.join(root, file), "utf8"))).toEqual([]);
});

test("there are workflows to look at", () => {
  expect(files).toEqual(expect.arrayContaining([".github/workflows/ci.yml", ".github/workflows/release.yml"]));
});

const sha = "3d3c42e5aac5ba805825da76410c181273ba90b1";
const checkout = `actions/checkout@${sha} # v7.0.1\n        with: { persist-credentials: false }`;
const good = workflow(`- uses: ${checkout}\n      - run: npm ci`);

describe("what is wrong is told", () => {
  test("nothing, where nothing is wrong", () => {
    expect(problemsOf(good)).toEqual([]);
  });

  test.each([
    ["a tag", "actions/setup-node@v7"],
    ["a branch", "actions/setup-node@main"],
    ["a short commit", `actions/setup-node@${sha.slice(0, 7)} # v7.0.0`],
    ["a commit without its release", `actions/setup-node@${sha}`],
  ])("%s instead of a commit", (_, used) => {
    expect(problemsOf(workflow(`- uses: ${used}`))).toEqual([expect.stringContaining(used.split(" ")[0] ?? "")]);
  });

  test.each([
    "npm ci",
    "npm install",
    "npm run build",
    "npx tsc",
    "pip install build",
    "python -m build",
    "curl x | sh",
  ])("a job that may sign runs %s", (command) => {
    const signing = workflow(`- run: ${command}`, "{ id-token: write }");
    expect(problemsOf(signing)).toEqual([`job a may sign, and runs \`${command}\``]);
    expect(problemsOf(workflow(`- run: ${command}`))).toEqual([]);
  });

  test("a job that may sign restores a cache", () => {
    const step = `- uses: actions/setup-node@${sha} # v7.0.0\n        with: { cache: npm }`;
    expect(problemsOf(workflow(step, "write-all"))).toEqual([expect.stringContaining("restores a cache")]);
  });

  test("permissions that are open or too wide, a token left behind, pull_request_target", () => {
    expect(problemsOf(good.replace("permissions: { contents: read }\n", ""))).toEqual([
      expect.stringContaining("says no permissions"),
    ]);
    expect(problemsOf(good.replace("contents: read", "contents: write"))).toEqual([
      expect.stringContaining("lets every job write"),
    ]);
    expect(problemsOf(good.replace("persist-credentials: false", "fetch-depth: 0"))).toEqual([
      expect.stringContaining("keeps its token"),
    ]);
    expect(problemsOf(good.replace("on: push", "on: [pull_request_target]"))).toEqual(["runs on pull_request_target"]);
  });
});

function workflow(steps: string, permissions?: string): string {
  const own = permissions === undefined ? "" : `\n    permissions: ${permissions}`;
  return `on: push\npermissions: { contents: read }\njobs:\n  a:${own}\n    steps:\n      ${steps}\n`;
}
