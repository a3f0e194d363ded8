/**
 * The leak scan: every test that runs the real engine or the plugin gives its credentials these values, and all that
 * comes out (what is printed, state, log files) is searched for them at once; a find fails the test it came from.
 */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { gunzipSync, unzipSync } from "node:zlib";
import { unpackManifest } from "../provider/src/triggers/manifest/pack.ts";

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

/** Returns the text, when nothing in it is secret, however it is written or packed. */
export function searched(where: string, text: string): string {
  const found = foundIn(text);
  if (found === undefined) return text;
  const line = text.split("\n").find((each) => foundIn(each) !== undefined);
  throw new Leak(`${found} leaked into ${where}: ${line?.slice(0, 500)}`);
}

/** Whether a text holds a secret of the test's own, however it is written or packed. */
export function holds(text: string, secret: string): boolean {
  return foundIn(text, new Map([[secret, formsOf(secret)]])) !== undefined;
}

function foundIn(text: string, forms = formsOfAll): string | undefined {
  const held = (told: string) => [...forms].find(([, spelt]) => spelt.some((form) => told.includes(form)))?.[0];
  const plain = held(text);
  if (plain !== undefined) return plain;
  for (const inner of unpacked(text)) {
    const found = held(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** As it is, byte by byte in hex and percent-encoded, and what base64 makes of it, whatever stands before and after it. */
function formsOf(canary: string): string[] {
  const bytes = Buffer.from(canary);
  const percent = [...bytes].map((byte) => `%${byte.toString(16)}`).join("");
  const base64 = [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    const [from, to] = [Math.ceil((before * 8) / 6), Math.floor((whole.length * 8) / 6)];
    return whole.toString("base64").slice(from, to);
  });
  return [canary, bytes.toString("hex"), percent, percent.toUpperCase(), percent.replaceAll("%", "%25"), ...base64];
}

const formsOfAll = new Map(canaries.map((canary) => [canary, formsOf(canary)]));

/** What the provider packs into its state, and whatever else is deflated: base64 whose bytes say what they are. */
function* unpacked(text: string): Generator<string> {
  for (const [run] of text.matchAll(packed)) {
    const bytes = Buffer.from(run, "base64");
    const [first] = bytes;
    if (first === 1 || first === 2) yield* attempt(() => [...unpackManifest(run, "").names()].join("\n"));
    else yield* attempt(() => unzipSync(bytes).toString());
  }
}

/** Base64 that begins with the byte of a manifest of the first or second version, of gzip (1f) or of zlib (78). */
const packed = /(?<![A-Za-z0-9+/=])(?:A[Q-Za-v]|H[w-z0-9+/]|e[A-P])[A-Za-z0-9+/]{10,}={0,2}/g;

function attempt(unpack: () => string): string[] {
  try {
    return [unpack()];
  } catch {
    return [];
  }
}

/** Searches all that engine and plugin wrote below a folder; not what the test itself put there. */
export async function searchFolder(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || given.test(path.relative(folder, file))) continue;
    const bytes = await readFile(file);
    searched(file, (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("latin1"));
  }
}

/** Programs; installed packages and plugins. */
const given = /(^|[\\/])(node_modules|\.venv|plugins|sdks|Pulumi\.yaml|index\.[jt]s|program\.json)([\\/]|$)/;
