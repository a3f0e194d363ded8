/**
 * What V8 has compiled of a script, kept beside the executable from its first use on: the next starts do not compile
 * again. It never travels: a cache is of one machine's V8, and two builds of one commit must give the same bytes.
 * It takes the same right to write there as to replace the executable, so it is as trustworthy as that.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { Script } from "node:vm";
import { crc32 } from "node:zlib";

/** By then what most runs use has been compiled, and the engine's first calls are answered. */
const writeAfterMs = 400;
const headBytes = 8;

/** The script, from the cache at `file` where that is of this very source. */
export function compiled(source: string, file: string, later = afterFirstAnswers): Script {
  const key = crc32(source);
  const cachedData = read(file, key);
  const script = new Script(source, { filename: "late.js", cachedData });
  if (cachedData === undefined || script.cachedDataRejected === true) {
    later(() => write(file, key, script.createCachedData()));
  }
  return script;
}

function afterFirstAnswers(work: () => void): void {
  setTimeout(work, writeAfterMs).unref();
}

/** V8 itself compares no more than its version, its flags and how long the source is. */
function read(file: string, key: number): Buffer | undefined {
  try {
    const bytes = readFileSync(file);
    const data = bytes.subarray(headBytes);
    const isWhole = bytes.readUInt32LE(0) === key && bytes.readUInt32LE(4) === crc32(data);
    return isWhole ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Aside first: half of a file is never read. Where nothing can be written each start compiles, as before. */
function write(file: string, key: number, data: Buffer): void {
  const aside = `${file}.${process.pid}`;
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(key, 0);
  head.writeUInt32LE(crc32(data), 4);
  try {
    writeFileSync(aside, Buffer.concat([head, data]));
    renameSync(aside, file);
  } catch {
    rmSync(aside, { force: true });
  }
}
