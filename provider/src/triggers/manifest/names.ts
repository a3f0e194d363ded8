/** Very many names, found and sorted where they lie: no string and no entry of a map is made of each. */

export interface Names {
  /** One after the other in UTF-8, a newline between two. */
  readonly text: Buffer;
  /** Where each one ends in `text`. */
  readonly ends: Uint32Array;
}

export const newline = 10;

export function startOf(ends: Uint32Array, at: number): number {
  return at === 0 ? 0 : (ends[at - 1] ?? 0) + 1;
}

export class NameIndex {
  readonly #names: Names;
  #table: HashTable | undefined;

  constructor(names: Names) {
    this.#names = names;
  }

  /** The number of the name that lies in `bytes` from `start` to `end`, or -1. A right guess, the next one mostly, is found at once. */
  find(bytes: Uint8Array, start: number, end: number, guess = 0): number {
    if (guess < this.#names.ends.length && this.#equals(guess, bytes, start, end)) return guess;
    const { slots, mask } = (this.#table ??= tableOf(this.#names));
    const hash = hashOf(bytes, start, end);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const found = (slots[slot * 2 + 1] ?? 0) - 1;
      if (found < 0) return -1;
      if (slots[slot * 2] === hash && this.#equals(found, bytes, start, end)) return found;
    }
  }

  #equals(number: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { text, ends } = this.#names;
    const from = startOf(ends, number);
    const length = end - start;
    if ((ends[number] ?? 0) - from !== length) return false;
    // From the end: names of one site begin alike.
    for (let at = length - 1; at >= 0; at--) if (text[from + at] !== bytes[start + at]) return false;
    return true;
  }
}

/** Open addressing, at most half full: a name's hash, then its number plus one; 0 where nothing is. */
interface HashTable {
  readonly slots: Int32Array;
  readonly mask: number;
}

function tableOf({ text, ends }: Names): HashTable {
  let size = 1;
  while (size < ends.length * 2) size *= 2;
  const slots = new Int32Array(size * 2);
  const mask = size - 1;
  for (let at = 0, start = 0; at < ends.length; at++) {
    const end = ends[at] ?? 0;
    const hash = hashOf(text, start, end);
    let slot = hash & mask;
    while (slots[slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
    slots[slot * 2] = hash;
    slots[slot * 2 + 1] = at + 1;
    start = end + 1;
  }
  return { slots, mask };
}

/** The numbers of the names in the order of their bytes; of a name that is there twice, the last one. */
export function sortedOnce(names: Names): Uint32Array {
  const { text, ends } = names;
  // Names of one site begin alike: what all have in common need not be compared again and again.
  const skip = commonPrefix(names);
  const compare = (a: number, b: number): number => {
    const [endA, endB] = [ends[a] ?? 0, ends[b] ?? 0];
    let [atA, atB] = [startOf(ends, a) + skip, startOf(ends, b) + skip];
    for (; atA < endA && atB < endB; atA++, atB++) {
      const difference = (text[atA] ?? 0) - (text[atB] ?? 0);
      if (difference !== 0) return difference;
    }
    return endA - atA - (endB - atB);
  };
  const order = Uint32Array.from(ends, (_, at) => at).sort((a, b) => compare(a, b) || a - b);
  return order.filter((at, place) => place + 1 === order.length || compare(at, order[place + 1] ?? 0) !== 0);
}

function commonPrefix({ text, ends }: Names): number {
  let length = ends[0] ?? 0;
  for (let at = 1; at < ends.length && length > 0; at++) {
    const start = startOf(ends, at);
    length = Math.min(length, (ends[at] ?? 0) - start);
    for (let index = 0; index < length; index++) if (text[index] !== text[start + index]) length = index;
  }
  return length;
}

/** These names, in this order, a newline between two. */
export function joined({ text, ends }: Names, order: Uint32Array): Buffer {
  const length = order.reduce((sum, at) => sum + (ends[at] ?? 0) - startOf(ends, at) + 1, -1);
  const to = Buffer.alloc(Math.max(0, length), newline);
  let filled = 0;
  for (const at of order) filled += text.copy(to, filled, startOf(ends, at), ends[at]) + 1;
  return to;
}

/** Four bytes a step: the names are looked at once each, and that is most of the work. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  for (; at + 3 < end; at += 4) {
    const word =
      (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
    hash = mixed(hash, word);
  }
  for (; at < end; at++) hash = mixed(hash, bytes[at] ?? 0);
  hash = Math.imul(hash ^ (hash >>> 13), 2246822507);
  return hash ^ (hash >>> 16);
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 2654435761);
  return product ^ (product >>> 15);
}
