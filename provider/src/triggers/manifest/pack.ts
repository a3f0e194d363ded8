/**
 * A manifest as text for the state. In base64: version, flags, count (4
 * bytes), digests (8 bytes each; one where all are equal; none where the hash
 * stands beside it in the state), a byte for each mark where any is set, then
 * deflate of the names joined by newlines. A digest says "same or not" only:
 * with 64 bits an unseen change is as likely as 1 in 10^19.
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { Manifest } from "./manifest.ts";
import { newline } from "./names.ts";
import { digestOf } from "./writer.ts";

const version = 2;
const headBytes = 6;
const digestBytes = 8;
/** Version 1, of releases up to 0.1.0, had no flags. */
const first = { version: 1, headBytes: 5 } as const;
const flags = { oneDigest: 1, hashBeside: 2, marked: 4 } as const;

/** `hash`: the content of all targets, which is kept beside the manifest. */
export function packManifest(manifest: Manifest, hash?: string): string {
  const { names, words, marks } = manifest.sorted().parts;
  const count = names.ends.length;
  const one = count > 1 && isUniform(words);
  const marked = marks !== undefined && marks.some((mark) => mark !== 0);
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(version, 0);
  head.writeUInt8(
    (one ? flags.oneDigest : 0) | (hash === undefined ? 0 : flags.hashBeside) | (marked ? flags.marked : 0),
    1,
  );
  head.writeUInt32BE(count, 2);
  const digests = hash === undefined ? bytesOf(one ? words.subarray(0, 2) : words) : Buffer.alloc(0);
  const text = deflateRawSync(names.text, { chunkSize: chunkFor(names.text.length) });
  return Buffer.concat([head, digests, marked ? marks : Buffer.alloc(0), text]).toString("base64");
}

export function unpackManifest(packed: string, hash?: string): Manifest {
  const bytes = Buffer.from(packed, "base64");
  const written = bytes.length < first.headBytes ? 0 : bytes.readUInt8(0);
  const old = written === first.version;
  if (!old && (written !== version || bytes.length < headBytes)) {
    throw new Error("the manifest in the state was written by another version of this provider");
  }
  const flag = old ? 0 : bytes.readUInt8(1);
  const count = bytes.readUInt32BE(old ? 1 : 2);
  const one = (flag & flags.oneDigest) !== 0;
  const beside = (flag & flags.hashBeside) !== 0;
  const digestsAt = old ? first.headBytes : headBytes;
  const marksAt = digestsAt + (beside ? 0 : (one ? 1 : count) * digestBytes);
  const textAt = marksAt + ((flag & flags.marked) !== 0 ? count : 0);
  // Before memory is taken for as many targets as it says.
  if (textAt > bytes.length) throw new Error(damaged);
  const text = count === 0 ? Buffer.alloc(0) : inflated(bytes.subarray(textAt));
  if (count > text.length + 1) throw new Error(damaged);
  const words = new Uint32Array(count * 2);
  if (beside) fill(words, digestOf(hash ?? ""));
  else {
    const given = one ? 1 : count;
    for (let word = 0; word < given * 2; word++) words[word] = bytes.readUInt32BE(digestsAt + word * 4);
    if (given < count) fill(words, words.slice(0, 2));
  }
  const marks = textAt > marksAt ? Uint8Array.from(bytes.subarray(marksAt, textAt)) : undefined;
  const ends = new Uint32Array(count);
  let found = 0;
  for (let place = 0; place < text.length; place++) if (text[place] === newline) ends[found++] = place;
  if (count > 0) {
    if (found !== count - 1) throw new Error(damaged);
    ends[count - 1] = text.length;
  }
  return new Manifest({ names: { text, ends }, words, marks });
}

const damaged = "the manifest in the state is damaged";

function inflated(bytes: Buffer): Buffer {
  try {
    return inflateRawSync(bytes);
  } catch (cause) {
    throw new Error(damaged, { cause });
  }
}

/** Room for what comes out, up to zlib's own chunk: to make one of 16 KiB takes longer than to deflate a few names. */
function chunkFor(length: number): number {
  return Math.min(16 * 1024, length + 64);
}

function isUniform(words: Uint32Array): boolean {
  for (let at = 2; at < words.length; at++) if (words[at] !== words[at % 2]) return false;
  return true;
}

function fill(words: Uint32Array, one: Uint32Array): void {
  for (let at = 0; at < words.length; at++) words[at] = one[at % 2] ?? 0;
}

function bytesOf(words: Uint32Array): Buffer {
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((word, at) => bytes.writeUInt32BE(word, at * 4));
  return bytes;
}
