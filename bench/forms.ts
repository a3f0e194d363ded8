/** Part 6: the forms in which a release comes: how big, and how long until the engine can talk to each. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { executable } from "../tools/setup/find-pulumi.mjs";
import { capture, lastLines } from "../tools/setup/run.mjs";
import type { Figure, Part } from "./figure.ts";
import { interleaved, timed } from "./measure.ts";
import { EngineStub, RunningPlugin, repository, type PluginCommand } from "./plugins.ts";

export const forms: Part = {
  title: "Forms of the release",
  method:
    "As `npm run release:build` makes them for this machine. Starts as in part 1, from spawn; the launcher includes " +
    "`env` finding Node, and both have their code caches, which the first use writes. Against bare Node: `node -e 0`, from spawn to its exit. MiB are of the archive, as downloaded.",
  async run(say) {
    const dist = path.join(repository, ".cache/bench/release");
    const system = { win32: "windows", darwin: "darwin" }[process.platform as string] ?? "linux";
    const target = `${system}-${process.arch === "arm64" ? "arm64" : "amd64"}`;
    say("building the release");
    await must(process.execPath, ["tools/release/build.ts", target, "node", "--out", dist]);
    const archives = (await readdir(dist)).filter((file) => file.endsWith(".tar.gz"));
    const size = async (form: string) => {
      const { size } = await stat(path.join(dist, archives.find((file) => file.endsWith(`-${form}.tar.gz`)) ?? ""));
      return size / 2 ** 20;
    };
    const single = await unpack(dist, target);
    const small = await unpack(dist, "node");
    await using engine = await EngineStub.start();
    for (const form of [single, small]) await firstUse(form, engine);
    const node: PluginCommand = { command: process.execPath, args: ["-e", "0"] };
    const ms = await interleaved(
      {
        node: () => timed(() => once(spawn(node.command, [...node.args], { stdio: "ignore" }), "exit")),
        single: () => until(single, engine, false),
        small: () => until(small, engine, false),
        singleAnswer: () => until(single, engine, true),
        smallAnswer: () => until(small, engine, true),
      },
      { rounds: 15, warmUp: 2 },
    );
    const against = { name: "`node -e 0`", value: ms.node };
    return [
      { what: "Single executable: start to port line", unit: "ms", edgecache: ms.single, against, target: 2.5 },
      { what: "Single executable: start to first answer", unit: "ms", edgecache: ms.singleAnswer, against },
      {
        what: "Single executable: start to first answer",
        unit: "ms",
        edgecache: ms.singleAnswer,
        against: { name: "form for Node", value: ms.smallAnswer },
        target: 1.2,
      },
      { what: "Form for Node: start to port line", unit: "ms", edgecache: ms.small, against, target: 2.5 },
      { what: "Form for Node: start to first answer", unit: "ms", edgecache: ms.smallAnswer, against },
      { what: `Single executable (${target}), archive`, unit: "MiB", edgecache: await size(target) },
      { what: "Form for Node, archive", unit: "MiB", edgecache: await size("node") },
    ] satisfies Figure[];
  },
};

async function unpack(dist: string, form: string): Promise<PluginCommand> {
  const folder = path.join(dist, form);
  const archive = (await readdir(dist)).find((file) => file.endsWith(`-${form}.tar.gz`)) ?? "";
  await mkdir(folder, { recursive: true });
  await must("tar", ["xzf", path.join(dist, archive), "-C", folder]);
  const name = form === "node" ? "pulumi-resource-edgecache" : executable("pulumi-resource-edgecache");
  return { command: path.join(folder, name), args: [] };
}

/** After which it has its code cache, as every use but the first finds it. */
async function firstUse(plugin: PluginCommand, engine: EngineStub): Promise<void> {
  await using running = await RunningPlugin.start(plugin, engine);
  await running.call("getPluginInfo", new emptyPb.Empty());
  await setTimeout(2_000);
  await running.end();
}

async function until(plugin: PluginCommand, engine: EngineStub, answer: boolean): Promise<number> {
  const started = performance.now();
  await using running = await RunningPlugin.start(plugin, engine);
  if (answer) await running.call("getPluginInfo", new emptyPb.Empty());
  return performance.now() - started;
}

async function must(command: string, args: string[]): Promise<void> {
  const result = await capture(command, args, { cwd: repository });
  if (result.code !== 0) throw new Error(`${path.basename(command)} ${args[0]} failed:\n${lastLines(result)}`);
}
