/**
 * Many targets, the digest of each one's content and what is known of it, in
 * little space. Lets state remember 100,000 of them, and finds in milliseconds
 * what changed among them.
 *
 * In memory it is a few flat arrays, whatever the number of targets: names are
 * compared where they lie, and only those that are asked for become text.
 */
import { NameIndex, sortedOnce, joined, startOf, type Names } from "./names.ts";
import { digestOf, ManifestWriter, escapeName, unescapeName } from "./writer.ts";

/** What is known of a target for the content of its digest. */
export type Mark =
  /** The edge holds nothing older than that content. */
  | "true"
  /** Not true for any content: it is owed. */
  | "owed"
  /** Accepted by the cloud; the end was not seen. */
  | "sent"
  /** Sent; no answer came. */
  | "lost";
export type OpenMark = Exclude<Mark, "true">;

/** In the packed form a mark is its place here. */
export const marks: readonly Mark[] = ["true", "owed", "sent", "lost"];

export interface Changes {
  /** Listed, and never true or true for other content only. */
  readonly changed: readonly string[];
  readonly added: readonly string[];
  /** No longer listed, and not dealt with as such. */
  readonly removed: readonly string[];
  readonly unchanged: number;
  /** Listed, and open for the very content that is listed. */
  readonly open: Readonly<Record<OpenMark, readonly string[]>>;
  /** How many are no longer listed, and were owed for as long as they were. */
  readonly neverTrue: number;
  /** No longer listed, and their removal is open. */
  readonly openRemoved: Readonly<Record<OpenMark, readonly string[]>>;
}

export interface ManifestParts {
  readonly names: Names;
  /** Two words of digest for each name. */
  readonly words: Uint32Array;
  /** A place in `marks` for each name; absent: all true. */
  readonly marks?: Uint8Array | undefined;
}

/** The digest of a target that the program no longer lists. */
const goneWords = digestOf("\u0000gone");

export class Manifest {
  readonly parts: ManifestParts;
  #index: NameIndex | undefined;

  constructor(parts: ManifestParts) {
    this.parts = parts;
  }

  static of(contents: Iterable<readonly [string, string]>): Manifest {
    const writer = new ManifestWriter();
    for (const [name, hash] of contents) writer.add(name, hash);
    return new Manifest(writer.finish());
  }

  /** All with the same content. */
  static ofTargets(names: Iterable<string>, hash: string): Manifest {
    const writer = new ManifestWriter();
    for (const name of names) writer.add(name, hash);
    return new Manifest(writer.finish());
  }

  get size(): number {
    return this.parts.names.ends.length;
  }

  /** In the order in which they were given; sorted after unpacking. */
  *names(): IterableIterator<string> {
    for (let at = 0; at < this.size; at++) yield this.#name(at);
  }

  has(name: string): boolean {
    return this.#find(name) >= 0;
  }

  /** The digest of a target's content, in hex; `undefined`: it is not there. */
  digestOf(name: string): string | undefined {
    const at = this.#find(name);
    if (at < 0) return undefined;
    const word = (place: number): string => (this.parts.words[place] ?? 0).toString(16).padStart(8, "0");
    return word(at * 2) + word(at * 2 + 1);
  }

  withMark(mark: OpenMark): string[] {
    const code = marks.indexOf(mark);
    const found: string[] = [];
    this.parts.marks?.forEach((each, at) => {
      if (each === code) found.push(this.#name(at));
    });
    return found;
  }

  /** Sorted by their bytes, each once: of a name that was given twice, the last one holds, as in JSON. */
  sorted(): Manifest {
    const { names, words, marks: marked } = this.parts;
    const order = sortedOnce(names);
    const text = joined(names, order);
    const ends = new Uint32Array(order.length);
    const own = new Uint32Array(order.length * 2);
    let end = -1;
    order.forEach((from, to) => {
      end += (names.ends[from] ?? 0) - startOf(names.ends, from) + 1;
      ends[to] = end;
      own[to * 2] = words[from * 2] ?? 0;
      own[to * 2 + 1] = words[from * 2 + 1] ?? 0;
    });
    return new Manifest({
      names: { text, ends },
      words: own,
      marks: marked && Uint8Array.from(order, (from) => marked[from] ?? 0),
    });
  }

  /** The same targets with what a run left open: `listed` of them, and `removed` ones that are to be kept for it. */
  marked(listed: ReadonlyMap<string, OpenMark>, removed: ReadonlyMap<string, OpenMark>): Manifest {
    if (listed.size === 0 && removed.size === 0) return this;
    const base = removed.size === 0 ? this.sorted() : this.#with(removed.keys()).sorted();
    const marked = new Uint8Array(base.size);
    for (const open of [listed, removed]) {
      for (const [name, mark] of open) {
        const at = base.#find(name);
        if (at >= 0) marked[at] = marks.indexOf(mark);
      }
    }
    return new Manifest({ ...base.parts, marks: marked });
  }

  /** What is different in `now`: each name once. */
  compare(now: Manifest): Changes {
    const index = this.#indexed();
    const { text, ends } = now.parts.names;
    const seen = new Uint8Array(this.size);
    const added: string[] = [];
    for (let at = 0, start = 0, before = -1; at < now.size; at++) {
      const end = ends[at] ?? 0;
      before = index.find(text, start, end, before + 1);
      start = end + 1;
      if (before < 0) added.push(now.#name(at));
      else seen[before] = this.#sameDigest(before, now.parts.words, at * 2) ? same : different;
    }
    const changed: string[] = [];
    const removed: string[] = [];
    const open = { owed: new Array<string>(), sent: new Array<string>(), lost: new Array<string>() };
    const openRemoved = { owed: new Array<string>(), sent: new Array<string>(), lost: new Array<string>() };
    let unchanged = 0;
    let neverTrue = 0;
    for (let at = 0; at < seen.length; at++) {
      const how = seen[at];
      const mark = marks[this.parts.marks?.[at] ?? 0] ?? "owed";
      if (how === 0) {
        const known = this.#sameDigest(at, goneWords, 0);
        if (mark === "owed" && !known) neverTrue++;
        if (mark === "true" || (mark !== "owed" && !known)) removed.push(this.#name(at));
        else openRemoved[mark].push(this.#name(at));
      } else if (mark === "owed") open.owed.push(this.#name(at));
      else if (how === different) changed.push(this.#name(at));
      else if (mark === "true") unchanged++;
      else open[mark].push(this.#name(at));
    }
    return { changed, added: unique(added), removed, unchanged, open, neverTrue, openRemoved };
  }

  #with(names: Iterable<string>): Manifest {
    const writer = new ManifestWriter();
    writer.addAll(this.parts);
    for (const name of names) writer.addDigest(name, goneWords);
    return new Manifest(writer.finish());
  }

  #indexed(): NameIndex {
    return (this.#index ??= new NameIndex(this.parts.names));
  }

  #find(name: string): number {
    const text = Buffer.from(escapeName(name));
    return this.#indexed().find(text, 0, text.length);
  }

  #sameDigest(at: number, words: Uint32Array, place: number): boolean {
    const own = this.parts.words;
    return own[at * 2] === words[place] && own[at * 2 + 1] === words[place + 1];
  }

  #name(at: number): string {
    const { text, ends } = this.parts.names;
    return unescapeName(text.toString("utf8", startOf(ends, at), ends[at]));
  }
}

const same = 1;
const different = 2;

function unique(names: string[]): readonly string[] {
  const once = new Set(names);
  return once.size === names.length ? names : [...once];
}
