/**
 * Many targets and the digests of their content in little space: sorted names,
 * compressed, and 8 bytes a target. Lets state remember 100,000 of them, and
 * finds in milliseconds what changed among them.
 *
 * Packed form, in base64: version byte, count (4 bytes), 8 bytes of digest for
 * each target, then deflate of the names joined by newlines. A digest says
 * "same or not" only: with 64 bits an unseen change is as likely as 1 in 10^19.
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";

const version = 1;
const headBytes = 5;
const digestBytes = 8;

export class Manifest {
  /** In the order of the digests; sorted after unpacking. */
  readonly names: readonly string[];
  /** Two words for each name. */
  readonly #words: Uint32Array;
  #index: Map<string, number> | undefined;

  private constructor(names: readonly string[], words: Uint32Array) {
    this.names = names;
    this.#words = words;
  }

  static of(contents: ReadonlyMap<string, string>): Manifest {
    const words = new Uint32Array(contents.size * 2);
    const names: string[] = [];
    for (const [name, hash] of contents) digest(hash, words, names.push(name) - 1);
    return new Manifest(names, words);
  }

  /** Names without content: what is waited for. */
  static ofNames(names: Iterable<string>): Manifest {
    const list = [...names];
    return new Manifest(list, new Uint32Array(list.length * 2));
  }

  static unpack(packed: string): Manifest {
    const bytes = Buffer.from(packed, "base64");
    if (bytes.length < headBytes || bytes.readUInt8(0) !== version) {
      throw new Error("the manifest in the state was written by another version of this provider");
    }
    const count = bytes.readUInt32BE(1);
    const words = new Uint32Array(count * 2);
    for (let at = 0; at < words.length; at++) words[at] = bytes.readUInt32BE(headBytes + at * 4);
    if (count === 0) return new Manifest([], words);
    const text = inflateRawSync(bytes.subarray(headBytes + count * digestBytes)).toString();
    const names = text.split("\n");
    return new Manifest(text.includes("\\") ? names.map(unescapeName) : names, words);
  }

  pack(): string {
    const order = this.names.map((_, at) => at).toSorted((a, b) => compare(this.names[a] ?? "", this.names[b] ?? ""));
    const head = Buffer.alloc(headBytes + order.length * digestBytes);
    head.writeUInt8(version, 0);
    head.writeUInt32BE(order.length, 1);
    order.forEach((from, to) => {
      head.writeUInt32BE(this.#words[from * 2] ?? 0, headBytes + to * digestBytes);
      head.writeUInt32BE(this.#words[from * 2 + 1] ?? 0, headBytes + to * digestBytes + 4);
    });
    const names = order.map((at) => escapeName(this.names[at] ?? ""));
    return Buffer.concat([head, deflateRawSync(names.join("\n"), { level: 9 })]).toString("base64");
  }

  /** What is different in `now`: each name once. */
  compare(now: Manifest): Changes {
    const changes: Changes = { changed: [], added: [], removed: [], unchanged: 0 };
    const seen = new Uint8Array(this.names.length);
    let cursor = 0;
    now.names.forEach((name, at) => {
      // Lists mostly keep their order, so the next name is mostly the right one.
      const before = this.names[cursor] === name ? cursor : this.#find(name);
      if (before === undefined) return void changes.added.push(name);
      cursor = before + 1;
      seen[before] = 1;
      const same =
        this.#words[before * 2] === now.#words[at * 2] && this.#words[before * 2 + 1] === now.#words[at * 2 + 1];
      if (same) changes.unchanged++;
      else changes.changed.push(name);
    });
    this.names.forEach((name, at) => {
      if (seen[at] === 0) changes.removed.push(name);
    });
    return changes;
  }

  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  #find(name: string): number | undefined {
    if (this.#index === undefined) {
      const index = new Map<string, number>();
      // Filled one by one: a pair for each of 100,000 names costs more than the rest of the plan.
      this.names.forEach((each, at) => index.set(each, at));
      this.#index = index;
    }
    return this.#index.get(name);
  }
}

export interface Changes {
  readonly changed: string[];
  readonly added: string[];
  readonly removed: string[];
  unchanged: number;
}

/**
 * 64 bits by two multiply-rotate lanes. Not for secrets and not against an
 * attacker: values are content hashes already, and 100,000 of them must cost
 * milliseconds, which rules out a SHA call each.
 */
function digest(text: string, words: Uint32Array, at: number): void {
  let a = 0xdeadbeef ^ text.length;
  let b = 0x41c6ce57 ^ text.length;
  // Two characters a step; past the end the second is NaN, which | makes 0.
  for (let index = 0; index < text.length; index += 2) {
    const pair = text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16);
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

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function escapeName(name: string): string {
  return name.includes("\n") || name.includes("\\") ? name.replaceAll("\\", "\\\\").replaceAll("\n", "\\n") : name;
}

function unescapeName(name: string): string {
  return name.includes("\\") ? name.replaceAll(/\\(.)/g, (_, next: string) => (next === "n" ? "\n" : next)) : name;
}
