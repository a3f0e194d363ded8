/** A TypeScript program inside the test, by the Automation API and the generated SDK. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation/index.js";
import type { ControlClient } from "edgecache-emulator";
import schema from "../../provider/schema.json" with { type: "json" };
import { findPulumi, pulumiEnv } from "../../tools/setup/find-pulumi.mjs";
import { environment, searchFolder } from "../leaks.ts";

const plugin = path.resolve(import.meta.dirname, "../../provider/bin");

// As a user's program loads it: compiled, CommonJS, through node_modules.
const load = createRequire(import.meta.url);
export const sdk: typeof import("pulumi-edgecache") = load("pulumi-edgecache");
export const pulumi: typeof import("@pulumi/pulumi") = load("@pulumi/pulumi");

export interface Inline extends AsyncDisposable {
  readonly stack: Stack;
}

export async function openInline(
  cloud: ControlClient,
  program: () => Promise<Record<string, unknown>>,
): Promise<Inline> {
  const folder = await mkdtemp(path.join(tmpdir(), "edgecache-automation-"));
  await mkdir(path.join(folder, "state"));
  const project = {
    name: "automation",
    runtime: "nodejs",
    plugins: { providers: [{ name: "edgecache", path: plugin }] },
  };
  await writeFile(path.join(folder, "Pulumi.yaml"), JSON.stringify(project));
  const cli = await findPulumi();
  const stack = await LocalWorkspace.createStack(
    { stackName: "dev", projectName: "automation", program },
    {
      pulumiCommand: await PulumiCommand.get({ root: cli.root }),
      envVars: {
        ...pulumiEnv({ cli, home: path.join(folder, "home"), backendDir: path.join(folder, "state") }),
        ...environment,
        EDGECACHE_LOG: path.join(folder, "plugin.jsonl"),
      },
      workDir: folder,
    },
  );
  const configuration = Object.entries(await cloud.configuration()).filter(([key]) => key in schema.config.variables);
  await stack.setAllConfig(
    Object.fromEntries(
      configuration.map(([key, value]) => [`edgecache:${key}`, { value, secret: /secret/i.test(key) }]),
    ),
  );
  return {
    stack,
    async [Symbol.asyncDispose]() {
      await searchFolder(folder);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
