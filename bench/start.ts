/** Part 1: how long until the engine can talk to the plugin. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import type { Figure, Part } from "./figure.ts";
import { interleaved, timed } from "./measure.ts";
import { buildNullProvider, edgecache, EngineStub, RunningPlugin, type PluginCommand } from "./plugins.ts";

const bareNode: PluginCommand = { command: process.execPath, args: ["-e", "0"] };

export const start: Part = {
  title: "Plugin start",
  method:
    "Median of 31 starts after 3 of warm-up, interleaved. “Port line”: from spawn to the line on stdout that the " +
    "engine waits for. “First answer”: from spawn to the answer to GetPluginInfo, the first call that does work. " +
    "Bare Node: from spawn to the exit of `node -e 0`, the same Node.",
  async run(say) {
    const nullProvider = await buildNullProvider(say);
    const go = nullProvider?.plugin;
    await using engine = await EngineStub.start();
    const always = {
      node: () => timed(() => untilExit(bareNode)),
      edgecache: () => untilPort(edgecache, engine),
    };
    const often = { rounds: 31, warmUp: 3 };
    if (!go) return [againstNode(await interleaved(always, often))];
    const withGo = {
      ...always,
      go: () => untilPort(go, engine),
      edgecacheAnswer: () => untilAnswer(edgecache, engine),
      goAnswer: () => untilAnswer(go, engine),
    };
    const ms = await interleaved(withGo, often);
    return [
      againstNode(ms),
      againstGo("Start to port line", ms.edgecache, ms.go),
      againstGo("Start to first answer", ms.edgecacheAnswer, ms.goAnswer),
    ];
  },
};

function againstNode(ms: { readonly node: number; readonly edgecache: number }): Figure {
  const against = { name: "`node -e 0`", value: ms.node };
  return { what: "Start to port line", unit: "ms", edgecache: ms.edgecache, against, target: 2.0 };
}

function againstGo(what: string, ours: number, go: number): Figure {
  return { what, unit: "ms", edgecache: ours, against: { name: "Go null provider", value: go } };
}

async function untilExit({ command, args }: PluginCommand): Promise<void> {
  await once(spawn(command, args, { stdio: "ignore" }), "exit");
}

async function untilPort(plugin: PluginCommand, engine: EngineStub): Promise<number> {
  const started = performance.now();
  await using _running = await RunningPlugin.start(plugin, engine);
  return performance.now() - started;
}

async function untilAnswer(plugin: PluginCommand, engine: EngineStub): Promise<number> {
  const started = performance.now();
  await using running = await RunningPlugin.start(plugin, engine);
  await running.call("getPluginInfo", new emptyPb.Empty());
  return performance.now() - started;
}
