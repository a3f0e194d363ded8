/**
 * The settings of a test's stack, and the stack itself, as the CLI writes them: `pulumi stack init` and
 * `pulumi config set --secret` would take half a second each for the same.
 */
import { createCipheriv, randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ControlClient } from "edgecache-emulator";
import schema from "../provider/schema.json" with { type: "json" };

/** The key of all stacks of tests; `vault.ts` of the engine's tests hands it out. */
const key = Buffer.alloc(32, "edgecache");
const keeper = {
  secretsprovider: "hashivault://edgecache",
  encryptedkey: Buffer.from(`vault:v1:${key.toString("base64")}`).toString("base64"),
};
const secrets = new Set(["emulator-secret", "emulator-token"]);

/** What reaches a cloud of the emulator, as far as the provider's configuration has it. */
export async function cloudSettings(cloud: ControlClient): Promise<Record<string, string>> {
  const keys = Object.entries(await cloud.configuration()).filter(([name]) => name in schema.config.variables);
  return Object.fromEntries(keys.map(([name, value]) => [`edgecache:${name}`, value]));
}

/** The text of `Pulumi.dev.yaml`, to be there before the stack is. JSON is YAML. */
export function settingsFile(settings: Readonly<Record<string, string>>): string {
  const config = Object.entries(settings).map(([name, value]) => {
    return [name, secrets.has(value) ? { secure: encrypted(value) } : value];
  });
  return JSON.stringify({ ...keeper, config: Object.fromEntries(config) });
}

/** As Pulumi writes what is encrypted by a key: AES-256-GCM, with the nonce before it. */
function encrypted(text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const bytes = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${bytes.toString("base64")}`;
}

/** Makes the stack `dev` of a project, with nothing in it, in the folder of a file backend. */
export async function emptyStack(backend: string, project: string): Promise<void> {
  const stacks = path.join(backend, ".pulumi/stacks", project);
  await mkdir(stacks, { recursive: true });
  const checkpoint = { stack: `organization/${project}/dev` };
  await writeFile(path.join(stacks, "dev.json"), JSON.stringify({ version: 3, checkpoint }));
  await writeFile(path.join(backend, ".pulumi/meta.yaml"), "version: 1\n");
}
