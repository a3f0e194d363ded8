/** The files below a folder, in the same order on every platform. */
import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { Refusal } from "../core/errors.ts";
import type { Ignore } from "./glob.ts";

export type Symlinks = "refuse" | "follow" | "skip";

export interface WalkOptions {
  readonly ignored: Ignore;
  readonly chosen: (relative: string) => boolean;
  readonly symlinks: Symlinks;
  readonly signal: AbortSignal;
}

/** Relative paths with `/`, sorted by code unit. */
export async function walk(root: string, options: WalkOptions): Promise<string[]> {
  const files: string[] = [];
  await enter("", options.symlinks === "follow" ? [await realpath(root)] : []);
  return files.toSorted();

  async function enter(folder: string, above: readonly string[]): Promise<void> {
    options.signal.throwIfAborted();
    const folders: string[] = [];
    for (const entry of await readdir(path.join(root, folder), { withFileTypes: true })) {
      const relative = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const kind = entry.isSymbolicLink() ? await resolve(relative) : kindOf(entry);
      if (kind === undefined || options.ignored(relative, kind === "folder")) continue;
      if (kind === "folder") folders.push(relative);
      else if (options.chosen(relative)) files.push(relative);
    }
    for (const next of folders) {
      if (options.symlinks !== "follow") await enter(next, above);
      else {
        const real = await realpath(path.join(root, next));
        // A link to a folder above would be walked for ever.
        if (!above.includes(real)) await enter(next, [...above, real]);
      }
    }
  }

  async function resolve(relative: string): Promise<"file" | "folder" | undefined> {
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

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean }): "file" | "folder" | undefined {
  if (entry.isFile()) return "file";
  return entry.isDirectory() ? "folder" : undefined;
}
