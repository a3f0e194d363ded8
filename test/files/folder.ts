/** A folder of its own for each test, and hashFiles on it as the engine calls it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach } from "vitest";
import * as files from "../../provider/src/files/index.ts";
import type { Value, ValueMap } from "../../provider/src/engine/wire/values.ts";
import { ask, contextOf } from "../triggers/world.ts";

export interface Folder {
  path(name?: string): string;
  write(tree: Readonly<Record<string, string>>): void;
  hash(inputs?: Readonly<Record<string, Value>>): Promise<ValueMap>;
  /** Key → digest, and for those who look at keys only: */
  contents(inputs?: Readonly<Record<string, Value>>): Promise<Record<string, string>>;
  keys(inputs?: Readonly<Record<string, Value>>): Promise<string[]>;
}

export function useFolder(): Folder {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "hash-files-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const folder: Folder = {
    path: (name = "") => path.join(root, name),
    write(tree) {
      for (const [name, text] of Object.entries(tree)) {
        mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
        writeFileSync(path.join(root, name), text);
      }
    },
    hash: (inputs = {}) => ask(files, "edgecache:index:hashFiles", contextOf({}), { path: root, ...inputs }),
    contents: async (inputs) => textMap((await folder.hash(inputs))["contents"]),
    keys: async (inputs) => Object.keys(await folder.contents(inputs)),
  };
  return folder;
}

export function textMap(value: Value | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(Object(value)).map(([key, text]) => [key, String(text)]));
}
