/** Part 6: what triggers cost: calls, time under the vendors' rate limits, planning, memory, state. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { RateLimiter, type Pace } from "../provider/src/core/rate-limit.ts";
import { cdn } from "../provider/src/clouds/alibaba/cdn/client.ts";
import { dcdn, edgeRoutine } from "../provider/src/clouds/alibaba/dcdn/client.ts";
import { pace as esaPace } from "../provider/src/clouds/alibaba/esa/limits.ts";
import { pace as teoPace } from "../provider/src/clouds/tencent/teo/limits.ts";
import { Manifest } from "../provider/src/triggers/manifest/manifest.ts";
import { planPurge, toLedger } from "../provider/src/triggers/plan.ts";
import { subjects, url } from "../test/reliability/subjects.ts";
import { TestBeds } from "../test/reliability/test-bed.ts";
import { VirtualClock } from "../test/triggers/virtual-clock.ts";
import { capture } from "../tools/setup/run.mjs";
import { emulated, siteId } from "./cloud.ts";
import type { Figure, Part } from "./figure.ts";
import { median } from "./measure.ts";
import { desired, type Planning } from "./planning.ts";
import { edgecache, EngineStub, RunningPlugin } from "./plugins.ts";
import { startEmulator } from "edgecache-emulator";

const most = 100_000;

export const triggers: Part = {
  title: "Triggers",
  method:
    "Calls: a trigger with that many changed URLs against the emulator, every call counted at the cloud; the minimum is " +
    "⌈n / the vendor's limit⌉. 64 in parallel: 1,000 triggers with one URL each. Pace: 20 windows' worth of calls " +
    "through the gate of each operation by a virtual clock; optimal is a full window at every moment. Planning: `contents` of " +
    "100,000 URLs of which 1 % changed, in a process of its own, median of 9 after the first, from the state as text to the " +
    "plan; the JSON lists them as a walk through the folder does; " +
    "memory: peak of the plugin's process after recording them and previewing the change, given as JSON files, over its " +
    "peak when idle. State: what 100,000 targets add to it, base64 included.",
  async run(say) {
    say("calls");
    const calls = await callFigures();
    say("pace");
    const paces = await paceFigures();
    say("planning");
    return [...calls, ...paces, ...(await planFigures()), ...(await memoryFigures(say))];
  },
};

async function callFigures(): Promise<Figure[]> {
  await using beds = new TestBeds();
  await beds.warmUp();
  const figures: Figure[] = [];
  for (const subject of subjects) {
    const limit = subject.name === "EdgeOne" ? 2000 : 1000;
    // Of one domain Edge Routine takes 1,000 a minute: 100,000 are more than a run has time for.
    for (const count of subject.name === "Edge Routine" ? [1000, 10_000] : [1000, 10_000, most]) {
      await using bed = await beds.open(subject);
      await bed.restart();
      const targets = Array.from({ length: count }, (_, index) => url(subject, `${index}`));
      await bed.engine.up({ ...subject.base, targets, contentHash: "1", wait: false });
      const sent = await bed.sent();
      if (new Set(sent.flat()).size !== count)
        throw new Error(`${subject.name} sent ${sent.flat().length} of ${count}`);
      const minimum = { name: "minimum", value: Math.ceil(count / limit) };
      figures.push({
        what: `${subject.name}: ${count.toLocaleString("en")} URLs`,
        unit: "calls",
        edgecache: sent.length,
        against: minimum,
        target: 1,
      });
    }
  }
  for (const subject of subjects) {
    await using bed = await beds.open(subject);
    await bed.restart();
    const queue = Array.from({ length: 1000 }, (_, index) => index);
    const worker = async (): Promise<void> => {
      for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
        await bed.another(`t${index}`).up({ ...subject.base, targets: [url(subject, `${index}`)], contentHash: "1" });
      }
    };
    await Promise.all(Array.from({ length: 64 }, worker));
    const refused = await bed.cloud.requests.find({ outcome: "refused" });
    if (refused.length > 0) throw new Error(`${subject.name} refused ${refused.length} calls`);
    const each = { name: "one call per trigger", value: 1000 };
    figures.push({
      what: `${subject.name}: 1,000 triggers, 64 in parallel`,
      unit: "calls",
      edgecache: (await bed.sent()).length,
      against: each,
      target: 1 / 20,
    });
  }
  return figures;
}

async function paceFigures(): Promise<Figure[]> {
  const gates: [string, Pace][] = [
    ["ESA PurgeCaches", esaPace("PurgeCaches")],
    ["EdgeOne CreatePurgeTask", teoPace("CreatePurgeTask")],
    ["CDN RefreshObjectCaches", cdn.pace("RefreshObjectCaches")],
    ["DCDN RefreshDcdnObjectCaches", dcdn.pace("RefreshDcdnObjectCaches")],
    ["DCDN RefreshErObjectCaches", dcdn.pace(edgeRoutine.refresh)],
    ["DCDN PreloadDcdnObjectCaches", dcdn.pace("PreloadDcdnObjectCaches")],
  ];
  const figures: Figure[] = [];
  for (const [name, pace] of gates) {
    const clock = new VirtualClock();
    const gate = new RateLimiter(pace, { clock, random: Math.random });
    const windows = 20;
    const start = clock.now();
    const { signal } = new AbortController();
    const call = async (_: unknown, index: number): Promise<void> => {
      await gate.take(`${index % 5}`, signal);
      await clock.sleep(1);
      gate.succeeded();
    };
    await Promise.all(Array.from({ length: windows * pace.calls }, call));
    const optimal = { name: "optimal schedule", value: ((windows - 1) * pace.perMs) / 1000 };
    figures.push({
      what: `${name}: ${windows * pace.calls} calls`,
      unit: "s",
      edgecache: (clock.now() - start) / 1000,
      against: optimal,
      target: 1.05,
    });
  }
  return figures;
}

async function planFigures(): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "edgecache-bench-"));
  try {
    const ledger = toLedger(planPurge(undefined, desired(Manifest.of(contents(0)))), new Map());
    const state = path.join(folder, "state.json");
    await writeFile(state, JSON.stringify({ status: "complete", count: 1, tasks: [], owed: [], ledger }));
    const measure = async (order: "listed" | "shuffled"): Promise<Planning> => {
      const json = path.join(folder, `${order}.json`);
      const entries = [...contents(1)];
      const ordered = order === "listed" ? entries : entries.toSorted(([a], [b]) => chance(a) - chance(b));
      await writeFile(json, JSON.stringify(Object.fromEntries(ordered)));
      const script = path.join(import.meta.dirname, "planning.ts");
      const { code, stdout, stderr } = await capture(process.execPath, [script, state, json]);
      if (code !== 0) throw new Error(`planning failed: ${stderr}`);
      return JSON.parse(stdout);
    };
    const [listed, shuffled] = [await measure("listed"), await measure("shuffled")];
    const limit = { name: "limit", value: 50 };
    const names = deflateRawSync([...contents(0).keys()].toSorted().join("\n")).length;
    const perTarget = ledger.manifest.length / most;
    const figure = (what: string, value: number, against: Figure["against"]): Figure => ({
      what,
      unit: "ms",
      edgecache: value,
      ...(against === undefined ? {} : { against, target: 1 }),
    });
    return [
      figure("Planning 100,000 URLs, 1 % changed", listed.planning, limit),
      figure("The same, given in random order", shuffled.planning, limit),
      figure("Reading their 12 MB of JSON and planning", listed.withReading, {
        name: "`JSON.parse` of it into a Map",
        value: listed.parse,
      }),
      figure("The same, first of its process", listed.first, undefined),
      {
        what: "State for each of 100,000 URLs, beyond its compressed name",
        unit: "bytes",
        edgecache: perTarget - (names * 4) / 3 / most,
        against: { name: "limit", value: 16 },
        target: 1,
      },
      { what: "State for each of 100,000 URLs", unit: "bytes", edgecache: perTarget },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same for a name each time, and like nothing of its neighbour's. */
