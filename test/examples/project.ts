/** A program in an empty folder outside the repository, on the real CLI, with the packed plugin and SDK. */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ControlClient } from "edgecache-emulator";
import { parse } from "yaml";
import { findPulumi, pulumiEnv } from "../../tools/setup/find-pulumi.mjs";
import { runPulumi, type Run } from "../engine/cli.ts";
import { environment, searched, searchFolder } from "../leaks.ts";
import { cloudSettings, emptyStack, settingsFile } from "../settings.ts";
import {
  goProgram,
  goSdk,
  goSettings,
  nodeProject,
  pluginArchive,
  pythonEnvironment,
  root,
  venvBin,
  version,
} from "./toolbox.ts";

export class Project implements AsyncDisposable {
  readonly folder: string;
  readonly env: Record<string, string>;
  /** The CLI. */
  readonly bin: string;
  readonly #base: string;
  #settings: Record<string, string> = {};

  private constructor(base: string, bin: string, env: Record<string, string>) {
    this.#base = base;
    this.folder = path.join(base, "program");
    this.bin = bin;
    this.env = env;
  }

  /** A copy of examples/<name>, configured for a cloud of the emulator. */
  static ofExample(name: string, cloud: ControlClient, config: Record<string, string> = {}): Promise<Project> {
    return Project.ofFolder(path.join(root, "examples", name), cloud, config);
  }

  /** A copy of any program. */
  static async ofFolder(source: string, cloud: ControlClient, config: Record<string, string> = {}): Promise<Project> {
    const base = await mkdtemp(path.join(tmpdir(), "edgecache-program-"));
    const cli = await findPulumi();
    const { name } = parse(await readFile(path.join(source, "Pulumi.yaml"), "utf8"));
    await emptyStack(path.join(base, "state"), name);
    const pulumi = pulumiEnv({ cli, home: path.join(base, "home"), backendDir: path.join(base, "state") });
    const env = { ...pulumi, ...environment, EDGECACHE_LOG: path.join(base, "plugin.jsonl") };
    const project = new Project(base, cli.bin, env);
    await cp(source, project.folder, {
      recursive: true,
      filter: (file) => !/node_modules|\.venv|Pulumi\.[^/]+\.yaml/.test(path.relative(root, file)),
    });
    await project.#provideLanguage();
    await project.must("plugin", "install", "resource", "edgecache", version, "--file", await pluginArchive());
    await project.configure({ ...(await cloudSettings(cloud)), ...config });
    return project;
  }

  /** The stack's settings; those given before stay. */
  async configure(settings: Record<string, string>): Promise<void> {
    this.#settings = { ...this.#settings, ...settings };
    await writeFile(path.join(this.folder, "Pulumi.dev.yaml"), settingsFile(this.#settings));
  }

  async #provideLanguage(): Promise<void> {
    const { runtime } = parse(await readFile(path.join(this.folder, "Pulumi.yaml"), "utf8"));
    const language = typeof runtime === "string" ? runtime : runtime.name;
    if (language === "nodejs") {
      await symlink(path.join(await nodeProject(), "node_modules"), path.join(this.folder, "node_modules"), "junction");
    }
    if (language === "python") {
      this.env["PATH"] = `${venvBin(await pythonEnvironment())}${path.delimiter}${this.env["PATH"]}`;
    }
    if (language === "go") {
      await goProgram(this.folder, await goSdk());
      Object.assign(this.env, goSettings("mod"));
    }
  }

  up(...flags: string[]): Promise<string> {
    return this.must("up", "--yes", "--skip-preview", ...flags);
  }

  preview(...flags: string[]): Promise<string> {
    return this.must("preview", "--diff", ...flags);
  }

  destroy(): Promise<string> {
    return this.must("destroy", "--yes", "--skip-preview");
  }

  async outputs(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.must("stack", "output", "--json"));
  }

  /** Any `pulumi` command. What it printed; rejects with that when it fails. */
  async must(...args: string[]): Promise<string> {
    const { code, output } = await this.run(...args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${output}`);
    return output;
  }

  async run(...args: string[]): Promise<Run> {
    const stack = args[0] === "plugin" || args[0] === "package" ? [] : ["--stack", "dev"];
    const { code, output, stdout } = await runPulumi(this, ...args, ...stack);
    return { code, output: args.includes("--json") ? stdout : output, stdout };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await searchFolder(path.join(this.#base, "state"));
    await searchFolder(path.join(this.#base, "home"));
    searched("the plugin's log", await readFile(path.join(this.#base, "plugin.jsonl"), "utf8").catch(() => ""));
    await rm(this.#base, { recursive: true, force: true });
  }
}
