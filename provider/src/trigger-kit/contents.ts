/** `contents` as the program gives it, a map or a file, in the form in which it is compared and kept. */
import { Refusal } from "../core/errors.ts";
import { Asset, placeholderProblem } from "../engine/define/index.ts";
import { Manifest } from "../triggers/manifest/manifest.ts";
import { ManifestWriter } from "../triggers/manifest/writer.ts";
import { cut } from "./describe/words.ts";
import { readText } from "./asset-text.ts";

interface Reading {
  /** How a target is sent: in one spelling, and once for each host. */
  readonly names?: ((target: string) => readonly string[]) | undefined;
  /** Nothing of the file is told. */
  readonly secret: boolean;
}

export async function readContents(
  contents: Readonly<Record<string, string>> | Asset,
  { names, secret }: Reading = { secret: false },
): Promise<Manifest> {
  const manifest = (entries: readonly (readonly [string, string])[]): Manifest =>
    Manifest.of(names === undefined ? entries : named(entries, names, secret));
  // The engine gives a map in another order each time: what is told and sent first should not hang on that.
  if (!(contents instanceof Asset)) return manifest(Object.entries(contents).sort(([a], [b]) => (a < b ? -1 : 1)));
  const bytes = await readText(contents, "contents");
  const plain = mayHoldPlaceholder(bytes) ? undefined : scan(bytes);
  if (plain !== undefined && (names === undefined || isSpelled(plain, names))) return plain;
  return manifest(await parseEntries(bytes.toString(), secret));
}

/** Under the names that are sent. Two entries of one name must agree: else a change of the first would be overlooked. */
function named(
  entries: readonly (readonly [string, string])[],
  names: (target: string) => readonly string[],
  secret: boolean,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [target, hash] of entries) {
    for (const name of names(target)) {
      if ((found.get(name) ?? hash) !== hash) {
        const which = secret ? "an entry" : cut(target);
        throw new Refusal(`contents: ${which} is the same target as another entry, and has another hash.`);
      }
      found.set(name, hash);
    }
  }
  return found;
}

/** Word by word, for what is not plain, and for what is wrong. */
async function parseEntries(text: string, secret: boolean): Promise<[string, string][]> {
  const value = parseJson(text);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const { jsonProblem, entryPlace } = await import("../core/json-problem.ts");
  if (!isObject) {
    const problem = jsonProblem(text);
    const why = problem === undefined ? "" : `; this is no JSON: ${problem}`;
    throw new Refusal(
      `contents: the file must hold a JSON object that maps each target to the hash of its content${why}.`,
    );
  }
  return Object.entries(value).map(([target, hash]: [string, unknown]) => {
    const problem =
      typeof hash === "string" ? entryProblem(target, hash) : `is ${kindOf(hash)}; it must be a text in quotes`;
    if (problem === undefined && typeof hash === "string") return [target, hash];
    const place = entryPlace(text, target);
    const whose = secret ? "the value" : `the value of ${cut(target)}`;
    throw new Refusal(`contents: ${whose}${place === "" ? "" : ` at ${place}`} ${problem}.`);
  });
}

function entryProblem(target: string, hash: string): string | undefined {
  return placeholderProblem(hash, "fingerprint") ?? placeholderProblem(target, "plain");
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Parts of every text that stands for a value that was not there: most files hold none of them, and are not searched closer. */
const suspicious = "Calling|[object |object%20|Output| at 0x|{0x|%!|${|undefined|null|NaN|None|<nil>"
  .split("|")
  .map((part) => Buffer.from(part));

function mayHoldPlaceholder(bytes: Buffer): boolean {
  return suspicious.some((part) => bytes.includes(part));
}

/** The hashes of these targets as they are given; a manifest keeps only whether they are the same. */
export async function readHashes(
  contents: Readonly<Record<string, string>> | Asset,
  wanted: ReadonlySet<string>,
  names: (target: string) => readonly string[] = (target) => [target],
): Promise<ReadonlyMap<string, string>> {
  const value = contents instanceof Asset ? parseJson((await readText(contents, "contents")).toString()) : contents;
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return new Map(
    entries.flatMap(([target, hash]): [string, string][] =>
      typeof hash === "string" ? names(target).flatMap((name) => (wanted.has(name) ? [[name, hash]] : [])) : [],
    ),
  );
}

function isSpelled(manifest: Manifest, names: (target: string) => readonly string[]): boolean {
  for (const name of manifest.names()) {
    const [only, other] = names(name);
    if (only !== name || other !== undefined) return false;
  }
  return true;
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
