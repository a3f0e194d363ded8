/**
 * The settings of a test's stack, and the stack itself, as the CLI writes them: `pulumi stack init` and
 * `pulumi config set --secret` would take half a second each for the same.
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ControlClient } from "edgecache-emulator";
import schema from "../provider/schema.json" with { type: "json" };

/** Encrypted by the CLI with the passphrase that `pulumiEnv` (tools/setup/find-pulumi.mjs) gives, and this salt. */
const encryptionsalt = "v1:T+74TSWnN/0=:v1:CifGe78EQ4nW82Zj:9tZ8v5k9u/mpGrI59/l7oTbS36o3LQ==";
const secure: Readonly<Record<string, string>> = {
  "emulator-secret": "v1:zYkGwVMiPkBRK3UZ:7nXuNpKLiXlQJRE8Xb8tXZnIP3rnDrOQBaAIRVmuNg==",
  "emulator-token": "v1:k6gOLnCoN3lvuNj4:twtJLpoVEeJxS7j78GJtT9vgnDXR0NRrI/MmMM+6",
};

/** What reaches a cloud of the emulator, as far as the provider's configuration has it. */
export async function cloudSettings(cloud: ControlClient): Promise<Record<string, string>> {
  const keys = Object.entries(await cloud.configuration()).filter(([key]) => key in schema.config.variables);
  return Object.fromEntries(keys.map(([key, value]) => [`edgecache:${key}`, value]));
}

/** The text of `Pulumi.dev.yaml`, to be there before the stack is. JSON is YAML. */
export function settingsFile(settings: Readonly<Record<string, string>>): string {
  const config = Object.entries(settings).map(([key, value]) => {
    const encrypted = secure[value];
    return [key, encrypted === undefined ? value : { secure: encrypted }];
  });
  return JSON.stringify({ encryptionsalt, config: Object.fromEntries(config) });
}

/** Makes the stack `dev` of a project, with nothing in it, in the folder of a file backend. */
export async function emptyStack(backend: string, project: string): Promise<void> {
  const stacks = path.join(backend, ".pulumi/stacks", project);
  await mkdir(stacks, { recursive: true });
  const checkpoint = { stack: `organization/${project}/dev` };
  await writeFile(path.join(stacks, "dev.json"), JSON.stringify({ version: 3, checkpoint }));
  await writeFile(path.join(backend, ".pulumi/meta.yaml"), "version: 1\n");
}
