/** The command: what it prints, how it stops, what it says when something is wrong. */
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { ControlClient } from "../src/index.ts";
import { tencent } from "./clients.ts";

const cli = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));

interface Run {
  readonly firstOutput: Promise<string>;
  readonly exit: Promise<{ code: number | null; stdout: string; stderr: string }>;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly closeInput: () => void;
}

function run(...parameters: string[]): Run {
  return started(process.execPath, [cli, ...parameters]);
}

function started(program: string, parameters: readonly string[]): Run {
  const child = spawn(program, parameters, { stdio: ["pipe", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return {
    firstOutput: new Promise((resolve) => {
      child.stdout.on("data", (chunk: Buffer) => {
        stdout += chunk.toString();
        resolve(stdout);
      });
    }),
    exit: new Promise((resolve) => child.once("exit", (code) => resolve({ code, stdout, stderr }))),
    kill: (signal) => void child.kill(signal),
    closeInput: () => void child.stdin.end(),
  };
}

/** Each test starts processes: a busy machine needs long for them. */
describe("edgecache-emulator", { timeout: 120_000 }, () => {
  test("prints addresses and the configuration to paste, and ends with SIGINT", async () => {
    const command = run("--port", "0");
    const text = await command.firstOutput;
    expect(text.replace(/127\.0\.0\.1:\d+/g, "ADDRESS")).toBe(`The emulator is up. Stop it with Ctrl-C.

  cloud APIs   http://ADDRESS        ESA, CDN, DCDN, EdgeOne
  edge         http://ADDRESS        curl -H "Host: www.example.com" http://ADDRESS/
  origin       http://ADDRESS
  control      http://ADDRESS/_emulator

For the Pulumi provider, paste:

  pulumi config set edgecache:alibabaAccessKeyId LTAI5tEMULATOR
  pulumi config set --secret edgecache:alibabaAccessKeySecret emulator-secret
  pulumi config set edgecache:esaEndpoint http://ADDRESS
  pulumi config set edgecache:cdnEndpoint http://ADDRESS
  pulumi config set edgecache:dcdnEndpoint http://ADDRESS
  pulumi config set edgecache:tencentSecretId AKIDEMULATOR
  pulumi config set --secret edgecache:tencentSecretKey emulator-secret
  pulumi config set edgecache:teoEndpoint http://ADDRESS
`);
    command.kill("SIGINT");
    expect(await command.exit).toMatchObject({ code: 0, stderr: "" });
  });

  test("with --json one line for machines; the control client works from here; ends with its input", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "emulator-cli-"));
    const seed = path.join(folder, "seed.yaml");
    writeFileSync(
      seed,
      "nodes: [north, south]\nswitches:\n  esa.rows: perTask\npages:\n  - { path: /, body: seeded }\n",
    );
    const command = run(
      "--port",
      "0",
      "--json",
      "--exit-with-stdin",
      "--seed",
      seed,
      "--clock",
      "2030-01-01T00:00:00Z",
    );
    const { endpoint } = JSON.parse(await command.firstOutput) as { endpoint: string };
    const control = new ControlClient(endpoint);
    expect(await control.clock.get()).toEqual({ mode: "frozen", now: "2030-01-01T00:00:00.000Z" });
    expect((await control.visit("http://www.example.com/", { node: "south" })).body).toBe("seeded");
    const { switches } = await control.settings.get();
    expect(switches.find(({ name }) => name === "esa.rows")?.value).toBe("perTask");
    command.closeInput();
    expect(await command.exit).toMatchObject({ code: 0, stderr: "" });
  });

  test.skipIf(process.platform === "win32")(
    "prefetches more pages than it may open files",
    async () => {
      const limited = ["-c", 'ulimit -n 256; exec "$0" "$@"', process.execPath, cli];
      const command = started("/bin/sh", [...limited, "--port", "0", "--json", "--exit-with-stdin"]);
      const { endpoint } = JSON.parse(await command.firstOutput) as { endpoint: string };
      const control = new ControlClient(endpoint);
      const pages = Array.from({ length: 1000 }, (_, index) => `/${index}`);
      const host = "www.example.net";
      await control.origin.publish(...pages.map((each) => ({ host, path: each, body: "page" })));
      const zone = { ZoneId: "zone-2o1xvpmq7nn1" };
      const at = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+/, "");
      const day = { StartTime: at(-1), EndTime: at(1) };
      const Targets = pages.map((each) => `http://${host}${each}`);
      await tencent(endpoint, "CreatePrefetchTask", { ...zone, Targets });
      await control.clock.advance(60_000);
      const { response } = await tencent(endpoint, "DescribePrefetchTasks", { ...zone, ...day, Limit: 1000 });
      const rows = response["Tasks"] as { Status: string }[];
      expect(rows.map(({ Status }) => Status)).toEqual(pages.map(() => "success"));
      command.closeInput();
      expect(await command.exit).toMatchObject({ code: 0, stderr: "" });
    },
    120_000,
  );

  test("says that a port is taken, and ends", async () => {
    const first = run("--port", "0", "--json", "--exit-with-stdin");
    const { endpoint } = JSON.parse(await first.firstOutput) as { endpoint: string };
    const { code, stderr } = await run("--port", new URL(endpoint).port).exit;
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^edgecache-emulator: port \d+ of 127\.0\.0\.1 is taken: stop what listens there, or choose/,
      ),
    ]);
    first.closeInput();
    await first.exit;
  });

  test.each([
    [["--port", "many"], '"many" is no port number'],
    [["--prot", "1"], "Unknown option '--prot'; --help lists the options"],
    [["--clock", "noon"], 'the clock must be "real" or a time, not "noon"'],
    [["--seed", "/nowhere.json"], "cannot read the seed /nowhere.json: ENOENT"],
  ])("says what is wrong with %j", async (parameters, message) => {
    const { code, stderr, stdout } = await run("--port", "0", ...parameters).exit;
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`edgecache-emulator: `);
    expect(stderr).toContain(message);
  });
});
