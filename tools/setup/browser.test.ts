import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findChromium, provideBrowser } from "./browser.mjs";

let folder: string;
const at = (name: string): string => path.join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "edgecache-browser-"));
});

afterEach(() => rm(folder, { recursive: true }));

/** What set-up says on a machine with this apt-get, given as a script. */
async function provide(aptGet?: string): Promise<string[]> {
  if (aptGet !== undefined) {
    await writeFile(at("apt-get"), `#!/bin/sh\ncd "$(dirname "$0")"\n${aptGet}\n`);
    await chmod(at("apt-get"), 0o755);
  }
  const said: string[] = [];
  const machine = { places: [undefined, at("chromium")], installer: aptGet === undefined ? undefined : at("apt-get") };
  await provideBrowser({ say: (line) => said.push(line), machine });
  return said;
}

const notRun = "the test of the emulator's page will say that it did not run";

describe.skipIf(process.platform === "win32")("a browser", () => {
  test("that is there is taken, and nothing is said", async () => {
    await writeFile(at("chromium"), "");
    expect(await provide("exit 1")).toEqual([]);
    expect(findChromium({ places: [at("none"), at("chromium")], installer: undefined })).toBe(at("chromium"));
  });

  test("is installed by apt-get", async () => {
    expect(await provide('echo "$DEBIAN_FRONTEND $@" >> calls; [ "$1" = update ] || touch chromium')).toEqual([
      "browser: no Chromium, installing Debian's",
      `browser: installed at ${at("chromium")}`,
    ]);
    expect(await readFile(at("calls"), "utf8")).toBe(
      "noninteractive update -qq\nnoninteractive install -y -qq --no-install-recommends chromium\n",
    );
  });

  test("that cannot be installed is no failure: the reason is said", async () => {
    expect(
      await provide('[ "$1" = update ] || { echo "E: Unable to locate package chromium" >&2; exit 100; }'),
    ).toEqual([
      "browser: no Chromium, installing Debian's",
      `browser: apt-get install failed (E: Unable to locate package chromium); ${notRun}`,
    ]);
    expect(await provide("true")).toContain(`browser: installed, but not where it is looked for; ${notRun}`);
  });

  test("is not installed by a user who may not", async () => {
    expect(await provide()).toEqual([
      `browser: no Chromium, and no right to install one (set CHROMIUM to its path); ${notRun}`,
    ]);
  });
});
