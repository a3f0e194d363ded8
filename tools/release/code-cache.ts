/**
 * What V8 has compiled of a script, kept beside the executable from its first use on: the next starts do not compile
 * again. It never travels: a cache is of one machine's V8, and two builds of one commit must give the same bytes.
 * It takes the same right to write there as to replace the executable, so it is as trustworthy as that.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { Script } from "node:vm";

/** By then what most runs use has been compiled, and the engine's first calls are answered. */
const writeAfterMs = 400;
const headBytes = 32;

/** The script, from the cache at `file` where that is of this very source, which has this `key`. */
export function compiled(source: string, key: string, file: string, later = afterFirstAnswers): Script {
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
function read(file: string, key: string): Buffer | undefined {
  try {
    const bytes = readFileSync(file);
    const data = bytes.subarray(headBytes);
    return bytes.subarray(0, headBytes).equals(digest(key, data)) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Loaded here: not before the port line, and gRPC takes it next. */
function digest(key: string, data: Uint8Array): Buffer {
  return process.getBuiltinModule("node:crypto").createHash("sha256").update(key).update(data).digest();
}

/** Aside first: half of a file is never read. Where nothing can be written each start compiles, as before. */
function write(file: string, key: string, data: Buffer): void {
  const aside = `${file}.${process.pid}`;
  try {
    writeFileSync(aside, Buffer.concat([digest(key, data), data]));
    renameSync(aside, file);
  } catch {
    rmSync(aside, { force: true });
  }
}
