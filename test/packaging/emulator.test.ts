/** The emulator's npm package in an empty project: the command, and a user's own test with types. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { publint } from "publint";
import { afterAll, beforeAll, expect, test } from "vitest";
import { emulatorPackage, emulatorProject, must, root } from "../examples/toolbox.ts";

let base = "";
let project = "";
beforeAll(async () => {
  base = await mkdtemp(path.join(tmpdir(), "edgecache-emulator-"));
  project = path.join(base, "project");
  const modules = path.join(project, "node_modules");
  await mkdir(path.join(modules, "@types"), { recursive: true });
  const installed = path.join(await emulatorProject(), "node_modules");
  // whatever test runner and compiler a project has: here those of the repository
  const links: [string, string][] = [
    [path.join(installed, "edgecache-emulator"), "edgecache-emulator"],
    ...["vitest", "typescript", "@types/node"].map((name): [string, string] => [
      path.join(root, "node_modules", name),
      name,
    ]),
  ];
  for (const [target, name] of links) await symlink(target, path.join(modules, name), "junction");
  await writeFile(path.join(project, "package.json"), `{ "private": true, "type": "module" }\n`);
}, 200_000);
afterAll(() => rm(base, { recursive: true, force: true }));

test("publint finds nothing to say", async () => {
  const tarball = new Uint8Array(await readFile(await emulatorPackage()));
  const { messages } = await publint({ pack: { tarball: tarball.buffer } });
  expect(messages).toEqual([]);
});

test("npx edgecache-emulator", async () => {
  const command = path.join(await emulatorProject(), "node_modules/.bin/edgecache-emulator");
  const emulator = spawn(command, ["--port", "0", "--json"], { cwd: project, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(emulator, "exit");
  const [line] = await once(emulator.stdout, "data");
  const { control, configuration } = JSON.parse(String(line));
  expect(configuration.alibabaAccessKeyId).toBe("LTAI5tEMULATOR");
  expect(await (await fetch(`${control}/`)).text()).toContain("<title>edgecache emulator</title>");
  emulator.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});

const compilerOptions = {
  target: "es2023",
  lib: ["es2023", "esnext.disposable"],
  module: "nodenext",
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
};

test("startEmulator() in a Vitest test, checked by the compiler", async () => {
  await writeFile(path.join(project, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  await writeFile(
    path.join(project, "edge.test.ts"),
    `import { startEmulator, type Emulator, type LogEntry } from "edgecache-emulator";
import { afterAll, beforeAll, expect, test } from "vitest";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ clock: "2026-01-01T00:00:00Z", switches: { "esa.rows": "perTask" } });
});
afterAll(() => emulator.close());

test("a visitor is served from the cache", async () => {
  const { control } = emulator;
  await control.origin.publish({ host: "www.example.com", path: "/", body: "v1" });
  const first = await control.visit("http://www.example.com/");
  const second = await control.visit("http://www.example.com/");
  expect([first.cache, second.cache, second.body]).toEqual(["MISS", "HIT", "v1"]);
  const calls: LogEntry[] = await control.requests.find({ action: "PurgeCaches" });
  expect(calls).toEqual([]);
  expect((await control.clock.advance(1000)).now).toBe("2026-01-01T00:00:01.000Z");
  // @ts-expect-error: a fault of no known kind does not compile
  await expect(control.faults.add({ kind: "earthquake" })).rejects.toThrow("kind");
});
`,
  );
  await must(process.execPath, [path.join(root, "node_modules/typescript/bin/tsc"), "-p", project], project);
  const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
  const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env;
  expect(await must(process.execPath, [vitest, "run", "--root", project], project, env)).toContain("1 passed");
});
