/** A program of the toy provider on the real Pulumi CLI: YAML (JSON is YAML) or TypeScript, in a folder of its own. */
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "vitest";
import { findPulumi, pulumiEnv } from "../../tools/setup/find-pulumi.mjs";
import { Cloud } from "../protocol/cloud.ts";
import { environment, searchFolder } from "../leaks.ts";
import { emptyStack, settingsFile } from "../settings.ts";
import { toyFolder } from "../protocol/setup.ts";
import { runPulumi, startPulumi, type Run, type Running, type StateResource } from "./cli.ts";

export type { Run } from "./cli.ts";

export type Resources = Readonly<Record<string, unknown>>;

export const thing = (properties: Resources, options?: Resources): Resources => ({
  type: "toy:index:Thing",
  properties,
  ...(options && { options }),
});

/** What it printed. */
export function succeeded({ code, output }: Run): string {
  expect(code, output).toBe(0);
  expect(output).not.toContain("exited prematurely");
  return output;
}

const modules = path.resolve(import.meta.dirname, "../../node_modules");

export class Project implements AsyncDisposable {
  readonly cloud: Cloud;
  readonly folder: string;
  readonly env: Record<string, string>;
  readonly bin: string;

  private constructor(cloud: Cloud, folder: string, bin: string, env: Record<string, string>) {
    this.cloud = cloud;
    this.folder = folder;
    this.env = env;
    this.bin = bin;
  }

  static async create(env: Readonly<Record<string, string>> = {}): Promise<Project> {
    const folder = await mkdtemp(path.join(tmpdir(), "toy-project-"));
    const backendDir = path.join(folder, "backend");
    await emptyStack(backendDir, "toys");
    await writeFile(path.join(folder, "Pulumi.dev.yaml"), settingsFile({}));
    const cli = await findPulumi();
    const pulumi = pulumiEnv({ cli, home: path.join(folder, "home"), backendDir });
    const project = new Project(await Cloud.start(), folder, cli.bin, {
      ...pulumi,
      ...environment,
      PULUMI_STACK: "dev",
      TOY_LOG: path.join(folder, "toy.jsonl"),
      ...env,
    });
    await project.yaml({});
    return project;
  }

  /** `more`: other top-level parts of the project file. */
  async yaml(resources: Resources, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.#write({ runtime: "yaml", ...more, resources });
  }

  async typescript(program: string): Promise<void> {
    await symlink(modules, path.join(this.folder, "node_modules")).catch(() => undefined);
    const compilerOptions = {
      module: "commonjs",
      target: "es2022",
      moduleResolution: "node10",
      ignoreDeprecations: "6.0",
      types: [],
    };
    await writeFile(path.join(this.folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    await writeFile(path.join(this.folder, "index.ts"), program);
    await this.#write({ runtime: "nodejs", main: "index.ts" });
  }

  async #write(rest: Readonly<Record<string, unknown>>): Promise<void> {
    const plugins = { providers: [{ name: "toy", path: toyFolder }] };
    const config = { "toy:endpoint": this.cloud.url };
    await writeFile(path.join(this.folder, "Pulumi.yaml"), JSON.stringify({ name: "toys", plugins, config, ...rest }));
  }

  up(...flags: string[]): Promise<Run> {
    return this.run("up", "--yes", "--skip-preview", ...flags);
  }

  /** Any command; never rejects because of its exit code. */
  run(...args: string[]): Promise<Run> {
    return runPulumi(this, ...args);
  }

  start(...args: string[]): Running {
    return startPulumi(this, ...args);
  }

  /** The state as it is stored, whole. */
  async stateFile(): Promise<string> {
    return await readFile(path.join(this.folder, "backend/.pulumi/stacks/toys/dev.json"), "utf8");
  }

  async state(): Promise<StateResource[]> {
    const file: { checkpoint: { latest: { resources?: StateResource[] } } } = JSON.parse(await this.stateFile());
    return (file.checkpoint.latest.resources ?? []).filter(({ type }) => type.startsWith("toy:"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cloud[Symbol.asyncDispose]();
    await searchFolder(this.folder);
    await rm(this.folder, { recursive: true, force: true });
  }
}
