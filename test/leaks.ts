/**
 * The leak scan: every test that runs the real engine or the plugin gives its credentials these values, and all that
 * comes out (what is printed, state, log files) is searched for them at once; a find fails the test it came from.
 */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** What the emulator's accounts have, and so every stack's configuration. */
const configured = ["emulator-secret", "emulator-token"];
/** Credentials of another account: that of the machine, which the plugin sees in its environment. */
export const environment = {
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: "canary-alibaba-environment",
  TENCENTCLOUD_SECRET_KEY: "canary-tencent-environment",
  TOY_TOKEN: "canary-environment",
};
export const canaries = [...configured, ...Object.values(environment), "canary-config", "canary-input"];

export class Leak extends Error {
  override readonly name = "Leak";
}

/** Returns the text, when nothing in it is secret. */
export function searched(where: string, text: string): string {
  const found = canaries.find((canary) => text.includes(canary));
  if (found === undefined) return text;
  const line = text.split("\n").find((each) => each.includes(found));
  throw new Leak(`${found} leaked into ${where}: ${line?.slice(0, 500)}`);
}

/** Searches all that engine and plugin wrote below a folder; not what the test itself put there. */
export async function searchFolder(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && !given.test(path.relative(folder, file))) searched(file, await readFile(file, "latin1"));
  }
}

/** Programs; installed packages and plugins. */
const given = /(^|[\\/])(node_modules|\.venv|plugins|sdks|Pulumi\.yaml|index\.[jt]s|program\.json)([\\/]|$)/;
