/**
 * A stack on the real Pulumi CLI, in a folder of its own, with a tenant of
 * the emulator as its cloud; by default of the plugin, in YAML (see ways.ts).
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ControlClient, LogEntry } from "edgecache-emulator";
import { findPulumi, pulumiEnv, type Pulumi } from "../../tools/setup/find-pulumi.mjs";
import { environment, searchFolder } from "../leaks.ts";
import { cloudSettings, emptyStack, settingsFile } from "../settings.ts";
import { runPulumi, startPulumi, type Run, type Running, type StateResource } from "./cli.ts";
import { plugin, type Program, type Way } from "./ways.ts";

export type { Run } from "./cli.ts";
export type { Program, ProgramResource } from "./ways.ts";

export class Stack implements AsyncDisposable {
  readonly folder: string;
  readonly cloud: ControlClient;
  readonly env: Record<string, string>;
  /** The CLI. */
  readonly bin: string;
  readonly #way: Way;

  private constructor(folder: string, cloud: ControlClient, bin: string, env: Record<string, string>, way: Way) {
    this.folder = folder;
    this.cloud = cloud;
    this.bin = bin;
    this.env = env;
    this.#way = way;
  }

  static async create(
    cloud: ControlClient,
    program: Program,
    config: Readonly<Record<string, string>> = {},
    way: Way = plugin,
    release?: Pulumi,
  ): Promise<Stack> {
    const folder = await mkdtemp(path.join(tmpdir(), "edgecache-stack-"));
    const cli = release ?? (await findPulumi());
    const state = path.join(folder, "state");
    await emptyStack(state, "edge");
    const pulumi = pulumiEnv({ cli, home: path.join(folder, "home"), backendDir: state });
    const env = { ...pulumi, ...environment, EDGECACHE_LOG: path.join(folder, "plugin.jsonl") };
    const stack = new Stack(folder, cloud, cli.bin, env, way);
    await stack.write(program);
    await stack.configure({ ...(await cloudSettings(cloud)), ...config });
    return stack;
  }

  /** The next version of the program. */
  write(program: Program): Promise<void> {
    return this.#way.write(this.folder, program);
  }

  /** The settings, in the place of those before. */
  configure(settings: Readonly<Record<string, string>>): Promise<void> {
    return writeFile(path.join(this.folder, "Pulumi.dev.yaml"), settingsFile(settings));
  }

  up(...flags: string[]): Promise<Run> {
    return this.run("up", "--yes", "--skip-preview", ...flags);
  }

  preview(...flags: string[]): Promise<Run> {
    return this.run("preview", "--diff", ...flags);
  }

  refresh(...flags: string[]): Promise<Run> {
    return this.run("refresh", "--yes", "--skip-preview", "--diff", ...flags);
  }

  destroy(...flags: string[]): Promise<Run> {
    return this.run("destroy", "--yes", "--skip-preview", ...flags);
  }

  /** Any `pulumi` command; never rejects because of its exit code. */
  run(...args: string[]): Promise<Run> {
    return runPulumi(this, ...args, "--stack", "dev");
  }

  /** `pulumi up`, for a test that strikes it down in mid-update. */
  startUp(): Running {
    return startPulumi(this, "up", "--yes", "--skip-preview", "--stack", "dev");
  }

  /** Everything in state but the stack and the providers. */
  async state(): Promise<StateResource[]> {
    const { output } = await this.run("stack", "export");
    const exported: { deployment: { resources?: StateResource[] } } = JSON.parse(output);
    const prefix = this.#way.typeInState("edgecache:");
    return (exported.deployment.resources ?? []).filter(({ type }) => type.startsWith(prefix));
  }

  async resource(name: string): Promise<StateResource> {
    const found = (await this.state()).find(({ urn }) => urn.endsWith(`::${name}`));
    if (found === undefined) throw new Error(`no ${name} in state`);
    return found;
  }

  /** The cloud's calls of an action, oldest first. */
  calls(action: string): Promise<LogEntry[]> {
    return this.cloud.requests.find({ action });
  }

  /** What changed something at the cloud. */
  async writes(): Promise<string[]> {
    const reads = /^(Get|Describe|List)/;
    return (await this.cloud.requests.find()).map(({ action }) => action).filter((action) => !reads.test(action));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await searchFolder(this.folder);
    await rm(this.folder, { recursive: true, force: true });
  }
}
