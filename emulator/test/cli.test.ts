/** The command: what it prints, how it stops, what it says when something is wrong. */
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import manifest from "../package.json" with { type: "json" };
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
  // The npm that runs the tests has not started the command.
  const { npm_command: _, ...env } = process.env;
  const child = spawn(program, parameters, { env, stdio: ["pipe", "pipe", "pipe"] });
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
  test("prints commands that work as they stand, and ends with SIGINT", async () => {
    const command = run("--port", "0");
    const text = await command.firstOutput;
    expect(text.replace(/127\.0\.0\.1:\d+/g, "ADDRESS")).toMatchInlineSnapshot(`
      "The emulator is up. Stop it with Ctrl-C.

        page         http://ADDRESS/
        cloud APIs   http://ADDRESS        ESA, CDN, DCDN, EdgeOne
        edge         http://ADDRESS        for visitors
        origin       http://ADDRESS

        ESA site 5407498413000 (example.com), EdgeOne zone zone-2o1xvpmq7nn1 (example.net),
        CDN cdn.example.com, DCDN dcdn.example.com, Edge Routine er.example.com; each has pages at / and /index.html

      Visit a page, twice to see it cached:

        curl -i -H "Host: www.example.com" http://ADDRESS/

      Configure the Pulumi provider, in the folder of your program:

        pulumi config set-all --plaintext edgecache:alibabaAccessKeyId=LTAI5tEMULATOR --plaintext edgecache:alibabaAccessKeySecret=emulator-secret --plaintext edgecache:esaEndpoint=http://ADDRESS --plaintext edgecache:cdnEndpoint=http://ADDRESS --plaintext edgecache:dcdnEndpoint=http://ADDRESS --plaintext edgecache:tencentSecretId=AKIDEMULATOR --plaintext edgecache:tencentSecretKey=emulator-secret --plaintext edgecache:teoEndpoint=http://ADDRESS
      "
    `);
    const [, host = "", edge = ""] = /^ {2}curl -i -H "Host: (\S+)" (\S+)$/m.exec(text) ?? [];
    const endpoint = /page +(\S+)\/$/m.exec(text)?.[1] ?? "";
    const control = new ControlClient(endpoint);
    expect((await control.visit(`http://${host}/`)).status).toBe(200);
    expect(edge).toBe(`${(await control.info()).edge}/`);
    const given = text
      .split("--plaintext edgecache:")
      .slice(1)
      .map((each) => each.trim().split("="));
    expect(Object.fromEntries(given)).toEqual(await control.configuration());
    command.kill("SIGINT");
    expect(await command.exit).toMatchObject({ code: 0, stderr: "" });
  });

  test("leads a browser to the page, tells that it is up, and prefetches at once", async () => {
    const command = run("--port", "0", "--json", "--exit-with-stdin");
    const { endpoint } = JSON.parse(await command.firstOutput) as { endpoint: string };
    const page = await fetch(endpoint, { headers: { accept: "text/html,*/*" } });
    expect([page.url, page.status]).toEqual([`${endpoint}/_emulator/`, 200]);
    expect(await (await fetch(`${endpoint}/_emulator/health`)).json()).toMatchObject({ status: "ok" });
    const target = "http://www.example.net/index.html";
    await tencent(endpoint, "CreatePrefetchTask", { ZoneId: "zone-2o1xvpmq7nn1", Targets: [target] });
    const control = new ControlClient(endpoint);
    await control.clock.advance(60_000);
    expect((await control.visit(target)).cache).toBe("HIT");
    command.closeInput();
    await command.exit;
  });

  test("with --detach it runs on after the command has ended, until stop", async () => {
    const { code, stdout, stderr } = await run("--port", "0", "--detach", "--json").exit;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { endpoint } = JSON.parse(stdout) as { endpoint: string };
    const { port } = new URL(endpoint);
    expect((await fetch(`${endpoint}/_emulator/health`)).status).toBe(200);
    expect(await run("stop", "--port", port).exit).toEqual({ code: 0, stdout: "", stderr: "" });
    await expect(fetch(`${endpoint}/_emulator/health`)).rejects.toThrow("fetch failed");
    const again = await run("stop", "--port", port).exit;
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining(`no emulator answers at ${endpoint}`) });
  });

  test.skipIf(process.platform === "win32")("ends when the npm that started it is killed", async () => {
    // As npx does it: a process of npm's in between, whose end nobody tells to this one.
    const npm = `const { spawn } = require("node:child_process"); spawn(process.execPath, ${JSON.stringify([cli, "--port", "0", "--json"])}, { stdio: "inherit", env: { ...process.env, npm_command: "exec" } }); setInterval(() => {}, 1000);`;
    const command = started(process.execPath, ["-e", npm]);
    const { endpoint } = JSON.parse(await command.firstOutput) as { endpoint: string };
    command.kill("SIGKILL");
    const isUp = () =>
      fetch(`${endpoint}/_emulator/health`).then(
        () => true,
        () => false,
      );
    await vi.waitFor(async () => expect(await isUp()).toBe(false), { timeout: 60_000, interval: 100 });
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

  test("says who has the port: another emulator, or something else; what else is wrong comes first", async () => {
    const first = run("--port", "0", "--json", "--exit-with-stdin");
    const { endpoint, edge } = JSON.parse(await first.firstOutput) as { endpoint: string; edge: string };
    const { port } = new URL(endpoint);
    const others = [run("--port", port), run("--port", new URL(edge).port), run("--port", port, "--clock", "noon")].map(
      ({ exit }) => exit,
    );
    const [second, atTheEdge, wrong] = await Promise.all(others);
    expect(second?.stderr).toBe(
      `edgecache-emulator: an emulator is up at ${endpoint} already: use it, choose another --port, or stop it with: edgecache-emulator stop --port ${port}\n`,
    );
    expect(atTheEdge?.stderr).toMatch(
      /^edgecache-emulator: port \d+ of 127\.0\.0\.1 is taken: stop what listens there, or choose/,
    );
    expect(wrong?.stderr).toContain("the clock must be");
    expect([second, atTheEdge, wrong].map((each) => each?.code)).toEqual([1, 1, 1]);
    first.closeInput();
    await first.exit;
  });

  test("says what it is and which version", async () => {
    const [help, version] = await Promise.all(["--help", "--version"].map((each) => run(each).exit));
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining("edgecache-emulator stop [--port N]") });
    expect(version).toMatchObject({ code: 0, stdout: `${manifest.version}\n` });
  });

  test.each([
    [["--port", "many"], '"many" is no port number'],
    [["--prot", "1"], "Unknown option '--prot'; --help lists the options"],
    [["status"], 'there is no command "status"; --help lists what there is'],
    [["--clock", "noon"], 'the clock must be "real" or a time, not "noon"'],
    [["--seed", "/nowhere.json"], "cannot read the seed /nowhere.json: ENOENT"],
  ])("says what is wrong with %j", async (parameters, message) => {
    const { code, stderr, stdout } = await run("--port", "0", ...parameters).exit;
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`edgecache-emulator: `);
    expect(stderr).toContain(message);
  });
});
