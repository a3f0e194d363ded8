/** The real CLI on a YAML program: what parts of the bench measure commands of. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pulumiEnv, type Pulumi } from "../tools/setup/find-pulumi.mjs";
import { capture, lastLines } from "../tools/setup/run.mjs";
import { timed } from "./measure.ts";

export interface Project {
  readonly plugin: { readonly name: string; readonly dir: string };
  readonly config: Readonly<Record<string, string>>;
  readonly resources: Readonly<Record<string, unknown>>;
}

/** A stack of a YAML program in a folder of its own. */
export class Stack implements AsyncDisposable {
  readonly #cli: Pulumi;
  readonly #folder: string;
  readonly #env: Record<string, string>;

  private constructor(cli: Pulumi, folder: string, env: Record<string, string>) {
    this.#cli = cli;
    this.#folder = folder;
    this.#env = env;
  }

  static async create(cli: Pulumi, { plugin, config, resources }: Project, env: Readonly<Record<string, string>>) {
    const folder = await mkdtemp(path.join(tmpdir(), "edgecache-bench-"));
    await mkdir(path.join(folder, "state"));
    const all = pulumiEnv({ cli, home: path.join(folder, "home"), backendDir: path.join(folder, "state") });
    const plugins = { providers: [{ name: plugin.name, path: plugin.dir }] };
    const settings = Object.fromEntries(Object.entries(config).map(([key, value]) => [`${plugin.name}:${key}`, value]));
    // JSON is YAML.
    await writeFile(
      path.join(folder, "Pulumi.yaml"),
      JSON.stringify({ name: "bench", runtime: "yaml", plugins, resources }),
    );
    await writeFile(path.join(folder, "Pulumi.bench.yaml"), JSON.stringify({ config: settings }));
    const stack = new Stack(cli, folder, { ...all, ...env });
    await stack.#run("stack", "init", "bench");
    return stack;
  }

  preview(): Promise<number> {
    return timed(() => this.#run("preview", "--stack", "bench"));
  }

  /** Times `up` of what is there already. */
  up(): Promise<number> {
    return timed(() => this.#run("up", "--yes", "--skip-preview", "--stack", "bench"));
  }

  /** Times `up` alone; what it made is forgotten afterwards, so that the next one starts from nothing. */
  async upFromNothing(): Promise<number> {
    const ms = await this.up();
    await this.#run("stack", "rm", "--yes", "--force", "--preserve-config", "bench");
    await this.#run("stack", "init", "bench");
    return ms;
  }

  async #run(...args: string[]): Promise<void> {
    const result = await capture(this.#cli.bin, [...args, "--non-interactive", "--color", "never"], {
      cwd: this.#folder,
      env: this.#env,
    });
    if (result.code !== 0) throw new Error(`pulumi ${args.join(" ")} failed:\n${lastLines(result)}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
