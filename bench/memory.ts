/** Part 3: how much memory the plugin takes. */
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { CheckResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import { startEmulator } from "edgecache-emulator";
import type { Figure, Part } from "./figure.ts";
import { interleaved } from "./measure.ts";
import { bareServer, edgecache, EngineStub, RunningPlugin, type PluginCommand } from "./plugins.ts";
import { emulated, siteId } from "./cloud.ts";

const resources = 1_000;
/** What the engine runs at a time on a machine of this size. */
const parallel = 32;
const token = "edgecache:esa:PurgeTrigger";

export const memory: Part = {
  title: "Memory",
  method:
    "Peak resident memory (VmHWM), median of 5 processes each. Idle: after the first answer and Configure. " +
    `${resources.toLocaleString("en")} resources: Check and Create of PurgeTriggers, ${parallel} at a time, over gRPC; ` +
    "“recorded” with `onCreate: skip`, “purged” with one URL each through the vendor's SDK to the emulator. " +
    "The bare server is grpc-js with Pulumi's protocol, echoing what it is given.",
  async run(say) {
    if (process.platform !== "linux") {
      say("memory is read from /proc, which only Linux has: part left out");
      return [];
    }
    await using emulator = await startEmulator();
    await using engine = await EngineStub.start();
    const config = await emulated(emulator);
    const peak = (plugin: PluginCommand, settings: Readonly<Record<string, string>>, onCreate?: OnCreate) =>
      peakOf(plugin, engine, settings, onCreate);
    const mib = await interleaved(
      {
        bareIdle: () => peak(bareServer, {}),
        bareFull: () => peak(bareServer, {}, "skip"),
        idle: () => peak(edgecache, config),
        recorded: () => peak(edgecache, config, "skip"),
        purged: () => peak(edgecache, config, "purge"),
      },
      { rounds: 5, warmUp: 1 },
    );
    const bareIdle = { name: "bare grpc-js server", value: mib.bareIdle };
    const bareFull = { name: "bare grpc-js server", value: mib.bareFull };
    const figures: Figure[] = [
      { what: "Idle", unit: "MiB", edgecache: mib.idle, against: bareIdle, target: 1.5 },
      { what: "1,000 triggers recorded", unit: "MiB", edgecache: mib.recorded, against: bareFull, target: 1.5 },
      {
        what: "1,000 triggers purged (vendor SDK loaded)",
        unit: "MiB",
        edgecache: mib.purged,
        against: bareFull,
        target: 1.5,
      },
    ];
    return figures;
  },
};

type OnCreate = "skip" | "purge";

async function peakOf(
  plugin: PluginCommand,
  engine: EngineStub,
  config: Readonly<Record<string, string>>,
  onCreate?: OnCreate,
): Promise<number> {
  await using running = await RunningPlugin.start(plugin, engine);
  await running.call("getPluginInfo", new emptyPb.Empty());
  const configure = new providerPb.ConfigureRequest();
  configure.setArgs(structPb.Struct.fromJavaScript(config));
  configure.setAcceptsecrets(true);
  configure.setAcceptresources(true);
  await running.call("configure", configure);
  if (onCreate) await createAll(running, onCreate);
  return (await running.memory()).peak;
}

async function createAll(plugin: RunningPlugin, onCreate: OnCreate): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < resources) await create(plugin, next++, onCreate);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

async function create(plugin: RunningPlugin, index: number, onCreate: OnCreate): Promise<void> {
  const urn = `urn:pulumi:bench::bench::${token}::t${index}`;
  const check = new providerPb.CheckRequest();
  check.setUrn(urn);
  check.setType(token);
  check.setName(`t${index}`);
  check.setOlds(new structPb.Struct());
  check.setNews(
    structPb.Struct.fromJavaScript({
      siteId,
      type: "file",
      targets: [`http://www.example.com/page-${index}`],
      contentHash: `hash-${index}`,
      onCreate,
      wait: false,
    }),
  );
  const checked = await plugin.call<CheckResponse>("check", check);
  if (checked.getFailuresList().length > 0) throw new Error(checked.getFailuresList()[0]?.getReason());
  const request = new providerPb.CreateRequest();
  request.setUrn(urn);
  request.setType(token);
  request.setName(`t${index}`);
  request.setProperties(checked.getInputs());
  await plugin.call("create", request);
}
