/** `npm run demo`: tells its story to the end, and stops in good order when it is interrupted. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { searched } from "../leaks.ts";

const demo = path.resolve(import.meta.dirname, "../../tools/demo/demo.ts");
/** The demo puts everything it makes in here. */
let temporary = "";

beforeAll(async () => {
  temporary = await mkdtemp(path.join(tmpdir(), "edgecache-demo-test-"));
});
afterAll(() => rm(temporary, { recursive: true, force: true }));

test("every claim of the demo holds", async () => {
  const run = start();
  const [code] = await once(run.process, "close");
  expect(run.output()).toContain("All 20 claims held.");
  expect(code).toBe(0);
  expect(await leftBehind()).toEqual([]);
});

test("interrupted in the middle of an update, the demo leaves nothing behind", async () => {
  const run = start();
  await run.printed("PurgeTrigger release creating");
  run.process.kill("SIGINT");
  const [code] = await once(run.process, "close");
  expect(run.output()).toContain("interrupted; cleaning up");
  expect(code).toBe(1);
  expect(await leftBehind()).toEqual([]);
});

function start() {
  const child = spawn(process.execPath, ["--import", "tsx", demo], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => chunks.push(String(chunk)));
  return {
    process: child,
    output: () => searched("what the demo printed", chunks.join("")),
    async printed(text: string): Promise<void> {
      while (!chunks.join("").includes(text)) await once(child.stdout, "data");
    },
  };
}

/** Processes and files of the demo that outlived it. A child that lives keeps the pipe open, so `close` waits for it. */
async function leftBehind(): Promise<string[]> {
  return (await readdir(temporary)).filter((name) => name.startsWith("edgecache-demo-"));
}