function chance(name: string): number {
  return createHash("md5").update(name).digest().readUInt32BE();
}

async function memoryFigures(say: (line: string) => void): Promise<Figure[]> {
  if (process.platform !== "linux") {
    say("memory is read from /proc, which only Linux has: left out");
    return [];
  }
  await using emulator = await startEmulator();
  await using engine = await EngineStub.start();
  const folder = await mkdtemp(path.join(tmpdir(), "edgecache-bench-"));
  try {
    const peaks: number[] = [];
    for (let round = 0; round < 3; round++) {
      await using plugin = await RunningPlugin.start(edgecache, engine);
      await plugin.call("getPluginInfo", new emptyPb.Empty());
      const configure = new providerPb.ConfigureRequest();
      configure.setArgs(structPb.Struct.fromJavaScript(await emulated(emulator)));
      configure.setAcceptsecrets(true);
      configure.setAcceptresources(true);
      await plugin.call("configure", configure);
      const idle = (await plugin.memory()).peak;
      const create = new providerPb.CreateRequest();
      create.setUrn("urn:pulumi:bench::bench::edgecache:esa:PurgeTrigger::it");
      create.setType("edgecache:esa:PurgeTrigger");
      create.setProperties(structPb.Struct.fromJavaScript(await inputs(folder, 0)));
      const created = await plugin.call<InstanceType<typeof providerPb.CreateResponse>>("create", create);
      const update = new providerPb.UpdateRequest();
      update.setUrn(create.getUrn());
      update.setType(create.getType());
      update.setId(created.getId());
      update.setOlds(created.getProperties());
      update.setOldInputs(create.getProperties());
      update.setNews(structPb.Struct.fromJavaScript(await inputs(folder, 1)));
      update.setPreview(true);
      await plugin.call("update", update);
      peaks.push((await plugin.memory()).peak - idle);
    }
    const limit = { name: "limit", value: 100 };
    return [
      {
        what: "Memory of recording and planning 100,000 URLs, over idle",
        unit: "MiB",
        edgecache: median(peaks),
        against: limit,
        target: 1,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const assetSignature = { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17" };

async function inputs(folder: string, release: number): Promise<Record<string, unknown & string>> {
  const file = path.join(folder, `${release}.json`);
  await writeFile(file, JSON.stringify(Object.fromEntries(contents(release))));
  const asset = { ...assetSignature, hash: `${release}`.padStart(64, "0"), path: file };
  return {
    siteId,
    type: "file",
    contents: asset,
    onCreate: "skip",
    wait: true,
    failurePolicy: "fail",
    purgeAdded: false,
  } as never;
}

/** In the order in which a walk through the folder finds them. */
function contents(release: number): Map<string, string> {
  const hash = (index: number): string =>
    ((index + 1) * 7919 + (index % 100 === 0 ? release : 0)).toString(16).padStart(64, "0");
  const name = (index: number): string => `https://www.example.com/assets/${index % 97}/${index}.js`;
  const entries = Array.from({ length: most }, (_, index): [string, string] => [name(index), `sha256:${hash(index)}`]);
  return new Map(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
