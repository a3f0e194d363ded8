/**
 * What the tests need beside packages of Node: what is there, else Debian's where this user may install it.
 * Never fails: without it the tests that need it say that they did not run.
 */
import { accessSync } from "node:fs";
import { capture, lastLines } from "./run.mjs";

/**
 * @typedef {object} Needed
 * @property {string} name                     what messages begin with
 * @property {string} missing                  `no Chromium`
 * @property {string} advice                   what a user without the right to install can do
 * @property {string} without                  what its lack means
 * @property {string} package                  Debian's name
 * @property {() => string | undefined} find   where it is
 */

export const aptGet = process.platform === "linux" && process.getuid?.() === 0 ? "/usr/bin/apt-get" : undefined;

/** @param {Needed} needed @param {{ say: (line: string) => void, signal?: AbortSignal, installer: string | undefined }} options */
export async function provide(needed, { say, signal, installer }) {
  const { name, missing, advice, without, find } = needed;
  if (find()) return;
  if (installer === undefined || !exists(installer)) {
    say(`${name}: ${missing}, and no right to install one (${advice}); ${without}`);
    return;
  }
  say(`${name}: ${missing}, installing Debian's`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [
    ["update", "-qq"],
    ["install", "-y", "-qq", "--no-install-recommends", needed.package],
  ]) {
    const done = await capture(installer, args, { env, timeoutMs: 300_000, ...(signal ? { signal } : {}) });
    if (done.code === 0) continue;
    const why = done.timedOut ? "no end after 5 minutes" : lastLines(done, 2).replaceAll("\n", "; ");
    say(`${name}: apt-get ${args[0]} failed (${why}); ${without}`);
    return;
  }
  const installed = find();
  say(
    installed ? `${name}: installed at ${installed}` : `${name}: installed, but not where it is looked for; ${without}`,
  );
}

/** @param {string | undefined} path @returns {path is string} */
export function exists(path) {
  if (path === undefined) return false;
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}
