/** `edgecache:index:hashFiles`: what is in a folder, as the `contents` that triggers take. */
import { hash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { Refusal } from "../core/errors.ts";
import type { World } from "../core/context.ts";
import { defineFunction } from "../engine/define/index.ts";
import { digestFiles } from "./digest.ts";
import { glob, gitignore } from "./glob.ts";
import { urlKeys } from "./url-keys.ts";
import { walk } from "./walk.ts";

const inputs = {
  path: z
    .string()
    .min(1, "must not be empty")
    .meta({ description: "The folder. A relative path is taken from where `pulumi` runs." }),
  include: z.array(z.string()).optional().meta({
    description: "Globs of the files to take, relative to `path`, such as `**/*.html`. Default: all.",
  }),
  exclude: z.array(z.string()).optional().meta({ description: "Globs of files to leave out." }),
  ignore: z
    .array(z.string())
    .optional()
    .meta({ description: "Lines in the syntax of .gitignore: what to leave out, folders at once." }),
  ignoreFile: z
    .string()
    .optional()
    .meta({ description: "A file with such lines, relative to `path`; for example `.gitignore`." }),
  urlPrefix: z
    .string()
    .regex(/^https?:\/\/[^\s?#]+$/, "must be a URL such as https://www.example.com or https://www.example.com/docs")
    .optional()
    .meta({
      description:
        "Where the folder is served. Then the keys of `contents` are URLs, percent-encoded as browsers do; else they are paths.",
    }),
  indexDocument: z.string().default("index.html").meta({
    description:
      "File that a folder's URL answers with. Such a file has two keys, with and without its name. Default `index.html`; empty for none.",
  }),
  lowerCase: z
    .boolean()
    .default(false)
    .meta({ description: "Write keys in lower case, for sites that do not tell case apart." }),
  symlinks: z
    .enum(["refuse", "follow", "skip"])
    .default("refuse")
    .meta({
      description: "What to do with symbolic links.",
      type: "index:Symlinks",
      values: { refuse: "Fail and name the link.", follow: "Take what they point to.", skip: "Leave them out." },
    }),
} as const;

const outputs = {
  hash: z.string().meta({ description: "SHA-256 over all names and contents, 64 hex digits: for `contentHash`." }),
  files: z.number().int().meta({ description: "How many files were taken." }),
  bytes: z.number().meta({ description: "How many bytes they have." }),
  contents: z.record(z.string(), z.string()).meta({
    description:
      "URL (or path) → digest of the content, 32 hex digits: for `contents`. About the length of the URL plus 40 bytes for each file.",
  }),
} as const;

export const hashFiles = defineFunction<World, typeof inputs, typeof outputs>({
  token: "edgecache:index:hashFiles",
  description:
    "Digests the files of a folder, with the URLs under which an edge caches them, so that a trigger can purge exactly " +
    "what changed.",
  inputs,
  outputs,
  async invoke({ inputs: given, operation: { signal } }) {
    const root = path.resolve(given.path);
    if (!(await isFolder(root)))
      throw new Refusal(`path: ${given.path} is no folder (looked at from where pulumi runs).`);
    const ignored = gitignore([...(await ignoreLines(root, given.ignoreFile)), ...(given.ignore ?? [])]);
    const include = given.include?.map(glob);
    const exclude = (given.exclude ?? []).map(glob);
    const chosen = (file: string): boolean =>
      (include === undefined || include.some((each) => each.test(file))) && !exclude.some((each) => each.test(file));
    const { files, digests, bytes } = await readable(async () => {
      const found = await walk(root, { ignored, chosen, symlinks: given.symlinks, signal });
      return { files: found, ...(await digestFiles(root, found, signal)) };
    });
    const contents = new Map<string, string>();
    const { urlPrefix } = given;
    files.forEach((file, index) => {
      const digest = digests[index] ?? "";
      const keys =
        urlPrefix === undefined
          ? [given.lowerCase ? file.toLowerCase() : file]
          : urlKeys(file, { ...given, urlPrefix });
      for (const key of keys) {
        if (contents.has(key)) throw new Refusal(`${file} and another file are both served at ${key}.`);
        contents.set(key, digest);
      }
    });
    // Sorted, as states keep it: then comparing is one walk through both.
    const sorted = [...contents.keys()].toSorted().map((key) => [key, contents.get(key) ?? ""]);
    const listing = files.map((file, index) => `${digests[index] ?? ""}  ${file}\n`).join("");
    return { hash: hash("sha256", listing, "hex"), files: files.length, bytes, contents: Object.fromEntries(sorted) };
  },
});

/** What the file system refuses is the user's to mend, and its words name the file. */
async function readable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && "syscall" in error) throw new Refusal(`path: ${error.message}.`);
    throw error;
  }
}

async function isFolder(root: string): Promise<boolean> {
  try {
    return (await stat(root)).isDirectory();
  } catch {
    return false;
  }
}

async function ignoreLines(root: string, file: string | undefined): Promise<string[]> {
  if (file === undefined) return [];
  try {
    return (await readFile(path.join(root, file), "utf8")).split(/\r?\n/);
  } catch {
    throw new Refusal(`ignoreFile: ${file} cannot be read.`);
  }
}
