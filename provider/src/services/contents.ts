/** `contents` as the program gives it, a map or a file, as one map. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { Refusal } from "../core/errors.ts";
import { Asset } from "../engine/define.ts";

const contentsSchema = z.record(z.string(), z.string());

export async function readContents(
  contents: Readonly<Record<string, string>> | Asset,
): Promise<ReadonlyMap<string, string>> {
  if (!(contents instanceof Asset)) return new Map(Object.entries(contents));
  const parsed = contentsSchema.safeParse(parseJson(await readAsset(contents)));
  if (!parsed.success)
    throw new Refusal("contents: the file must hold a JSON object that maps each target to the hash of its content.");
  return new Map(Object.entries(parsed.data));
}

export async function readAsset({ source }: Asset): Promise<string> {
  if ("text" in source) return source.text;
  if ("path" in source) return readFile(source.path, "utf8");
  if ("uri" in source && source.uri.startsWith("file:")) return readFile(fileURLToPath(source.uri), "utf8");
  throw new Refusal("Give the asset as a file or text asset of this machine.");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
