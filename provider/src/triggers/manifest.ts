/**
 * Many targets and the digests of their content in little space: sorted names,
 * compressed, and 8 bytes a target. Lets state remember 100,000 of them, and
 * finds in milliseconds what changed among them.
 *
 * In memory it is a few flat arrays, whatever the number of targets: names are
 * compared where they lie, and only those that somebody asks for become text.
 *
 * Packed form, in base64: version byte, count (4 bytes), 8 bytes of digest for
 * each target, then deflate of the names joined by newlines. A digest says
 * "same or not" only: with 64 bits an unseen change is as likely as 1 in 10^19.
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { joined, NameIndex, newline, sortedOnce, startOf, type Names } from "./names.ts";

const version = 1;
const headBytes = 5;
const digestBytes = 8;

export interface Changes {
  readonly changed: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: number;
}

export class Manifest {
  readonly #names: Names;
  /** Two words for each name. */
  readonly #words: Uint32Array;
  #index: NameIndex | undefined;

  constructor(names: Names, words: Uint32Array) {
    this.#names = names;
    this.#words = words;
  }

  static of(contents: Iterable<readonly [string, string]>): Manifest {
    const writer = new ManifestWriter();
    for (const [name, hash] of contents) writer.add(name, hash);
    return writer.finish();
  }

  /** Names without content: what is waited for. */
  static ofNames(names: Iterable<string>): Manifest {
    const writer = new ManifestWriter();
    for (const name of names) writer.add(name, "");
    return writer.finish();
  }

  static unpack(packed: string): Manifest {
    const bytes = Buffer.from(packed, "base64");
    if (bytes.length < headBytes || bytes.readUInt8(0) !== version) {
      throw new Error("the manifest in the state was written by another version of this provider");
    }
    const count = bytes.readUInt32BE(1);
    const words = new Uint32Array(count * 2);
    for (let at = 0; at < words.length; at++) words[at] = bytes.readUInt32BE(headBytes + at * 4);
    const text = count === 0 ? Buffer.alloc(0) : inflateRawSync(bytes.subarray(headBytes + count * digestBytes));
    const ends = new Uint32Array(count);
    let found = 0;
    for (let at = 0; at < text.length; at++) if (text[at] === newline) ends[found++] = at;
    if (count > 0) ends[count - 1] = text.length;
    return new Manifest({ text, ends }, words);
  }

  get size(): number {
    return this.#names.ends.length;
  }

  /** In the order in which they were given; sorted after unpacking. */
  *names(): IterableIterator<string> {
    for (let at = 0; at < this.size; at++) yield this.#name(at);
  }

  has(name: string): boolean {
    const text = Buffer.from(escapeName(name));
    return this.#indexed().find(text, 0, text.length) >= 0;
  }

  pack(): string {
    const order = sortedOnce(this.#names);
    const head = Buffer.alloc(headBytes + order.length * digestBytes);
    head.writeUInt8(version, 0);
    head.writeUInt32BE(order.length, 1);
    order.forEach((from, to) => {
      head.writeUInt32BE(this.#words[from * 2] ?? 0, headBytes + to * digestBytes);
      head.writeUInt32BE(this.#words[from * 2 + 1] ?? 0, headBytes + to * digestBytes + 4);
    });
    return Buffer.concat([head, deflateRawSync(joined(this.#names, order))]).toString("base64");
  }

  /** What is different in `now`: each name once. */
  compare(now: Manifest): Changes {
    const index = this.#indexed();
    const { text, ends } = now.#names;
    const seen = new Uint8Array(this.size);
    const added: string[] = [];
    for (let at = 0, start = 0, before = -1; at < now.size; at++) {
      const end = ends[at] ?? 0;
      before = index.find(text, start, end, before + 1);
      start = end + 1;
      if (before < 0) added.push(now.#name(at));
      // A name that is there twice counts as JSON has it: the last one holds.
      else seen[before] = this.#sameDigest(before, now, at) ? same : different;
    }
    const changed: string[] = [];
    const removed: string[] = [];
    seen.forEach((how, at) => {
      if (how === different) changed.push(this.#name(at));
      else if (how !== same) removed.push(this.#name(at));
    });
    return { changed, added, removed, unchanged: this.size - changed.length - removed.length };
  }

  #indexed(): NameIndex {
    return (this.#index ??= new NameIndex(this.#names));
  }

  #sameDigest(at: number, other: Manifest, otherAt: number): boolean {
    return (
      this.#words[at * 2] === other.#words[otherAt * 2] && this.#words[at * 2 + 1] === other.#words[otherAt * 2 + 1]
    );
  }

  #name(at: number): string {
    const { text, ends } = this.#names;
    return unescapeName(text.toString("utf8", startOf(ends, at), ends[at]));
  }
}

const same = 1;
const different = 2;

/** Takes targets one by one, as text or as the bytes they lie in. */
export class ManifestWriter {
  #text = Buffer.allocUnsafe(4096);
  #ends = new Uint32Array(64);
  #words = new Uint32Array(128);
  #length = 0;
  #count = 0;

  add(name: string, hash: string): void {
    const [nameBytes, hashBytes] = [Buffer.from(escapeName(name)), Buffer.from(hash)];
    this.addBytes(nameBytes, 0, nameBytes.length, hashBytes, 0, hashBytes.length);
  }

  /** A name of UTF-8 without newline and backslash, from `start` to `end`, and where its hash lies. */
  addBytes(name: Uint8Array, start: number, end: number, hash: Uint8Array, hashStart: number, hashEnd: number): void {
    if (this.#count === this.#ends.length) {
      this.#ends = grown(this.#ends, new Uint32Array(this.#count * 2));
      this.#words = grown(this.#words, new Uint32Array(this.#count * 4));
    }
    const needed = this.#length + 1 + end - start;
    if (needed > this.#text.length) this.#text = grown(this.#text, Buffer.allocUnsafe(needed * 2));
    const text = this.#text;
    let length = this.#length;
    if (this.#count > 0) text[length++] = newline;
    for (let at = start; at < end; at++) text[length++] = name[at] ?? 0;
    this.#ends[this.#count] = length;
    this.#length = length;
    digest(hash, hashStart, hashEnd, this.#words, this.#count);
    this.#count++;
  }

  finish(): Manifest {
    const names = { text: this.#text.subarray(0, this.#length), ends: this.#ends.subarray(0, this.#count) };
    return new Manifest(names, this.#words.subarray(0, this.#count * 2));
  }
}

function grown<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/**
 * 64 bits by two multiply-rotate lanes, two bytes a step. Not for secrets and
 * not against an attacker: values are content hashes already, and 100,000 of
 * them must cost milliseconds, which rules out a SHA call each.
 */
function digest(bytes: Uint8Array, start: number, end: number, words: Uint32Array, at: number): void {
  let a = 0xdeadbeef ^ (end - start);
  let b = 0x41c6ce57 ^ (end - start);
  for (let index = start; index < end; index += 2) {
    const second = index + 1 < end ? (bytes[index + 1] ?? 0) : 0;
    const pair = (bytes[index] ?? 0) | (second << 16);
    a = Math.imul(a ^ pair, 2654435761);
    b = Math.imul(b ^ pair, 1597334677);
    a ^= a >>> 15;
    b ^= b >>> 13;
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  words[at * 2] = a;
  words[at * 2 + 1] = b;
}

/** So that no name holds a newline. */
function escapeName(name: string): string {
  return name.includes("\n") || name.includes("\\") ? name.replaceAll("\\", "\\\\").replaceAll("\n", "\\n") : name;
}

function unescapeName(name: string): string {
  return name.includes("\\") ? name.replaceAll(/\\(.)/g, (_, next: string) => (next === "n" ? "\n" : next)) : name;
}
