/** The tools that build the Python package, in a virtual environment of their own, each by its digest. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { onPath } from "../setup/find-pulumi.mjs";
import { withLock } from "../setup/lock.mjs";
import { must } from "./must.ts";

const requirements = path.join(import.meta.dirname, "python-build.txt");

export function venvBin(folder: string): string {
  return path.join(folder, process.platform === "win32" ? "Scripts" : "bin");
}

export function venvPython(folder: string): string {
  return path.join(venvBin(folder), process.platform === "win32" ? "python.exe" : "python");
}

export function python(): string {
  return onPath("python3") ?? onPath("python") ?? "python3";
}

/**
 * A virtual environment into which `pip install` has put what these arguments name. `pip`: a Python whose pip installs it; without
 * one the environment gets its own, which takes seconds.
 */
export async function makeVenv(folder: string, install: readonly string[], pip?: string): Promise<void> {
  const parent = path.dirname(folder);
  await must(python(), ["-m", "venv", ...(pip === undefined ? [] : ["--without-pip"]), folder], parent);
  const own = venvPython(folder);
  const installer = pip === undefined ? [own, "-m", "pip"] : [pip, "-m", "pip", "--python", own];
  const [command = "", ...args] = [
    ...installer,
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--no-compile",
    ...install,
  ];
  await must(command, args, parent);
}

/** The Python that has them, below `cache`; made once for each state of the requirements. */
export async function pythonBuildTools(cache: string): Promise<string> {
  const digest = createHash("sha256").update(await readFile(requirements));
  const folder = path.join(cache, `python-build-${digest.digest("hex").slice(0, 12)}`);
  const done = `${folder}.done`;
  if (existsSync(done)) return venvPython(folder);
  return withLock(`${folder}.lock`, {}, async () => {
    if (existsSync(done)) return venvPython(folder);
    await rm(folder, { recursive: true, force: true });
    await makeVenv(folder, ["--require-hashes", "--only-binary", ":all:", "-r", requirements]);
    await writeFile(done, "");
    return venvPython(folder);
  });
}
