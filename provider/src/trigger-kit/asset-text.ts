/** The text of an asset that a program gives. */
import { fileURLToPath } from "node:url";
import { Refusal } from "../core/errors.ts";
import { readTextFile } from "../core/text-file.ts";
import type { Asset } from "../engine/define/index.ts";

/** UTF-8 without byte order mark. `property`: what the program gives it in. */
export async function readText({ source }: Asset, property: string): Promise<Buffer> {
  if ("text" in source) return Buffer.from(source.text.replace(/^\uFEFF/, ""));
  const file = "path" in source ? source.path : localPath(source);
  if (file === undefined) throw new Refusal(`${property}: give it as a file or text asset of this machine.`);
  return await readTextFile(file, property);
}

function localPath(source: { readonly uri: string } | { readonly elided: true }): string | undefined {
  if ("elided" in source) return undefined;
  try {
    return fileURLToPath(source.uri);
  } catch {
    return undefined;
  }
}
