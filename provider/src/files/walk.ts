/** The files below a folder, in the same order on every platform. */
import { isUtf8 } from "node:buffer";
import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { Refusal } from "../core/errors.ts";
import type { Guard, Ignore, Match } from "./glob.ts";

export type Symlinks = "refuse" | "follow" | "skip";

export interface WalkOptions {
  readonly ignored: Ignore;
  readonly chosen: Match;
  readonly guard: Guard;
  readonly symlinks: Symlinks;
  readonly signal: AbortSignal;
}

export interface Walked {
  /** Relative paths with `/`, sorted by code unit. */
  readonly files: readonly string[];
  /** Files and folders that the patterns leave out. */
  readonly leftOut: number;
}

interface Entry {
  readonly relative: string;
  readonly kind: "file" | "folder";
}

/** By so many ways no site reaches a folder of its own will: links that multiply at each level do. */
const mostWays = 1000;

export async function walk(root: string, options: WalkOptions): Promise<Walked> {
  const files: string[] = [];
  let leftOut = 0;
  const ways = new Map<string, { readonly first: string; count: number }>();
  await enter("", []);
  return { files: files.toSorted(), leftOut };

  async function enter(folder: string, above: readonly string[]): Promise<void> {
    options.signal.throwIfAborted();
    const within = options.symlinks === "follow" ? await arrive(folder, above) : above;
    // A link to a folder above would be walked for ever, and what is there has its own, shorter paths.
    if (within === undefined) return;
    const found = await list(folder);
    const folders: string[] = [];
    options.guard(folder, () => {
      for (const { relative, kind } of found) {
        if (options.ignored(relative, kind === "folder")) leftOut++;
        else if (kind === "folder") folders.push(relative);
        else if (options.chosen(relative)) files.push(relative);
        else leftOut++;
      }
    });
    for (const next of folders) await enter(next, within);
  }

  /** The folders above and this one, by what they are rather than by their names; `undefined` for one that is above itself. */
  async function arrive(folder: string, above: readonly string[]): Promise<readonly string[] | undefined> {
    const { dev, ino } = await stat(path.join(root, folder), { bigint: true });
    const self = `${dev}:${ino}`;
    if (above.includes(self)) return undefined;
    const way = ways.get(self) ?? { first: folder, count: 0 };
    ways.set(self, way);
    if (++way.count > mostWays) {
      throw new Refusal(
        `${folder} is one more way to ${way.first || "the folder itself"}, after ${mostWays.toLocaleString("en")} others: ` +
          `these symbolic links form a loop or multiply. Remove them, ignore them, or set symlinks to "skip".`,
      );
    }
    return [...above, self];
  }

  async function list(folder: string): Promise<Entry[]> {
    const entries = await readdir(path.join(root, folder), { withFileTypes: true });
    const found: Entry[] = [];
    for (const entry of entries) {
      const relative = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const kind = entry.isSymbolicLink() ? await resolve(relative) : kindOf(entry);
      if (kind !== undefined) found.push({ relative, kind });
    }
    if (entries.some(({ name }) => name.includes("\uFFFD"))) await refuseUnreadableNames(folder, found);
    return found;
  }

  /** Node writes U+FFFD for bytes that are no UTF-8, so two names may come out as one and neither can be opened. */
  async function refuseUnreadableNames(folder: string, found: readonly Entry[]): Promise<void> {
    for (const name of await readdir(path.join(root, folder), { encoding: "buffer" })) {
      if (isUtf8(name)) continue;
      const shown = path.posix.join(folder, name.toString());
      const entry = found.find(({ relative }) => relative === shown);
      if (entry === undefined || options.ignored(shown, entry.kind === "folder")) continue;
      if (entry.kind === "file" && !options.chosen(shown)) continue;
      throw new Refusal(
        `${path.posix.join(folder, escaped(name))}: the name is not UTF-8, so its URL cannot be told. Rename it, or leave it out.`,
      );
    }
  }

  async function resolve(relative: string): Promise<Entry["kind"] | undefined> {
    switch (options.symlinks) {
      case "skip":
        return undefined;
      case "refuse":
        throw new Refusal(`${relative} is a symbolic link. Set symlinks to "follow" or "skip".`);
      case "follow":
        return kindOf(await stat(path.join(root, relative)));
    }
  }
}

function kindOf(entry: Pick<Dirent, "isFile" | "isDirectory">): Entry["kind"] | undefined {
  if (entry.isFile()) return "file";
  return entry.isDirectory() ? "folder" : undefined;
}

function escaped(name: Buffer): string {
  return name
    .toString("latin1")
    .replaceAll(/[^ -~]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
