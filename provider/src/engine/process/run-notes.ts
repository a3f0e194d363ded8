/**
 * Notes that the plugin processes of one run leave for each other: an explicit
 * provider's process and the default one's see the same. Files in a folder of
 * this user's own; where there can be none, each process knows its own notes.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import type { RunNotes } from "../protocol/host.ts";

/** No run lasts longer; what is older is of one that has ended. */
const oldMs = 24 * 3600 * 1000;

export const fileNotes: RunNotes = {
  add(run, key, text) {
    quietly(() => {
      const folder = folderOf(run);
      if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined) removeOld(path.dirname(folder));
      writeFileSync(path.join(folder, `${digest(key)}-${digest(text)}`), text, { mode: 0o600 });
    });
  },
  list(run, key) {
    const found: string[] = [];
    quietly(() => {
      const folder = folderOf(run);
      for (const name of readdirSync(folder)) {
        if (name.startsWith(digest(key))) found.push(readFileSync(path.join(folder, name), "utf8"));
      }
    });
    return found;
  },
};

/** The engine's address names a run, together with its process where plugins are its children. */
function folderOf(run: string): string {
  const engine = process.platform === "win32" ? run : `${run} ${process.ppid}`;
  return path.join(tmpdir(), `edgecache-${userInfo().uid}`, digest(engine));
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}

function removeOld(parent: string): void {
  for (const name of readdirSync(parent)) {
    const folder = path.join(parent, name);
    if (Date.now() - statSync(folder).mtimeMs > oldMs) rmSync(folder, { recursive: true, force: true });
  }
}

/** A note is a help, never a condition. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // No temporary folder, or not this user's.
  }
}
