/** The package as it would be published: built, packed, installed elsewhere, started. */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { afterAll, beforeAll, expect, test } from "vitest";

const at = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

const folder = mkdtempSync(path.join(os.tmpdir(), "emulator-package-"));
const built = path.join(folder, "built");
beforeAll(() => void execFileSync(process.execPath, [at("build.ts"), built], { stdio: "inherit" }), 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

test("publint finds nothing to say", async () => {
  const { messages } = await publint({ pkgDir: built });
  expect(messages).toEqual([]);
});

test("works from where it is installed: as a command and as a library", async () => {
  const packed = execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], {
    cwd: built,
    encoding: "utf8",
  }).trim();
  const installed = path.join(folder, "node_modules", "edgecache-emulator");
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", path.join(folder, packed), "--strip-components", "1", "-C", installed]);
  // its dependencies are those of the workspace: no registry is asked
  symlinkSync(at("../node_modules"), path.join(installed, "node_modules"), "dir");

  const command = spawn(process.execPath, [
    path.join(installed, "lib/cli/main.js"),
    "--json",
    "--port",
    "0",
    "--exit-with-stdin",
  ]);
  const line = await new Promise<string>((resolve) => createInterface(command.stdout).once("line", resolve));
  const { control } = JSON.parse(line) as { control: string };
  expect(await (await fetch(`${control}/`)).text()).toContain("<title>edgecache emulator</title>");
  const ended = new Promise((resolve) => command.once("exit", resolve));
  command.stdin.end();
  expect(await ended).toBe(0);

  const script = path.join(folder, "use.mjs");
  writeFileSync(
    script,
    `import { startEmulator } from "edgecache-emulator";
       const emulator = await startEmulator({ clock: "2026-01-01T00:00:00Z" });
       console.log((await emulator.control.clock.get()).now);
       await emulator.close();`,
  );
  expect(execFileSync(process.execPath, [script], { encoding: "utf8" })).toBe("2026-01-01T00:00:00.000Z\n");
}, 60_000);
