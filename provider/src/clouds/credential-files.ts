/** What is wrong with where credentials are looked for, without a word of what is there. */
import { readFile } from "node:fs/promises";
import type { World } from "../core/context.ts";

/** A file in the vendors' INI form. `undefined`: nothing is wrong that can be seen, or there is none. */
export async function iniProblem(
  file: string,
  section: string,
  needed: readonly string[],
): Promise<string | undefined> {
  const text = await textOf(file);
  if (text === undefined) return undefined;
  if ("problem" in text) return text.problem;
  const names = new Map<string, Set<string>>();
  let current = "";
  for (const [index, raw] of text.lines.entries()) {
    const line = raw.trim();
    if (line === "" || /^[#;]/.test(line)) continue;
    const [, opened] = /^\[([^\]]+)\]$/.exec(line) ?? [];
    const [, name] = /^([^=[\]]+)=/.exec(line) ?? [];
    if (opened !== undefined) current = opened.trim();
    else if (name === undefined) return `${file}, line ${index + 1}, is neither [section] nor name = value`;
    const own = names.get(current) ?? new Set();
    names.set(current, name === undefined ? own : own.add(name.trim()));
  }
  const own = names.get(section);
  if (own === undefined) return `${file} has no section [${section}]`;
  const missing = needed.filter((name) => !own.has(name));
  return missing.length === 0 ? undefined : `section [${section}] of ${file} lacks ${missing.join(", ")}`;
}

async function textOf(file: string): Promise<{ lines: string[] } | { problem: string } | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const absent = error instanceof Error && Reflect.get(error, "code") === "ENOENT";
    return absent ? undefined : { problem: `${file} cannot be read` };
  }
  const problem = encodingProblem(bytes);
  return problem === undefined ? { lines: bytes.toString().split(/\r\n|\n|\r/) } : { problem: `${file} ${problem}` };
}

/** The vendors' SDKs read UTF-8 without a mark. */
export function encodingProblem(bytes: Buffer): string | undefined {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return "begins with a byte order mark; save it without one";
  return bytes.includes(0) ? "is no UTF-8 text; is it UTF-16? Save it as UTF-8" : undefined;
}

/** Of variables that go together, those that are not set although another is; of files that they name, the first that cannot be read. */
export async function environmentProblem(
  env: World["env"],
  together: readonly (readonly string[])[],
  files: readonly string[],
): Promise<string | undefined> {
  const isSet = (name: string): boolean => (env[name] ?? "") !== "";
  for (const names of together) {
    const missing = names.filter((name) => !isSet(name));
    if (missing.length > 0 && missing.length < names.length) {
      return `${names.filter(isSet).join(", ")} is set in the environment, and ${missing.join(", ")} is not`;
    }
  }
  for (const name of files.filter(isSet)) {
    const file = env[name] ?? "";
    if (!(await canRead(file))) return `${file}, which ${name} names, cannot be read`;
  }
  return undefined;
}

export function canRead(file: string): Promise<boolean> {
  return readFile(file).then(
    () => true,
    () => false,
  );
}
