/** The two ways to the same resources: the plugin, and Pulumi's dynamic resources where no plugin may be installed. */
import { symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { dynamicProject } from "../examples/toolbox.ts";

export interface Program {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly resources: Readonly<Record<string, ProgramResource>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export interface ProgramResource {
  readonly type: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly get?: Readonly<Record<string, unknown>>;
}

export interface Way {
  readonly name: string;
  /** How the state calls what a program calls `edgecache:…`. */
  typeInState(type: string): string;
  /** Puts the program into the folder, in the place of the one before. */
  write(folder: string, program: Program): Promise<void>;
}

const pluginFolder = path.resolve(import.meta.dirname, "../../provider/bin");

/** In YAML, the cheapest language to start. Engine and plugin are the same for all. */
export const plugin: Way = {
  name: "plugin",
  typeInState: (type) => type,
  async write(folder, program) {
    const plugins = { providers: [{ name: "edgecache", path: pluginFolder }] };
    // JSON is YAML.
    const project = JSON.stringify({ name: "edge", runtime: "yaml", plugins, ...program }, undefined, 2);
    await writeFile(path.join(folder, "Pulumi.yaml"), project);
  },
};

/** The packed npm package, in JavaScript. */
export const dynamic: Way = {
  name: "dynamic resources",
  typeInState: (type) => type.replace(/^edgecache:/, "pulumi-nodejs:dynamic/edgecache/"),
  async write(folder, { resources }) {
    const project = { name: "edge", runtime: { name: "nodejs", options: { typescript: false } }, main: "index.js" };
    await writeFile(path.join(folder, "Pulumi.yaml"), JSON.stringify(project));
    await writeFile(path.join(folder, "index.js"), reader);
    await writeFile(path.join(folder, "program.json"), JSON.stringify(resources));
    const modules = path.join(await dynamicProject(), "node_modules");
    await symlink(modules, path.join(folder, "node_modules"), "junction").catch(() => undefined);
  },
};

const reader = `
  const edgecache = require("pulumi-edgecache-dynamic");
  for (const [name, { type, properties, options }] of Object.entries(require("./program.json"))) {
    const [, module, kind] = type.split(":");
    new edgecache[module][kind](name, properties, options);
  }
`;
