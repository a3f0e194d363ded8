/**
 * The emulator's figures: `node emulator/bench/main.ts`, about a minute. With `--json` for machines.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { startChild } from "./child.ts";
import { type Figure, line } from "./figure.ts";
import { send, signedRequests } from "./load.ts";

const command = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
const honoBare = fileURLToPath(new URL("./hono-bare.ts", import.meta.url));
const storeBench = fileURLToPath(new URL("./store.ts", import.meta.url));

export async function measure(): Promise<Figure[]> {
  return [await measureStart(), ...(await measureRequests()), ...(await measureStore())];
}

async function measureStart(): Promise<Figure> {
  const times: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    await using child = await startChild(command, "--json", "--port", "0");
    times.push(child.readyMs);
  }
  const value = times.toSorted((a, b) => a - b)[2] ?? Number.NaN;
  return { what: "start of the command until it says its address", unit: "ms", value, target: { most: 300 } };
}

async function measureRequests(): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "emulator-bench-"));
  const seed = path.join(folder, "seed.json");
  writeFileSync(seed, JSON.stringify({ limits: { "esa.perSecond": 1e9, "esa.quota.enterprise.file": 1e12 } }));
  try {
    await using emulator = await startChild(command, "--json", "--port", "0", "--seed", seed);
    const own = await rate(emulator);
    await using bare = await startChild(honoBare);
    const other = await rate(bare);
    return [
      {
        what: "signed requests a second, every tenth a purge of 1,000 targets",
        unit: "/s",
        value: own.perSecond,
        target: { least: 3000 },
        beside: { name: "hono's bare handler", value: other.perSecond },
      },
      {
        what: "the same by processor time of the server",
        unit: "/s",
        value: own.perCpuSecond,
        target: { least: 3000 },
        beside: { name: "hono's bare handler", value: other.perCpuSecond },
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function rate(
  server: Awaited<ReturnType<typeof startChild>>,
): Promise<{ perSecond: number; perCpuSecond: number }> {
  await send(server.endpoint, signedRequests(server.endpoint, 4_000));
  const requests = signedRequests(server.endpoint, 20_000);
  const before = server.cpuSeconds() ?? Number.NaN;
  const seconds = await send(server.endpoint, requests);
  const cpu = (server.cpuSeconds() ?? Number.NaN) - before;
  return { perSecond: requests.length / seconds, perCpuSecond: requests.length / cpu };
}

async function measureStore(): Promise<Figure[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", storeBench]);
  const store = JSON.parse(stdout) as Record<string, number>;
  const value = (name: string): number => store[name] ?? Number.NaN;
  return [
    {
      what: "memory of a cached object with 3 tags, over its body, of a million",
      unit: "bytes",
      value: value("bytesPerObject"),
      target: { most: 1024 },
    },
    {
      what: `purge by one tag among a million objects (${value("purgedByTag")} carry it)`,
      unit: "ms",
      value: value("purgeTagMs"),
      target: { most: 5 },
      note: "processor time of the thread",
    },
    {
      what: `purge by prefix of ${value("purgedByPrefix")} objects among 60,000`,
      unit: "ms",
      value: value("purgePrefixMs"),
      target: { most: 20 },
      note: "processor time of the thread",
    },
    {
      what: `purge by prefix of ${value("purgedByPrefixAmongMillion")} objects among a million of one host`,
      unit: "ms",
      value: value("purgePrefixAmongMillionMs"),
      note: "a prefix looks at each object of its host",
    },
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
  const figures = await measure();
  process.stdout.write(
    values.json ? `${JSON.stringify(figures, undefined, 2)}\n` : `${figures.map(line).join("\n")}\n`,
  );
}
