/** Part 9: the work that the strongest peer was measured with, on the real engine. */
import { startEmulator, type ControlClient } from "edgecache-emulator";
import { findPulumi } from "../tools/setup/find-pulumi.mjs";
import { subjects, url } from "../test/reliability/subjects.ts";
import { emulated } from "./cloud.ts";
import type { Figure, Part } from "./figure.ts";
import { interleaved, timed } from "./measure.ts";
import { buildNullProvider, edgecacheDir } from "./plugins.ts";
import { Stack } from "./stack.ts";

const subject = subjects.find(({ name }) => name === "EdgeOne") ?? subjects[0];
const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}`);
const properties = (pages: readonly string[]) => ({
  ...subject.base,
  targets: pages.map((page) => url(subject, page)),
  contentHash: "1",
});
const trigger = (pages: readonly string[]) => ({ type: subject.type, properties: properties(pages) });

/** OpenTofu 1.10.0 with terraform-provider-tencentcloud 1.83.25 on another day and machine: told, not compared with. */
const peer = "OpenTofu with Tencent's provider, another machine";

export const measured: Part = {
  title: "The work of a peer",
  method:
    "EdgeOne purges by the real CLI on YAML programs against the emulator, file backend, `up` from nothing, medians of 5 " +
    "after 1 of warm-up, interleaved with the floor: the same CLI with a Go null provider that keeps the same properties of " +
    "one resource. The cloud's tasks are done at once, as those of the stand-in that the peer was measured with, except where said. 1,000 resources: 20 calls a second, `--parallel 64`, " +
    "checkpoints off, once. The peer is OpenTofu 1.10.0 with terraform-provider-tencentcloud 1.83.25 (`tencentcloud_teo_purge_task`) " +
    "on the same work against a stand-in of the cloud, measured earlier on 2 cores.",
  async run(say) {
    const cli = await findPulumi();
    const nullProvider = await buildNullProvider(say);
    if (!nullProvider) return [];
    await using emulator = await startEmulator();
    const { control } = emulator;
    const config = await emulated(emulator);
    const plugin = { name: "edgecache", dir: edgecacheDir };
    const project = (resources: Readonly<Record<string, unknown>>) =>
      Stack.create(cli, { plugin, config, resources }, {});
    await using floor = await Stack.create(
      cli,
      {
        plugin: { name: "nullprovider", dir: nullProvider.dir },
        config: {},
        resources: {
          it: {
            type: "nullprovider:index:Null",
            properties: { siteId: "1", type: "file", targets: [url(subject, "0")], contentHash: "1", onCreate: "skip" },
          },
        },
      },
      {},
    );
    await using one = await project({ it: trigger(numbered(1)) });
    await using big = await project({ it: trigger(numbered(1500)) });
    await using thousand = await project({ it: trigger(numbered(1000)) });
    await control.settings.limits({ "teo.purge_url.daily": 1e9 });
    const up =
      (stack: Stack, taskMs = 0) =>
      async () => {
        await control.settings.limits({ [subject.taskMs]: taskMs });
        return stack.upFromNothing();
      };
    const ms = await interleaved(
      {
        floorPreview: () => floor.preview(),
        floorUp: () => floor.upFromNothing(),
        preview: () => one.preview(),
        one: up(one),
        big: up(big),
        thousand: up(thousand),
        slow: up(one, 2000),
      },
      { rounds: 5, warmUp: 1 },
    );
    const against = (name: string, value: number) => ({ name, value: value / 1000 });
    const floorUp = against("Go null provider", ms.floorUp);
    const s = { unit: "s" } as const;
    const figures: Figure[] = [
      {
        what: `\`preview\` of 1 trigger (${peer}: 0.62 s)`,
        ...s,
        edgecache: ms.preview / 1000,
        against: against("Go null provider", ms.floorPreview),
        target: 1.8,
      },
      { what: `\`up\` of 1 trigger (${peer}: 0.72 s)`, ...s, edgecache: ms.one / 1000, against: floorUp, target: 1.8 },
      {
        what: `\`up\` of 1 trigger with 1,500 targets, all rows seen (${peer}: 1.02 s, 20 rows seen)`,
        ...s,
        edgecache: ms.big / 1000,
        against: against("limit", 1000),
        target: 1,
      },
      {
        what: `\`up\` of 1 trigger whose task takes 2 s (${peer}: 4.22 s)`,
        ...s,
        edgecache: ms.slow / 1000,
        against: against("2.5 s and the floor", 2500 + ms.floorUp),
        target: 1,
      },
      {
        what: "`up` of 1 trigger with 1,000 targets: what to write instead of 1,000 resources",
        ...s,
        edgecache: ms.thousand / 1000,
        against: floorUp,
      },
    ];
    for (const count of [100, 1000]) {
      say(`${count} resources`);
      figures.push(...(await separate(control, count, (resources) => createMany(cli, plugin, config, resources))));
    }
    return figures;
  },
};

function createMany(
  cli: Awaited<ReturnType<typeof findPulumi>>,
  plugin: { readonly name: string; readonly dir: string },
  config: Readonly<Record<string, string>>,
  resources: Readonly<Record<string, unknown>>,
): Promise<Stack> {
  const env = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true", PULUMI_PARALLEL: "64" };
  return Stack.create(cli, { plugin, config, resources }, env);
}

/** As many resources with one target each: few calls, none refused, and a second plan that sends nothing. */
async function separate(
  control: ControlClient,
  count: number,
  create: (resources: Readonly<Record<string, unknown>>) => Promise<Stack>,
): Promise<Figure[]> {
  await using stack = await create(Object.fromEntries(numbered(count).map((page) => [`r${page}`, trigger([page])])));
  await control.settings.limits({ [subject.taskMs]: 0 });
  await control.requests.clear();
  const upMs = await timed(() => stack.up());
  const requests = await control.requests.find();
  const refused = requests.filter(({ outcome }) => outcome === "refused").length;
  if (refused > 0) throw new Error(`${refused} calls were refused`);
  const calls = requests.filter(({ action }) => action === subject.submit).length;
  await control.requests.clear();
  const planMs = await timed(() => stack.preview());
  const asked = (await control.requests.find()).length;
  if (asked > 0) throw new Error(`a plan without a change sent ${asked} requests`);
  const [theirs, theirCalls] = count === 100 ? ["5.5 s", "151 submissions"] : ["53 s", "1,674, 691 refused"];
  const resources = `${count.toLocaleString("en")} resources`;
  return [
    { what: `\`up\` of ${resources} (${peer}: ${theirs})`, unit: "s", edgecache: upMs / 1000 },
    {
      what: `Submissions of it, none refused (${peer}: ${theirCalls})`,
      unit: "calls",
      edgecache: calls,
      against: { name: "one for each resource", value: count },
      target: 0.1,
    },
    { what: `\`preview\` of ${resources} again: nothing sent`, unit: "s", edgecache: planMs / 1000 },
  ];
}
