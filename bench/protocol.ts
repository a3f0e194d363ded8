/** Part 5: what a call costs once the plugin is warm. */
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Figure, Part } from "./figure.ts";
import { interleaved, timed } from "./measure.ts";
import { buildNullProvider, edgecache, EngineStub, RunningPlugin } from "./plugins.ts";
import { siteId } from "./cloud.ts";

const pairs = 200;
const creates = 1_000;

export const protocol: Part = {
  title: "Round trips",
  method:
    `Median of 9 after 3 of warm-up, interleaved; one process each, started and configured before. The same five ` +
    `properties for edgecache's esa.PurgeTrigger and for the Go null provider's resource, over the same client. ` +
    `Check and Diff: ${pairs} pairs one after the other, time of a pair. Creates: ${creates} at once, with ` +
    `onCreate: skip, until the last has answered, each with its own id and its own inputs in the answer.`,
  async run(say) {
    const built = await buildNullProvider(say);
    await using engine = await EngineStub.start();
    await using ours = await RunningPlugin.start(edgecache, engine);
    await configure(ours);
    const own = (): Promise<number> => checkAndDiff(ours, "edgecache:esa:PurgeTrigger");
    const ownCreates = (): Promise<number> => parallelCreates(ours, "edgecache:esa:PurgeTrigger");
    const rounds = { rounds: 9, warmUp: 3 };
    if (built === undefined) {
      const pair = await interleaved({ own }, rounds);
      const all = await interleaved({ own: ownCreates }, rounds);
      return [figure("Check and Diff, one pair", pair.own), figure(`${creates} parallel Creates`, all.own)];
    }
    await using floor = await RunningPlugin.start(built.plugin, engine);
    await configure(floor);
    const type = "nullprovider:index:Null";
    const pair = await interleaved({ own, floor: () => checkAndDiff(floor, type) }, rounds);
    const all = await interleaved({ own: ownCreates, floor: () => parallelCreates(floor, type) }, rounds);
    return [
      { ...figure("Check and Diff, one pair", pair.own, pair.floor), target: 1.3 },
      figure(`${creates} parallel Creates`, all.own, all.floor),
    ];
  },
};

function figure(what: string, own: number, floor?: number): Figure {
  const against = floor === undefined ? {} : { against: { name: "Go null provider", value: floor } };
  return { what, unit: "ms", edgecache: own, ...against };
}

async function configure(plugin: RunningPlugin): Promise<void> {
  const args = structPb.Struct.fromJavaScript({});
  await plugin.call("configure", new providerPb.ConfigureRequest().setArgs(args).setAcceptsecrets(true));
}

function inputs(contentHash: string): Record<string, structPb.JavaScriptValue> {
  return { siteId, type: "file", targets: ["http://www.example.com/"], contentHash, onCreate: "skip" };
}

async function checkAndDiff(plugin: RunningPlugin, type: string): Promise<number> {
  const urn = `urn:pulumi:bench::bench::${type}::it`;
  const ms = await timed(async () => {
    for (let index = 0; index < pairs; index++) {
      const news = structPb.Struct.fromJavaScript(inputs(`v${index}`));
      const olds = structPb.Struct.fromJavaScript(inputs("before"));
      const check = new providerPb.CheckRequest().setUrn(urn).setType(type).setOlds(olds).setNews(news);
      const checked: providerPb.CheckResponse = await plugin.call("check", check);
      const diff = new providerPb.DiffRequest().setId("x").setUrn(urn).setType(type).setOlds(olds).setOldInputs(olds);
      const { DIFF_SOME } = providerPb.DiffResponse.DiffChanges;
      const answer: providerPb.DiffResponse = await plugin.call("diff", diff.setNews(checked.getInputs()));
      if (answer.getChanges() !== DIFF_SOME) throw new Error("Diff saw no change");
    }
  });
  return ms / pairs;
}

async function parallelCreates(plugin: RunningPlugin, type: string): Promise<number> {
  return await timed(async () => {
    const answers = Array.from({ length: creates }, async (_, index) => {
      const properties = structPb.Struct.fromJavaScript(inputs(`hash-${index}`));
      const create = new providerPb.CreateRequest()
        .setUrn(`urn:pulumi:bench::bench::${type}::n${index}`)
        .setName(`n${index}`);
      const answer: providerPb.CreateResponse = await plugin.call(
        "create",
        create.setType(type).setProperties(properties),
      );
      const back = answer.getProperties()?.toJavaScript();
      if (answer.getId() === "" || back?.["contentHash"] !== `hash-${index}`) throw new Error(`cross-talk at ${index}`);
    });
    await Promise.all(answers);
  });
}
