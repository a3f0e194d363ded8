/** Part 2: what the plugin adds to the engine's own time. */
import { startEmulator } from "edgecache-emulator";
import { findPulumi, type Pulumi } from "../tools/setup/find-pulumi.mjs";
import { emulated, siteId } from "./cloud.ts";
import type { Figure, Part } from "./figure.ts";
import { interleaved } from "./measure.ts";
import { buildNullProvider, edgecacheDir, installBareServer } from "./plugins.ts";
import { Stack, type Project } from "./stack.ts";

const many = 1_000;

export const engine: Part = {
  title: "The engine",
  method:
    "The real CLI on YAML programs, file backend, wall time of the command, medians, interleaved: one resource " +
    `5 times after 1 of warm-up, ${many.toLocaleString("en")} resources 3 times with the engine's checkpoints off. ` +
    "Triggers: PurgeTriggers with `onCreate: skip`, which send nothing: what is compared is plugin with plugin. " +
    "CacheTagConfig: preview and up ask the cloud what is there and up sets it, so the vendor's SDK is loaded and the " +
    "calls to the emulator are made in this time; the null providers, which call nobody, are no match for that, and only " +
    "its up has a target. The Go null provider is " +
    "Pulumi's pulumi-go-provider with a resource that has the same properties as that trigger and keeps what it is given, and like it says one line in a preview; the bare " +
    "grpc-js provider is the same on Node with nothing else in it (bench/bare-server.mjs): what " +
    "grpc-js itself costs. It is not bundled, so it starts a little slower than it could.",
  async run(say) {
    const cli = await findPulumi();
    const nullProvider = await buildNullProvider(say);
    if (!nullProvider) return [];
    await using emulator = await startEmulator();
    const ours = { plugin: { name: "edgecache", dir: edgecacheDir }, config: await emulated(emulator) };
    const theirs = { plugin: { name: "nullprovider", dir: nullProvider.dir }, config: {} };
    const bare = { plugin: { name: "barenode", dir: await installBareServer() }, config: {} };
    const nothing = {
      go: { ...theirs, resources: times(1, nullResource) },
      node: { ...bare, resources: times(1, bareResource) },
    };
    const few = { rounds: 5, warmUp: 1 };
    const one = await compare(cli, { ...nothing, ...few, edgecache: { ...ours, resources: times(1, purgeTrigger) } });
    const calling = await compare(cli, {
      ...nothing,
      ...few,
      edgecache: { ...ours, resources: { tags: cacheTagConfig } },
    });
    say("1,000 resources");
    const thousand = await compare(cli, {
      edgecache: { ...ours, resources: times(many, purgeTrigger) },
      go: { ...theirs, resources: times(many, nullResource) },
      node: { ...bare, resources: times(many, bareResource) },
      rounds: 3,
      warmUp: 0,
      env: { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" },
    });
    return [
      ...figures("`preview` of 1 trigger", one.edgecachePreview, one.goPreview, one.nodePreview, 1.15),
      ...figures("`up` of 1 trigger", one.edgecacheUp, one.goUp, one.nodeUp, 1.8),
      ...figures("`preview` of 1 CacheTagConfig", calling.edgecachePreview, calling.goPreview, calling.nodePreview),
      ...figures("`up` of 1 CacheTagConfig", calling.edgecacheUp, calling.goUp, calling.nodeUp, 1.8),
      ...figures(
        "`preview` of 1,000 triggers",
        thousand.edgecachePreview,
        thousand.goPreview,
        thousand.nodePreview,
        1.15,
      ),
      ...figures("`up` of 1,000 triggers", thousand.edgecacheUp, thousand.goUp, thousand.nodeUp, 1.15),
    ];
  },
};

const cacheTagConfig = { type: "edgecache:esa:CacheTagConfig", properties: { siteId, tagName: "X-Tags" } };

function purgeTrigger(index: number) {
  return { type: "edgecache:esa:PurgeTrigger", properties: triggerProperties(index) };
}

function nullResource(index: number) {
  return { type: "nullprovider:index:Null", properties: triggerProperties(index) };
}

function bareResource(index: number) {
  return { type: "barenode:index:Null", properties: triggerProperties(index) };
}

function triggerProperties(index: number) {
  const targets = [`http://www.example.com/page-${index}`];
  return { siteId, type: "file", targets, contentHash: `hash-${index}`, onCreate: "skip" };
}

function times(count: number, resource: (index: number) => unknown): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`r${index}`, resource(index)]));
}

/** The target holds against Go; the bare Node provider tells how near a provider on grpc-js can come. */
function figures(what: string, edgecacheMs: number, goMs: number, nodeMs: number, target?: number): Figure[] {
  const ours = { what, unit: "s", edgecache: edgecacheMs / 1000 } as const;
  return [
    { ...ours, against: { name: "Go null provider", value: goMs / 1000 }, ...(target !== undefined && { target }) },
    { ...ours, against: { name: "bare grpc-js provider", value: nodeMs / 1000 } },
  ];
}

interface Comparison {
  readonly edgecache: Project;
  readonly go: Project;
  readonly node: Project;
  readonly rounds: number;
  readonly warmUp: number;
  readonly env?: Readonly<Record<string, string>>;
}

async function compare(cli: Pulumi, { edgecache, go, node, rounds, warmUp, env = {} }: Comparison) {
  await using ours = await Stack.create(cli, edgecache, env);
  await using theirs = await Stack.create(cli, go, env);
  await using bare = await Stack.create(cli, node, env);
  return await interleaved(
    {
      goPreview: () => theirs.preview(),
      edgecachePreview: () => ours.preview(),
      nodePreview: () => bare.preview(),
      goUp: () => theirs.upFromNothing(),
      edgecacheUp: () => ours.upFromNothing(),
      nodeUp: () => bare.upFromNothing(),
    },
    { rounds, warmUp },
  );
}
