/**
 * Many targets and the digests of their content in little space: sorted names,
 * compressed, and 8 bytes a target. Lets state remember 100,000 of them.
 *
 * Form, in base64: version byte, count (4 bytes), then deflate of the names
 * joined by newlines; before the names 8 bytes for each. A digest says "same
 * or not" only: 64 bits make an unseen change as likely as 1 in 10^19.
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";

/** Target → digest, 16 hex digits. */
export type Manifest = ReadonlyMap<string, string>;

const version = 1;
const headBytes = 5;
const digestBytes = 8;

export function packManifest(manifest: Manifest): string {
  const names = [...manifest.keys()].toSorted();
  const head = Buffer.alloc(headBytes + names.length * digestBytes);
  head.writeUInt8(version, 0);
  head.writeUInt32BE(names.length, 1);
  names.forEach((name, index) => {
    head.write(manifest.get(name) ?? "", headBytes + index * digestBytes, "hex");
  });
  const body = deflateRawSync(Buffer.from(names.map(escapeName).join("\n")), { level: 9 });
  return Buffer.concat([head, body]).toString("base64");
}

export function unpackManifest(packed: string): Manifest {
  const bytes = Buffer.from(packed, "base64");
  if (bytes.length < headBytes || bytes.readUInt8(0) !== version) {
    throw new Error("the manifest in the state was written by another version of this provider");
  }
  const count = bytes.readUInt32BE(1);
  const digests = bytes.toString("hex", headBytes, headBytes + count * digestBytes);
  const manifest = new Map<string, string>();
  if (count === 0) return manifest;
  const names = inflateRawSync(bytes.subarray(headBytes + count * digestBytes)).toString().split("\n");
  for (let index = 0; index < count; index++) {
    const at = index * digestBytes * 2;
    manifest.set(unescapeName(names[index] ?? ""), digests.slice(at, at + digestBytes * 2));
  }
  return manifest;
}

/** Digests of the values of a target → hash map. */
export function manifestOf(contents: Iterable<readonly [string, string]>): Manifest {
  const manifest = new Map<string, string>();
  for (const [target, hash] of contents) manifest.set(target, digest(hash));
  return manifest;
}

/** Names without content: what is waited for. */
export function packNames(names: Iterable<string>): string {
  return packManifest(new Map([...names].map((name) => [name, noDigest])));
}

const noDigest = "0".repeat(digestBytes * 2);

/**
 * 64 bits by two multiply-rotate lanes. Not for secrets and not against an
 * attacker: values are content hashes already, and 100,000 of them must cost
 * milliseconds, which rules out a SHA call each.
 */
function digest(text: string): string {
  let a = 0xdeadbeef ^ text.length;
  let b = 0x41c6ce57 ^ text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return hex(a) + hex(b);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}

function escapeName(name: string): string {
  return name.includes("\n") || name.includes("\\") ? name.replaceAll("\\", "\\\\").replaceAll("\n", "\\n") : name;
}

function unescapeName(name: string): string {
  return name.includes("\\") ? name.replaceAll(/\\(.)/g, (_, next: string) => (next === "n" ? "\n" : next)) : name;
}
