/** `contents` as the program gives it, a map or a file, in the form in which it is compared and kept. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { Refusal } from "../core/errors.ts";
import { Asset } from "../engine/define/index.ts";
import { Manifest } from "../triggers/manifest/manifest.ts";
import { ManifestWriter } from "../triggers/manifest/writer.ts";

/** Of the object's entries: a record's schema would lose a target called `__proto__`. */
const entriesSchema = z.array(z.tuple([z.string(), z.string()]));

export async function readContents(
  contents: Readonly<Record<string, string>> | Asset,
  spell?: (target: string) => string,
): Promise<Manifest> {
  const manifest = (entries: readonly (readonly [string, string])[]): Manifest =>
    Manifest.of(spell === undefined ? entries : entries.map(([target, hash]) => [spell(target), hash] as const));
  if (!(contents instanceof Asset)) return manifest(Object.entries(contents));
  const bytes = await readBytes(contents);
  const plain = scan(bytes);
  if (plain !== undefined && (spell === undefined || isSpelled(plain, spell))) return plain;
  const value = parseJson(bytes.toString());
  const entries =
    typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined;
  const parsed = entriesSchema.safeParse(entries);
  if (parsed.success) return manifest(parsed.data);
  const [index] = parsed.error.issues[0]?.path ?? [];
  const where = typeof index === "number" ? ` (the value of ${entries?.[index]?.[0]} is no text)` : "";
  throw new Refusal(
    `contents: the file must hold a JSON object that maps each target to the hash of its content${where}.`,
  );
}

function isSpelled(manifest: Manifest, spell: (target: string) => string): boolean {
  for (const name of manifest.names()) if (spell(name) !== name) return false;
  return true;
}

export async function readAsset(asset: Asset): Promise<string> {
  return (await readBytes(asset)).toString();
}

async function readBytes({ source }: Asset): Promise<Buffer> {
  if ("text" in source) return Buffer.from(source.text);
  if ("path" in source) return readFile(source.path);
  if ("uri" in source && source.uri.startsWith("file:")) return readFile(fileURLToPath(source.uri));
  throw new Refusal("Give the asset as a file or text asset of this machine.");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * An object of plain texts, without an escape anywhere, straight from its
 * bytes: 100,000 entries through `JSON.parse` and a schema take five times as
 * long and ten times the memory. Anything else is `undefined`: not ours to judge.
 */
function scan(bytes: Buffer): Manifest | undefined {
  const writer = new ManifestWriter();
  let at = space(bytes, 0);
  if (bytes[at] !== 0x7b /* { */) return undefined;
  at = space(bytes, at + 1);
  for (let more = bytes[at] !== 0x7d /* } */; more;) {
    const nameEnd = plainText(bytes, at);
    const colon = space(bytes, nameEnd + 1);
    const hashStart = space(bytes, colon + 1);
    const hashEnd = plainText(bytes, hashStart);
    if (nameEnd < 0 || hashEnd < 0 || bytes[colon] !== 0x3a /* : */) return undefined;
    writer.addBytes(bytes, at + 1, nameEnd, bytes, hashStart + 1, hashEnd);
    at = space(bytes, hashEnd + 1);
    more = bytes[at] === 0x2c; /* , */
    if (more) at = space(bytes, at + 1);
  }
  return bytes[at] === 0x7d && space(bytes, at + 1) === bytes.length ? new Manifest(writer.finish()) : undefined;
}

function space(bytes: Buffer, from: number): number {
  let at = from;
  for (; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
  }
  return at;
}

/** Where the text that begins at `start` has its closing quote; -1 if it is no text, or not a plain one. */
function plainText(bytes: Buffer, start: number): number {
  if (bytes[start] !== 0x22) return -1;
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x22) return at;
    if (byte === 0x5c || byte < 0x20) return -1;
  }
  return -1;
}
