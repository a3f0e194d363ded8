/** Makes the flat arrays of a manifest: takes targets one by one, as text or as the bytes they lie in. */
import { newline, type Names } from "./names.ts";

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
    this.#addName(name, start, end);
    digest(hash, hashStart, hashEnd, this.#words, this.#count);
    this.#count++;
  }

  /** A name whose digest is known already. */
  addDigest(name: string, words: Uint32Array): void {
    const bytes = Buffer.from(escapeName(name));
    this.#addName(bytes, 0, bytes.length);
    this.#words.set(words.subarray(0, 2), this.#count * 2);
    this.#count++;
  }

  /** Everything of another manifest. */
  addAll({ names, words }: { readonly names: Names; readonly words: Uint32Array }): void {
    let start = 0;
    names.ends.forEach((end, at) => {
      this.#addName(names.text, start, end);
      this.#words.set(words.subarray(at * 2, at * 2 + 2), this.#count * 2);
      this.#count++;
      start = end + 1;
    });
  }

  finish(): { readonly names: Names; readonly words: Uint32Array } {
    return {
      names: { text: this.#text.subarray(0, this.#length), ends: this.#ends.subarray(0, this.#count) },
      words: this.#words.subarray(0, this.#count * 2),
    };
  }

  #addName(name: Uint8Array, start: number, end: number): void {
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
  }
}

function grown<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** The two words of a text's digest. */
export function digestOf(text: string): Uint32Array {
  const bytes = Buffer.from(text);
  const words = new Uint32Array(2);
  digest(bytes, 0, bytes.length, words, 0);
  return words;
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
export function escapeName(name: string): string {
  return name.includes("\n") || name.includes("\\") ? name.replaceAll("\\", "\\\\").replaceAll("\n", "\\n") : name;
}

export function unescapeName(name: string): string {
  return name.includes("\\") ? name.replaceAll(/\\(.)/g, (_, next: string) => (next === "n" ? "\n" : next)) : name;
}
