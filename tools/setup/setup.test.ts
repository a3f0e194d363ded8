import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hosts, pinnedVersion, pulumiEnv } from "./find-pulumi.mjs";
import { withLock } from "./lock.mjs";
import { capture } from "./run.mjs";
import { warmGo } from "./warm-go.mjs";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "edgecache-setup-"));
});

afterEach(() => rm(folder, { recursive: true }));

describe("lock", () => {
  test("only one at a time, in any number", async () => {
    const lock = path.join(folder, "lock");
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await sleep(20);
      inside--;
    };
    await Promise.all(Array.from({ length: 5 }, () => withLock(lock, {}, work)));
    expect(most).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  test("a killed owner does not hold it", async () => {
    const lock = path.join(folder, "lock");
    const script = `import { withLock } from ${JSON.stringify(new URL("lock.mjs", import.meta.url).href)};
      await withLock(${JSON.stringify(lock)}, {}, () => new Promise(() => setInterval(() => {}, 1000)));`;
    const owner = spawn(process.execPath, ["--input-type=module", "-e", script]);
    while (!existsSync(lock)) await sleep(20);
    const ended = new Promise((resolve) => owner.once("exit", resolve));
    owner.kill("SIGKILL");
    await ended;
    expect(existsSync(lock)).toBe(true);
    await expect(withLock(lock, {}, async () => "mine")).resolves.toBe("mine");
  });

  test("it is given back when the work fails", async () => {
    const lock = path.join(folder, "lock");
    await expect(withLock(lock, {}, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(existsSync(lock)).toBe(false);
  });
});

describe.skipIf(process.platform === "win32")("Go", () => {
  const root = path.resolve(import.meta.dirname, "../..");
  const stamp = () => path.join(folder, ".cache/setup/go-warm");
  async function warmed(script: string): Promise<string[]> {
    const go = path.join(folder, "go");
    await writeFile(go, `#!/bin/sh\necho "$@" >> ${folder}/asked\n${script}`);
    await chmod(go, 0o755);
    const said: string[] = [];
    await warmGo({ root: folder, say: (line) => said.push(line), go });
    return said;
  }
  beforeEach(async () => {
    await mkdir(path.join(folder, "sdk/go"), { recursive: true });
    await cp(path.join(root, "sdk/go/go.sum"), path.join(folder, "sdk/go/go.sum"));
  });

  test("is warmed once for each release of Go and set of modules", async () => {
    expect(await warmed("exit 0\n")).toEqual([expect.stringMatching(/^go: compiled what the tests need in \d+ s$/)]);
    expect(await warmed("exit 0\n")).toEqual([]);
    await writeFile(path.join(folder, "sdk/go/go.sum"), "other\n");
    expect(await warmed("exit 0\n")).toHaveLength(1);
    const asked = await readFile(path.join(folder, "asked"), "utf8");
    expect(
      asked
        .trim()
        .split("\n")
        .map((line) => line.split(" ")[0]),
    ).toEqual(["version", "build", "version", "version", "build"]);
  });

  test("what does not compile is told and tried again; no Go is no problem", async () => {
    expect(await warmed('[ "$1" = version ] || { echo "no such module"; exit 1; }\n')).toEqual([
      "go: Pulumi's SDK was not compiled ahead of the tests: no such module",
    ]);
    expect(existsSync(stamp())).toBe(false);
    await warmGo({ root: folder, say: (line) => expect.fail(line), go: path.join(folder, "none") });
  });
});

describe.skipIf(process.platform === "win32")("search", () => {
  test("PATH first", async () => {
    await putRelease(path.join(folder, "cli/bin"), "3.250.0");
    await putRelease(path.join(folder, "home/.pulumi/versions", pinnedVersion, "bin"), pinnedVersion);
    expect(await search(path.join(folder, "cli/bin"))).toMatchObject({
      pulumi: { version: "3.250.0", source: "path", root: path.join(folder, "cli") },
      tried: [],
    });
  });

  test("moves on from a release on PATH that is too old, and says so", async () => {
    await putRelease(path.join(folder, "cli/bin"), "3.100.0");
    await putRelease(path.join(folder, "home/.pulumi/versions/3.240.0/bin"), "3.240.0");
    await putRelease(path.join(folder, "home/.pulumi/versions/3.245.0/bin"), "3.245.0");
    expect(await search(path.join(folder, "cli/bin"))).toMatchObject({
      pulumi: { version: "3.245.0", source: "home" },
      tried: [`PATH: ${folder}/cli/bin/pulumi is 3.100.0, needed is at least 3.231.0 and below 4.0.0`],
    });
  });

  test("the pinned release before a newer one", async () => {
    await putRelease(path.join(folder, "home/.pulumi/versions/3.999.0/bin"), "3.999.0");
    await putRelease(path.join(folder, "home/.pulumi/versions", pinnedVersion, "bin"), pinnedVersion);
    expect(await search("")).toMatchObject({ pulumi: { version: pinnedVersion }, tried: ["PATH: no `pulumi`"] });
  });

  test("a release without its hosts does not count", async () => {
    const bin = path.join(folder, "home/.pulumi/versions/3.240.0/bin");
    await putRelease(bin, "3.240.0");
    await rm(path.join(bin, "pulumi-language-go"));
    expect(await search("")).toEqual({ tried: ["PATH: no `pulumi`", `${bin}: lacks pulumi-language-go`] });
  });

  /** In a process of its own: HOME and PATH belong to a process. */
  async function search(searchPath: string) {
    const script = `import { searchPulumi } from ${JSON.stringify(new URL("find-pulumi.mjs", import.meta.url).href)};
      console.log(JSON.stringify(await searchPulumi()));`;
    const { stdout } = await capture(process.execPath, ["--input-type=module", "-e", script], {
      env: { HOME: path.join(folder, "home"), PATH: searchPath },
    });
    return JSON.parse(stdout);
  }
});

describe.skipIf(process.platform === "win32")("provide", () => {
  test("the official installer, into place in one piece", async () => {
    const { lines, error } = await provide(installerThatWorks());
    expect(error).toBe("");
    expect(lines).toEqual([
      "PATH: no `pulumi`",
      `${folder}/home/.pulumi/versions: no release in it`,
      `asking the official installer for ${pinnedVersion}`,
      `found ${folder}/home/.pulumi/versions/${pinnedVersion}/bin/pulumi, installed: true`,
    ]);
    expect(await readdir(path.join(folder, "home/.pulumi/versions"))).toEqual([pinnedVersion]);
  });

  test("two at the same time install once", async () => {
    const both = await Promise.all([provide(installerThatWorks()), provide(installerThatWorks())]);
    const ends = both.map(({ lines }) => lines.at(-1)?.split(", ")[1] ?? "");
    expect(ends.toSorted()).toEqual(["installed: false", "installed: true"]);
    expect(await readdir(path.join(folder, "home/.pulumi/versions"))).toEqual([pinnedVersion]);
  });

  test("what a killed run left is cleared away", async () => {
    await mkdir(path.join(folder, "home/.pulumi/versions/.edgecache-unfinished-1/bin"), { recursive: true });
    await mkdir(path.join(folder, "home/.pulumi/versions", pinnedVersion, "bin"), { recursive: true });
    const { lines } = await provide(installerThatWorks());
    expect(lines.at(-1)).toContain("installed: true");
    expect(await readdir(path.join(folder, "home/.pulumi/versions"))).toEqual([pinnedVersion]);
  });

  test("when nothing works, one message with what was tried and the ways out", async () => {
    const { error } = await provide("globalThis.fetch = () => Promise.reject(new Error('closed network'));");
    expect(error.replaceAll(folder, "FOLDER").trimEnd()).toMatchInlineSnapshot(`
      "No Pulumi CLI could be provided. Tried:
        - PATH: no \`pulumi\`
        - FOLDER/home/.pulumi/versions: no release in it
        - official installer: Failed to download https://get.pulumi.com/install.sh: closed network
        - Go build: no \`go\` on PATH
      Two ways out:
        - install the official CLI (https://www.pulumi.com/docs/iac/download-install/) and have it on PATH
        - install Go 1.26 or newer (https://go.dev/dl/); the CLI is then built from Go modules in a few minutes"
    `);
    expect(await readdir(path.join(folder, "home/.pulumi/versions"))).toEqual([]);
  });

  /** What Pulumi's own install script does, with commands that only tell their version. */
  function installerThatWorks() {
    const commands = ["pulumi", ...hosts].map((name) => `"$ROOT/bin/${name}"`).join(" ");
    const script = `while [ $# -gt 0 ]; do
        case "$1" in --install-root) ROOT="$2"; shift;; esac; shift
      done
      mkdir -p "$ROOT/bin"
      for command in ${commands}; do
        printf '#!/bin/sh\\necho v${pinnedVersion}\\n' > "$command"; chmod 755 "$command"
      done`;
    return `globalThis.fetch = async () => new Response(${JSON.stringify(script)});`;
  }

  /** In a process of its own, with a network that is a stub and without `go`. */
  async function provide(network: string) {
    const script = `import { providePulumi } from ${JSON.stringify(new URL("provide-pulumi.mjs", import.meta.url).href)};
      const root = ${JSON.stringify(path.resolve(import.meta.dirname, "../.."))};
      const say = (line) => console.log(line.replace("pulumi: ", ""));
      const { pulumi, installed } = await providePulumi({ root, say, signal: new AbortController().signal })
        .catch((error) => { process.stderr.write(error.message); process.exit(1); });
      console.log("found " + pulumi.bin + ", installed: " + installed);`;
    // Only what the install script needs: the machine may have a `pulumi` or a `go` in /usr/bin.
    const bin = path.join(folder, "path");
    await mkdir(bin, { recursive: true });
    for (const name of ["mkdir", "chmod"]) {
      await symlink(path.join("/bin", name), path.join(bin, name)).catch(() => undefined);
    }
    const stub = `data:text/javascript,${encodeURIComponent(network)}`;
    const { stdout, stderr } = await capture(process.execPath, ["--input-type=module", "-e", script], {
      env: { HOME: path.join(folder, "home"), PATH: bin, NODE_OPTIONS: `--import ${stub}` },
    });
    return { lines: stdout.trimEnd().split("\n"), error: stderr };
  }
});

test("the environment for the CLI leaves out the user's own accounts and stacks", () => {
  const base = {
    PATH: "/usr/bin",
    LANG: "C",
    PULUMI_ACCESS_TOKEN: "pul-secret",
    PULUMI_STACK: "production",
    ALIBABA_CLOUD_ACCESS_KEY_ID: "LTAI",
    TENCENTCLOUD_SECRET_ID: "AKID",
  };
  const env = pulumiEnv({ cli: { bin: "/cli/bin/pulumi" }, home: "/home", backendDir: "/state", base });
  expect(env).toMatchObject({ LANG: "C", PULUMI_HOME: "/home", PULUMI_BACKEND_URL: "file:///state" });
  expect(env["PATH"]?.startsWith(`/cli/bin${path.delimiter}`)).toBe(true);
  expect(JSON.stringify(env)).not.toMatch(/pul-secret|production|LTAI|AKID/);
});

/** A release whose commands only tell its version. */
async function putRelease(bin: string, version: string) {
  await mkdir(bin, { recursive: true });
  for (const name of ["pulumi", ...hosts]) {
    await writeFile(path.join(bin, name), `#!/bin/sh\necho v${version}\n`);
    await chmod(path.join(bin, name), 0o755);
  }
}
