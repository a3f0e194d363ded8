/**
 * Some of the lives that the fuzz plays on its small engine, on the real one:
 * the CLI, the plugin's process, SIGKILL, Ctrl-C. It proves the model right; the
 * seed stays the same, so a failure is one of the product or model.
 */
import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { ControlClient } from "edgecache-emulator";
import fc from "fast-check";
import { expect, test } from "vitest";
import { lives, type Disaster, type Life } from "../fuzz/lifecycle/lives.ts";
import { play, type Ended, type Stage } from "../fuzz/lifecycle/story.ts";
import { useClouds } from "./cloud.ts";
import { Stack } from "./stack.ts";

const newCloud = useClouds();
const count = Number(process.env["FUZZ_ENGINE_RUNS"] ?? 5);
const seed = Number(process.env["FUZZ_SEED"] ?? 6);

test(`${count} random lives of a trigger on the real engine (seed ${seed})`, async () => {
  const queue = [...fc.sample(lives({ steps: 4, quick: true }), { numRuns: count, seed }).entries()];
  const ended = new Map<Ended, number>();
  const failures: string[] = [];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, life] = next;
      try {
        await live(life, (how) => void ended.set(how, (ended.get(how) ?? 0) + 1));
      } catch (error) {
        failures.push(
          `life ${index} of seed ${seed}: ${String(error)} ${life.subject.name} ${JSON.stringify(life.steps)}`,
        );
      }
    }
  };
  await Promise.all([worker(), worker()]);
  console.log(
    `seed ${seed}: ${count} lives on the real engine; updates ended as ${JSON.stringify(Object.fromEntries(ended))}`,
  );
  expect(failures).toEqual([]);
});

async function live(life: Life, note: (how: Ended) => void): Promise<void> {
  const cloud = await newCloud();
  await using stack = await Stack.create(cloud, { resources: {} });
  await play(life, new RealStage(stack, cloud, life.subject.type, note));
}

class RealStage implements Stage {
  readonly taskMs = 100;
  readonly cloud: ControlClient;
  readonly #stack: Stack;
  readonly #type: string;
  readonly #note: (how: Ended) => void;

  constructor(stack: Stack, cloud: ControlClient, type: string, note: (how: Ended) => void) {
    this.#stack = stack;
    this.cloud = cloud;
    this.#type = type;
    this.#note = note;
  }

  async up(inputs: Readonly<Record<string, unknown>>, { end }: Disaster): Promise<Ended> {
    const how = await this.#up(inputs, end);
    this.#note(how);
    return how;
  }

  async #up(inputs: Readonly<Record<string, unknown>>, end: Disaster["end"]): Promise<Ended> {
    await this.#write(inputs);
    const before = JSON.stringify(await this.#resource());
    const seen = (await this.cloud.requests.find()).at(-1)?.seq ?? 0;
    let killed = false;
    const { child: cli, ended } = this.#stack.startUp();
    const watch = async (when: NonNullable<Disaster["end"]>): Promise<void> => {
      while (cli.exitCode === null && cli.signalCode === null) {
        if ((await this.cloud.requests.find({ since: seen })).length >= when.at) {
          killed = when.by === "kill";
          strike(cli, when);
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    if (end !== undefined) void watch(end);
    const { code, output } = await ended;
    if (code === 0) return /\b\d+ (created|updated)/.test(output) ? "done" : "same";
    // A CLI that was killed leaves its lock behind.
    if (killed) await this.#stack.run("cancel", "--yes");
    if (JSON.stringify(await this.#resource()) !== before) return "partial";
    return killed ? "killed" : "refused";
  }

  async preview(inputs: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#write(inputs);
    const { code, output } = await this.#stack.preview();
    if (code !== 0) throw new Error(output);
  }

  async refresh(): Promise<void> {
    const { code, output } = await this.#stack.refresh("--clear-pending-creates");
    if (code !== 0) throw new Error(output);
  }

  async destroy(): Promise<void> {
    const { code, output } = await this.#stack.destroy();
    if (code !== 0) throw new Error(output);
  }

  async outputs(): Promise<Readonly<Record<string, unknown>> | undefined> {
    return (await this.#resource())?.outputs;
  }

  /** The plugin's clock is the machine's, so the cloud's may run ahead of it a little only. */
  async pass(ms: number): Promise<void> {
    await this.cloud.clock.advance(Math.min(ms, 5000));
  }

  async #resource(): Promise<{ outputs: Record<string, unknown> } | undefined> {
    const file = path.join(this.#stack.folder, "state/.pulumi/stacks/edge/dev.json");
    const { checkpoint } = JSON.parse(await readFile(file, "utf8"));
    return checkpoint.latest?.resources?.find(({ type }: { type: string }) => type === this.#type);
  }

  #write(properties: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#stack.write({ resources: { it: { type: this.#type, properties } } });
  }
}

function strike(cli: ChildProcess, end: NonNullable<Disaster["end"]>): void {
  if (end.by === "cancel") cli.kill("SIGINT");
  else if (end.arrives) cli.kill("SIGKILL");
  else for (const plugin of pluginsOf(cli.pid)) process.kill(plugin, "SIGKILL");
}

/** Processes of ours whose parent is that CLI. */
function pluginsOf(parent: number | undefined): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const ppid = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
        return ppid === parent && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("pulumi-resource-edgecache");
      } catch {
        return false;
      }
    });
}
