/** `edgecache:index:hashFiles`: what is in a folder, as the `contents` that triggers take. */
import { hash } from "node:crypto";
import { stat } from "node:fs/promises";
import path from "node:path";
import type * as z from "zod";
import type { Clock } from "../core/clock.ts";
import { Refusal } from "../core/errors.ts";
import type { World } from "../core/context.ts";
import { readTextFile } from "../core/text-file.ts";
import { defineFunction } from "../engine/define/index.ts";
import { digestFiles } from "./digest.ts";
import { fallbackTargets } from "./fallback.ts";
import { glob, gitignore, guardOf } from "./glob.ts";
import { checkUrls, inputs, outputs } from "./inputs.ts";
import { presets } from "./presets.ts";
import { UrlIndex, type DigestedFile } from "./url-index.ts";
import { siteRoots, spelled } from "./url-keys.ts";
import { addListedUrls } from "./url-sources.ts";
import { walk, type Walked, type WalkOptions } from "./walk.ts";

type Given = z.output<z.ZodObject<typeof inputs>>;
type Keys = Pick<z.output<z.ZodObject<typeof outputs>>, "contents" | "fallbackDirectories" | "fallbackTags">;

export const hashFiles = defineFunction<World, typeof inputs, typeof outputs>({
  token: "edgecache:index:hashFiles",
  description:
    "Digests the files of a folder, with the URLs under which an edge caches them, so that a trigger can purge exactly " +
    "what changed.",
  inputs,
  outputs,
  check: checkUrls,
  async invoke({ inputs: given, operation: { signal }, context }) {
    const root = path.resolve(given.path);
    if (!(await isFolder(root))) throw new Refusal(`path: ${given.path} is no folder (looked for at ${root}).`);
    const { walked, digests, bytes } = await readable(async () => {
      const walked = await walk(root, {
        ...(await selection(root, given, context.clock)),
        symlinks: given.symlinks,
        signal,
      });
      if (walked.files.length === 0 && !given.allowEmpty) throw new Refusal(emptiness(root, given, walked));
      const shared = given.symlinks === "follow";
      return { walked, ...(await digestFiles(root, walked.files, { shared, signal })) };
    });
    const files = walked.files.map((file, index) => ({ file, digest: digests[index] ?? "" }));
    const whole = hash("sha256", files.map(line).join(""), "hex");
    const { urlPrefix } = given;
    const keys =
      urlPrefix === undefined ? pathKeys(files, given) : await urlKeys(root, files, { ...given, urlPrefix }, whole);
    return { hash: whole, files: files.length, bytes, ...keys };
  },
});

/** Which files are taken: what the patterns say. */
async function selection(
  root: string,
  given: Given,
  clock: Clock,
): Promise<Pick<WalkOptions, "ignored" | "chosen" | "guard">> {
  const { include, exclude = [], ignore = [] } = given;
  const ignoreFile = await readIgnoreFile(root, given.ignoreFile);
  const included = include?.map(glob);
  const excluded = exclude.map(glob);
  return {
    ignored: gitignore([...ignoreFile, ...ignore]),
    chosen: (file) =>
      (included === undefined || included.some((each) => each(file))) && !excluded.some((each) => each(file)),
    guard: guardOf([...(include ?? []), ...exclude, ...ignore, ...ignoreFile], clock),
  };
}

/** `sha256sum`'s line, cut short. It marks and escapes a name with a line feed, which else could pass for several lines. */
function line({ file, digest }: DigestedFile): string {
  if (!file.includes("\n")) return `${digest}  ${file}\n`;
  return `\\${digest}  ${file.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n`;
}

/** Without a URL the keys are the files' own paths. */
function pathKeys(files: readonly DigestedFile[], given: Given): Keys {
  const contents = new Map<string, string>();
  for (const { file, digest } of files) {
    const key = spelled(file, given);
    if (contents.has(key)) throw new Refusal(`${file} and another file are both served at ${key}.`);
    contents.set(key, digest);
  }
  return { contents: sorted(contents), fallbackDirectories: {}, fallbackTags: {} };
}

async function urlKeys(
  root: string,
  files: readonly DigestedFile[],
  given: Given & { readonly urlPrefix: string },
  whole: string,
): Promise<Keys> {
  const preset = given.preset === undefined ? undefined : presets[given.preset];
  const serving = { ...given, cleanUrls: given.cleanUrls ?? preset?.cleanUrls ?? false };
  const roots = siteRoots(given.urlPrefix, given.hosts ?? [], serving);
  const index = new UrlIndex(files, roots, serving);
  await addListedUrls(root, given.urlSources ?? [], index, whole.slice(0, 32));
  const rules = { rules: given.fallback ?? preset?.fallback ?? [], required: given.fallback !== undefined };
  const { fallbackDirectories, fallbackTags } = fallbackTargets(files, rules, roots, serving);
  return {
    contents: sorted(index.entries()),
    fallbackDirectories: sorted(fallbackDirectories),
    fallbackTags: sorted(fallbackTags),
  };
}

/** As states keep it: then comparing is one walk through both. */
function sorted(entries: Iterable<readonly [key: string, digest: string]>): Record<string, string> {
  return Object.fromEntries([...entries].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function emptiness(root: string, given: Given, { leftOut }: Walked): string {
  const why =
    leftOut === 0
      ? "it is empty. Did the build run, and into this folder?"
      : `include, exclude and ignore leave out all that is there${given.include === undefined ? "" : ` (include: ${given.include.join(", ")})`}.`;
  return `path: no file of ${root} is taken: ${why} If that is meant, set allowEmpty.`;
}

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

async function readIgnoreFile(root: string, file: string | undefined): Promise<string[]> {
  if (file === undefined) return [];
  return (await readTextFile(path.join(root, file), "ignoreFile")).toString().split(/\r?\n/);
}
