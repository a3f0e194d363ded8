/** The tests that docs/testing.md shows for other runners and languages, as their users run them: packed emulator and plugin. */
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findPulumi, pulumiEnv } from "../../tools/setup/find-pulumi.mjs";
import { capture } from "../../tools/setup/run.mjs";
import { blocksOf } from "./blocks.ts";
import {
  emulatorProject,
  goSettings,
  must,
  nodeProject,
  pluginArchive,
  pytest,
  root,
  version,
  whyNot,
} from "./toolbox.ts";

for (const language of ["python", "go"] as const) {
  const missing = whyNot(language);
  if (missing !== undefined) console.warn(`testing: the ${language} helper was NOT run: ${missing}`);
}

let base = "";
let env: Record<string, string> = {};
beforeAll(async () => {
  base = await mkdtemp(path.join(tmpdir(), "edgecache-testing-"));
  const [cli, archive] = [await findPulumi(), await pluginArchive()];
  await mkdir(path.join(base, "state"));
  const { PULUMI_BACKEND_URL: _, ...own } = pulumiEnv({ cli, home: path.join(base, "home"), backendDir: base });
  env = own;
  const withState = { ...env, PULUMI_BACKEND_URL: `file://${path.join(base, "state")}` };
  await must(cli.bin, ["plugin", "install", "resource", "edgecache", version, "--file", archive], base, withState);
});
afterAll(() => rm(base, { recursive: true, force: true }));

/** A copy of an example in a folder of its own, with the emulator's package where `npx` finds it. */
async function checkedOut(example: string): Promise<string> {
  const folder = path.join(base, example);
  await cp(path.join(root, "examples", example), folder, { recursive: true });
  await symlink(path.join(await emulatorProject(), "node_modules"), path.join(folder, "node_modules"), "junction");
  return folder;
}

test.skipIf(whyNot("python") !== undefined)("pytest", async () => {
  const folder = await checkedOut("testing-python");
  const printed = await must(await pytest(), ["-m", "pytest", "-q", "-p", "no:cacheprovider"], folder, env);
  expect(printed).toContain("1 passed");
});

test.skipIf(whyNot("go") !== undefined)("go test", async () => {
  const folder = await checkedOut("testing-go");
  const printed = await must("go", ["test", "-v", "-count=1", "./..."], folder, { ...env, ...goSettings("readonly") });
  expect(printed).toContain("--- PASS: TestAReleasePurgesThePageThatChanged");
});

test("node:test and Vitest: the programs of the page as they stand", async () => {
  const folder = path.join(base, "runners");
  const modules = path.join(folder, "node_modules");
  await mkdir(path.join(modules, "@types"), { recursive: true });
  const [emulator, node] = [await emulatorProject(), await nodeProject()];
  // A copy, so that it finds the Pulumi of the project, as it would when installed.
  const kit = path.join(modules, "edgecache-emulator");
  await cp(path.join(emulator, "node_modules/edgecache-emulator"), kit, { recursive: true });
  const links = [
    ...["hono", "@hono", "http-cache-semantics", "yaml", "zod", "re2js"].map((name) => [emulator, name] as const),
    ...["@pulumi", "pulumi-edgecache"].map((name) => [node, name] as const),
    [root, "vitest"] as const,
  ];
  for (const [from, name] of links) {
    await symlink(path.join(from, "node_modules", name), path.join(modules, name), "junction");
  }
  await writeFile(path.join(folder, "package.json"), `{ "private": true, "type": "module" }\n`);
  const page = await readFile(path.join(root, "docs/testing.md"), "utf8");
  const [vitest, nodeTest] = blocksOf("docs/testing.md", page).filter(({ language }) => language === "typescript");
  await writeFile(path.join(folder, "vitest.test.ts"), vitest?.code ?? "");
  await writeFile(path.join(folder, "node.test.ts"), nodeTest?.code.replace("../site", "./site") ?? "");
  await cp(path.join(root, "examples/testing-go/Pulumi.yaml"), path.join(folder, "site/Pulumi.yaml"));

  const main = path.join(modules, "vitest/vitest.mjs");
  const run = (...parameters: string[]) => capture(process.execPath, parameters, { cwd: folder, env });
  const [byNode, byVitest] = await Promise.all([run("--test", "node.test.ts"), run(main, "run", "--root", folder)]);
  expect(byNode, byNode.stdout + byNode.stderr).toMatchObject({ code: 0 });
  expect(byNode.stdout).toMatch(/pass 1\n/);
  expect(byVitest.stdout, byVitest.stdout + byVitest.stderr).toMatch(/1 passed/);
});
