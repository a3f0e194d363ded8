/**
 * A browser for the test of the emulator's page: what is there, else Debian's Chromium where this user
 * may install packages. Never fails: without one that test says that it did not run.
 */
import { accessSync } from "node:fs";
import { capture, lastLines } from "./run.mjs";

/**
 * What of the machine matters here.
 * @typedef {object} Machine
 * @property {(string | undefined)[]} places  where a browser may be, the first one wins
 * @property {string | undefined} installer   apt-get, if this user may install with it
 */

/** @type {Machine} */
const thisMachine = {
  places: [
    process.env["CHROMIUM"],
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
  ],
  installer: process.platform === "linux" && process.getuid?.() === 0 ? "/usr/bin/apt-get" : undefined,
};

/** The browser that the test starts; undefined when there is none. */
export function findChromium({ places } = thisMachine) {
  return places.find(exists);
}

/** @param {{ say: (line: string) => void, signal?: AbortSignal, machine?: Machine }} options */
export async function provideBrowser({ say, signal, machine = thisMachine }) {
  if (findChromium(machine)) return;
  const { installer } = machine;
  const without = "the test of the emulator's page will say that it did not run";
  if (installer === undefined || !exists(installer)) {
    say(`browser: no Chromium, and no right to install one (set CHROMIUM to its path); ${without}`);
    return;
  }
  say("browser: no Chromium, installing Debian's");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [
    ["update", "-qq"],
    ["install", "-y", "-qq", "--no-install-recommends", "chromium"],
  ]) {
    const done = await capture(installer, args, { env, timeoutMs: 300_000, ...(signal ? { signal } : {}) });
    if (done.code === 0) continue;
    const why = done.timedOut ? "no end after 5 minutes" : lastLines(done, 2).replaceAll("\n", "; ");
    say(`browser: apt-get ${args[0]} failed (${why}); ${without}`);
    return;
  }
  const installed = findChromium(machine);
  say(
    installed ? `browser: installed at ${installed}` : `browser: installed, but not where it is looked for; ${without}`,
  );
}

/** @param {string | undefined} path */
function exists(path) {
  if (path === undefined) return false;
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}
