/**
 * Provides the Pulumi CLI with its language hosts. In this order: what is on PATH, what is in
 * ~/.pulumi/versions, Pulumi's own installer, a build from the Go modules in tools/pulumi.
 * Says in one line why it moved on. Whatever is installed appears in one rename, complete or not at all.
 * Runs on bare Node 20 with no dependencies.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { pinnedVersion, searchPulumi, versionsDir } from "./find-pulumi.mjs";
import { buildPulumi } from "./go-build.mjs";
import { withLock } from "./lock.mjs";
import { capture, lastLines } from "./run.mjs";

const unfinished = ".edgecache-unfinished-";

/** The whole installation: some 100 MB over a slow line. An unreachable host is noticed after 10 s, see the script. */
const installerTimeoutMs = 300_000;

/**
 * @typedef {{ root: string, say: (line: string) => void, signal: AbortSignal }} Options
 * @param {Options} options
 * @returns {Promise<{ pulumi: import("./find-pulumi.mjs").Pulumi, installed: boolean }>}
 */
export async function providePulumi({ root, say, signal }) {
  const { pulumi } = await searchPulumi();
  if (pulumi) return { pulumi, installed: false };
  const lock = path.join(versionsDir(), ".edgecache-setup.lock");
  const onWait = (/** @type {string} */ owner) => say(`pulumi: ${owner} is providing it, waiting`);
  return await withLock(lock, { onWait, signal }, async () => {
    // The process that held the lock may have provided it.
    const { pulumi, tried } = await searchPulumi();
    if (pulumi) return { pulumi, installed: false };
    for (const line of tried) say(`pulumi: ${line}`);
    await install({ root, say, signal }, tried);
    const search = await searchPulumi();
    if (!search.pulumi) throw new Error(`pulumi was installed but is not usable:\n${search.tried.join("\n")}`);
    return { pulumi: search.pulumi, installed: true };
  });
}

/**
 * @param {Options} options
 * @param {string[]} tried
 */
async function install({ root, say, signal }, tried) {
  const versions = versionsDir();
  removeUnfinished(versions);
  const folder = path.join(versions, `${unfinished}${process.pid}`);
  const cleanUp = () => {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // A compiler that is being stopped may still write into it. The next run removes it.
    }
  };
  process.once("exit", cleanUp);
  try {
    for (const provide of [runInstaller, buildPulumi]) {
      cleanUp();
      mkdirSync(folder, { recursive: true });
      const problem = await provide({ root, folder, say, signal });
      signal.throwIfAborted();
      if (!problem) return publish(folder, path.join(versions, pinnedVersion));
      tried.push(problem);
      say(`pulumi: ${problem}`);
    }
  } finally {
    cleanUp();
    process.off("exit", cleanUp);
  }
  throw new Error(
    [
      "No Pulumi CLI could be provided. Tried:",
      ...tried.map((line) => `  - ${line}`),
      "Two ways out:",
      "  - install the official CLI (https://www.pulumi.com/docs/iac/download-install/) and have it on PATH",
      "  - install Go 1.26 or newer (https://go.dev/dl/); the CLI is then built from Go modules in a few minutes",
    ].join("\n"),
  );
}

/**
 * The official installer, through the Automation API in a process of its own so that it can be stopped.
 * @param {Options & { folder: string }} options
 * @returns {Promise<string | undefined>} what was wrong
 */
async function runInstaller({ root, folder, say, signal }) {
  say(`pulumi: asking the official installer for ${pinnedVersion}`);
  const script = path.join(root, "tools/setup/official-installer.mjs");
  const result = await capture(process.execPath, [script, folder, pinnedVersion], {
    cwd: root,
    timeoutMs: installerTimeoutMs,
    signal,
  });
  if (result.code === 0) return undefined;
  if (result.timedOut) return `official installer: not finished after ${installerTimeoutMs / 1000} s`;
  return `official installer: ${lastLines(result, 1)}`;
}

/**
 * @param {string} from
 * @param {string} to
 */
function publish(from, to) {
  // A damaged folder of that name is replaced as a whole: files of two builds never mix.
  if (existsSync(to)) renameSync(to, path.join(path.dirname(to), `${unfinished}replaced-${process.pid}`));
  renameSync(from, to);
  removeUnfinished(path.dirname(to));
}

/**
 * What killed runs left. Only called under the lock, so none of it is in use.
 * @param {string} versions
 */
function removeUnfinished(versions) {
  for (const name of readdirSync(versions)) {
    if (name.startsWith(unfinished)) rmSync(path.join(versions, name), { recursive: true, force: true, maxRetries: 3 });
  }
}
