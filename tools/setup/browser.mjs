/**
 * A browser for the test of the emulator's page: what is there, else Debian's Chromium where this user
 * may install packages. Never fails: without one that test says that it did not run.
 */
import { accessSync } from "node:fs";
import { capture, lastLines } from "./run.mjs";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];

/** @param {{ say: (line: string) => void, signal?: AbortSignal }} options */
export async function provideBrowser({ say, signal }) {
  if ([process.env["CHROMIUM"], ...places].some(exists)) return;
  const without = "the test of the emulator's page will say that it did not run";
  if (process.platform !== "linux" || process.getuid?.() !== 0 || !exists("/usr/bin/apt-get")) {
    say(`browser: no Chromium, and no right to install one (set CHROMIUM to its path); ${without}`);
    return;
  }
  say("browser: no Chromium, installing Debian's");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [
    ["update", "-qq"],
    ["install", "-y", "-qq", "--no-install-recommends", "chromium"],
  ]) {
    const done = await capture("/usr/bin/apt-get", args, { env, timeoutMs: 300_000, ...(signal ? { signal } : {}) });
    if (done.code === 0) continue;
    const why = done.timedOut ? "no end after 5 minutes" : lastLines(done, 2).replaceAll("\n", "; ");
    say(`browser: apt-get ${args[0]} failed (${why}); ${without}`);
    return;
  }
  say("browser: installed");
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
