/**
 * A browser for the test of the emulator's page: what is there, else Debian's Chromium where this user
 * may install packages. Never fails: without one that test says that it did not run.
 */
import { aptGet, exists, provide } from "./debian.mjs";

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
  installer: aptGet,
};

/** The browser that the test starts; undefined when there is none. */
export function findChromium({ places } = thisMachine) {
  return places.find(exists);
}

/** @param {{ say: (line: string) => void, signal?: AbortSignal, machine?: Machine }} options */
export async function provideBrowser({ say, signal, machine = thisMachine }) {
  await provide(
    {
      name: "browser",
      missing: "no Chromium",
      advice: "set CHROMIUM to its path",
      without: "the test of the emulator's page will say that it did not run",
      package: "chromium",
      find: () => findChromium(machine),
    },
    { say, installer: machine.installer, ...(signal ? { signal } : {}) },
  );
}
