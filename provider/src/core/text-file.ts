/** A file that a program names, as text: in the encodings that editors write, and with what is wrong where it is none. */
import { isUtf8 } from "node:buffer";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { Refusal } from "./errors.ts";

/** UTF-8 without byte order mark. `property`: where the program names it. */
export async function readTextFile(file: string, property: string): Promise<Buffer> {
  const where = path.resolve(file);
  const wrong = (what: string): Refusal => new Refusal(`${property}: ${where} ${what}.`);
  const bytes = await readWhole(where).catch((error: unknown) => {
    throw wrong(readProblem(error));
  });
  if (bytes === undefined) throw wrong("is no file but a pipe or a device; give a file");
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw wrong("is compressed (gzip); give it unpacked");
  const text = toUtf8(bytes);
  if (isUtf8(text)) return text;
  throw wrong(`is no UTF-8 text (${firstWrong(text)}); is it Latin-1 or another encoding? Save it as UTF-8`);
}

/** `undefined` for what may never end. A pipe is opened without waiting for who writes into it. */
async function readWhole(where: string): Promise<Buffer | undefined> {
  await using file = await open(where, constants.O_RDONLY | constants.O_NONBLOCK);
  const stats = await file.stat();
  return stats.isFile() || stats.isDirectory() ? await file.readFile() : undefined;
}

/** By the byte order mark, or by the zeros that ASCII in UTF-16 is full of. */
function toUtf8(bytes: Buffer): Buffer {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return bytes.subarray(3);
  const marked = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  if (marked || (bytes.length % 2 === 0 && bytes.length > 1 && (a === 0) !== (b === 0))) {
    const big = marked ? a === 0xfe : a === 0;
    const text = decoded(bytes, big ? "utf-16be" : "utf-16le");
    return text === undefined ? bytes : Buffer.from(text);
  }
  return bytes;
}

function decoded(bytes: Buffer, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
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
