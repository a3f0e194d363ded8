/** The Dockerfile, as far as it can be tried without building it: release, ports, health, and what the command takes. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };

const dockerfile = readFileSync(new URL("../Dockerfile", import.meta.url), "utf8");
const cli = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));

test("installs this release and starts it where other machines reach it", { timeout: 120_000 }, async () => {
  expect(dockerfile).toContain(`ARG VERSION=${manifest.version}\n`);
  expect(dockerfile).toContain("EXPOSE 4500 4501 4502\n");
  const [command, ...parameters] = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? "[]") as string[];
  expect(Object.keys(manifest.bin)).toContain(command);
  const own = ["--port", "0", "--json", "--allow-host", "emulator"];
  const emulator = spawn(process.execPath, [cli, ...parameters, ...own], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(emulator.stdout, "data")) as [Buffer];
  const { endpoint } = JSON.parse(String(line)) as { endpoint: string };
  const health = /http:\/\/127\.0\.0\.1:4500(\S+)/.exec(dockerfile)?.[1] ?? "";
  expect((await fetch(`${endpoint}${health}`)).status).toBe(200);
  emulator.kill("SIGTERM");
  expect(await once(emulator, "exit")).toEqual([0, null]);
});
