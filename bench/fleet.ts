/** Part 7: how near to the shortest time one stack and many stacks of one account come, and how many calls are refused. */
import { setTimeout } from "node:timers/promises";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import { startEmulator, type Emulator } from "edgecache-emulator";
import { mean, type Fleet } from "../test/pace/fleet.ts";
import { redisServer, RedisServer } from "../test/pace/redis-server.ts";
import { byHash, Setting, urls } from "../test/triggers/setting.ts";
import { siteId } from "./cloud.ts";
import type { Figure, Part } from "./figure.ts";
import { timed } from "./measure.ts";
import { edgecache, EngineStub, RunningPlugin } from "./plugins.ts";

const seeds = 4;
const processes = 10;
const callsEach = 10;
const callsPerSecond = 20;
const tagsPerCall = 30;

export const fleet: Part = {
  title: "Pace",
  method:
    "By a virtual clock, but for the processes. One domain: 5,000 URLs where the vendor takes 1,000 a minute for each; " +
    "“pages disagree”: the newest says 10,000. Stacks: 20 calls a second for the account, started together, by the " +
    `hardest way to count (a refused call empties the bucket), means of ${seeds} seeds; the shortest time is a full ` +
    `window at every moment. Processes: ${processes} plugins at once, each a trigger of ${callsEach} calls to the emulator, ` +
    "the vendor's SDK loaded before, without waiting for tasks. With a coordinator: a paper one by the virtual clock, a Redis server for the processes.",
  async run(say) {
    say("one domain");
    const domains = [await oneDomain("Edge Routine", [1000], 5), await oneDomain("pages disagree", [10_000, 1000], 6)];
    say("stacks by a virtual clock");
    const stacks = [
      ...(await stacksOf(10, 10, 1.7)),
      ...(await stacksOf(10, 50, 1.5)),
      ...(await stacksOf(50, 20, 1.5)),
      ...(await stacksOf(50, 20, 1.1, Infinity)),
    ];
    say("processes");
    return [...domains.flat(), ...stacks, ...(await processFigures(say))];
  },
};

async function oneDomain(name: string, readings: readonly [number, ...number[]], calls: number): Promise<Figure[]> {
  const setting = new Setting({ urlsPerMinute: { takes: 1000, readings }, rules: { hostsPerCall: 1 }, taskMs: 0 });
  await setting.run(undefined, byHash("1", urls(5000), false));
  const { calls: taken, refusedForDomain } = setting.cloud;
  const what = `5,000 URLs of one domain, ${name}`;
  return [
    {
      what,
      unit: "calls",
      edgecache: taken.length + refusedForDomain,
      against: { name: "fewest that can be", value: calls },
      target: 1,
    },
    {
      what,
      unit: "s",
      edgecache: setting.clock.monotonic() / 1000,
      against: { name: "four minutes", value: 240 },
      target: 1.05,
    },
  ];
}

async function stacksOf(stacks: number, each: number, target: number, coordinatedForMs?: number): Promise<Figure[]> {
  const together: Omit<Fleet, "seed"> = { stacks, callsEach: each, startsWithinMs: 0, shape: "strictBucket" };
  const ran = await mean({ ...together, ...(coordinatedForMs === undefined ? {} : { coordinatedForMs }) }, seeds);
  const shortest = Math.ceil((stacks * each) / callsPerSecond) - 1;
  const what = `${stacks} stacks of ${each} calls, ${coordinatedForMs === undefined ? "nothing shared" : "with a coordinator"}`;
  return [
    {
      what,
      unit: "s",
      edgecache: ran.ratio * shortest,
      against: { name: "shortest", value: shortest },
      target,
    },
    refusedOf(what, ran.refused),
    {
      what: `${what}: the slowest stack`,
      unit: "%",
      edgecache: ran.slowest * 100,
      against: { name: "mean of all", value: 100 },
      target: 2,
    },
  ];
}

function refusedOf(what: string, part: number): Figure {
  return {
    what: `${what}: refused calls`,
    unit: "%",
    edgecache: part * 100,
    against: { name: "limit", value: 30 },
    target: 1,
  };
}

async function processFigures(say: (line: string) => void): Promise<Figure[]> {
  await using emulator = await startEmulator();
  const alone = await processesOn(emulator, "alone");
  if (redisServer === undefined) {
    say("no redis-server on PATH: measured without a coordinator");
    return alone;
  }
  await using server = await RedisServer.start();
  return [...alone, ...(await processesOn(emulator, "shared", server.url))];
}

async function processesOn(emulator: Emulator, tenant: string, coordinator?: string): Promise<Figure[]> {
  const control = await emulator.control.createTenant(tenant);
  const config = { ...(await control.configuration()), ...(coordinator === undefined ? {} : { coordinator }) };
  await using engine = await EngineStub.start();
  const plugins = await Promise.all(Array.from({ length: processes }, () => RunningPlugin.start(edgecache, engine)));
  try {
    for (const plugin of plugins) {
      const configure = new providerPb.ConfigureRequest();
      configure.setArgs(structPb.Struct.fromJavaScript(config));
      configure.setAcceptsecrets(true);
      await plugin.call("configure", configure);
    }
    // The vendor's SDK is loaded, and the window of these calls is over.
    for (const [index, plugin] of plugins.entries()) await purge(plugin, index, 1);
    await setTimeout(2 * 1000);
    await control.requests.clear();
    const ms = await timed(() => Promise.all(plugins.map((plugin, index) => purge(plugin, index, callsEach))));
    const calls = await control.requests.find({ action: "PurgeCaches" });
    const refused = calls.filter(({ outcome }) => outcome === "refused").length;
    if (calls.length - refused !== processes * callsEach) throw new Error(`${calls.length - refused} calls were taken`);
    const shortest = (processes * callsEach) / callsPerSecond - 1;
    const what = `${processes} processes of ${callsEach} calls, ${coordinator === undefined ? "nothing shared" : "with a coordinator"}`;
    const against = { name: "shortest", value: shortest };
    const target = coordinator === undefined ? { target: 1.7 } : {};
    return [{ what, unit: "s", edgecache: ms / 1000, against, ...target }, refusedOf(what, refused / calls.length)];
  } finally {
    await Promise.all(plugins.map((plugin) => plugin[Symbol.asyncDispose]()));
  }
}

async function purge(plugin: RunningPlugin, index: number, calls: number): Promise<void> {
  const type = "edgecache:esa:PurgeTrigger";
  const create = new providerPb.CreateRequest();
  create.setUrn(`urn:pulumi:s${index}::bench::${type}::t${calls}`);
  create.setType(type);
  create.setName(`t${calls}`);
  const targets = Array.from({ length: calls * tagsPerCall }, (_, tag) => `s${index}-${calls}-${tag}`);
  create.setProperties(
    structPb.Struct.fromJavaScript({
      siteId,
      type: "cachetag",
      targets,
      contentHash: "1",
      onCreate: "purge",
      wait: false,
      failurePolicy: "fail",
      purgeAdded: false,
    }),
  );
  await plugin.call("create", create);
}
