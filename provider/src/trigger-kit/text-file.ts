/** A file that a program gives, as text: in the encodings that editors write, and with what is wrong where it is none. */
import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Refusal } from "../core/errors.ts";
import type { Asset } from "../engine/define/index.ts";

/** UTF-8 without byte order mark. `property`: what the program gives it in. */
export async function readText({ source }: Asset, property: string): Promise<Buffer> {
  if ("text" in source) return Buffer.from(source.text.replace(/^\uFEFF/, ""));
  const file = "path" in source ? source.path : localPath(source);
  if (file === undefined) throw new Refusal(`${property}: give it as a file or text asset of this machine.`);
  const where = path.resolve(file);
  const wrong = (what: string): Refusal => new Refusal(`${property}: ${where} ${what}.`);
  const bytes = await readFile(where).catch((error: unknown) => {
    throw wrong(readProblem(error));
  });
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw wrong("is compressed (gzip); give it unpacked");
  const text = toUtf8(bytes);
  if (isUtf8(text)) return text;
  throw wrong(`is no UTF-8 text (${firstWrong(text)}); is it Latin-1 or another encoding? Save it as UTF-8`);
}

function localPath(source: { readonly uri: string } | { readonly elided: true }): string | undefined {
  if ("elided" in source) return undefined;
  try {
    return fileURLToPath(source.uri);
  } catch {
    return undefined;
  }
}

/** By the byte order mark, or by the zeros that ASCII in UTF-16 is full of. */
function toUtf8(bytes: Buffer): Buffer {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return bytes.subarray(3);
  const marked = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  if (marked || (bytes.length % 2 === 0 && bytes.length > 1 && (a === 0) !== (b === 0))) {
    const big = marked ? a === 0xfe : a === 0;
    return Buffer.from(new TextDecoder(big ? "utf-16be" : "utf-16le").decode(bytes));
  }
  return bytes;
}

function firstWrong(bytes: Buffer): string {
  const rest = new TextDecoder().decode(bytes);
  const at = Buffer.byteLength(rest.slice(0, rest.indexOf("\uFFFD")));
  const line = rest.slice(0, rest.indexOf("\uFFFD")).split("\n").length;
  return `byte 0x${(bytes[at] ?? 0).toString(16).toUpperCase()} in line ${line}`;
}

function readProblem(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return "does not exist";
    case "EISDIR":
      return "is a folder; give a file";
    case "EACCES":
    case "EPERM":
      return "may not be read by this user";
    case "ERR_FS_FILE_TOO_LARGE":
      return "is larger than 2 GiB";
    default:
      return `cannot be read (${String(code)})`;
  }
}
