/**
 * Builds the Pulumi CLI and its language hosts from the Go modules in tools/pulumi: for machines that
 * reach a Go module proxy but not Pulumi's own download host.
 * Runs on bare Node 20 with no dependencies.
 */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { executable, onPath, pinnedVersion } from "./find-pulumi.mjs";
import { capture, lastLines } from "./run.mjs";

/** Each is a module of its own because the hosts are only published as Go packages up to sdk v3.65.1. */
const modules = ["cli", "hosts"];
const progressEveryMs = 10_000;

/**
 * @typedef {object} Options
 * @property {string} root
 * @property {string} folder  gets `bin/` with everything in it
 * @property {(line: string) => void} say
 * @property {AbortSignal} signal
 *
 * @param {Options} options
 * @returns {Promise<string | undefined>} what was wrong
 */
export async function buildPulumi({ root, folder, say, signal }) {
  const go = onPath("go");
  if (!go) return "Go build: no `go` on PATH";
  const { code, stdout, stderr } = await capture(go, ["version"], { cwd: moduleDir(root, "cli"), signal });
  if (code !== 0) return `Go build: ${lastLines({ code, stdout, stderr, timedOut: false }, 1)}`;
  const goVersion = /go(\d+)\.(\d+)/.exec(stdout);
  if (!goVersion || Number(goVersion[1]) * 1000 + Number(goVersion[2]) < 1026) {
    return `Go build: ${go} is ${goVersion?.[0] ?? "of an unknown version"}, needed is go1.26 or newer`;
  }
  const bin = path.join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  say(
    `pulumi: building ${pinnedVersion} and its hosts from Go modules with ${goVersion[0]} (about 4 minutes the first time)`,
  );
  const started = Date.now();
  const problems = await Promise.all(modules.map((name) => buildModule({ name, go, root, bin, say, signal })));
  const problem =
    problems.find(Boolean) ?? (await copyScripts({ go, root, bin, signal })) ?? (await tryOut({ bin, signal }));
  if (problem) return `Go build: ${problem}`;
  writeFileSync(
    path.join(folder, "built-by-edgecache.json"),
    `${JSON.stringify({ from: "tools/pulumi", version: pinnedVersion, go: goVersion[0] }, null, 2)}\n`,
  );
  say(`pulumi: built in ${Math.round((Date.now() - started) / 1000)} s`);
  return undefined;
}

/**
 * @param {Omit<Options, "folder"> & { name: string, go: string, bin: string }} options
 * @returns {Promise<string | undefined>}
 */
async function buildModule({ name, go, root, bin, say, signal }) {
  const cwd = moduleDir(root, name);
  const progress = progressOf(name, say);
  try {
    // Also downloads; the count is what `go build -v` may print at most, less for what is in Go's cache.
    const list = await capture(go, ["list", "-deps", "tool"], {
      cwd,
      env: goEnv(),
      signal,
      onLine: progress.onListLine,
    });
    if (list.code !== 0) return `${name}: ${lastLines(list)}`;
    progress.packages(list.stdout.split("\n").filter(Boolean).length);
    const build = await capture(
      go,
      ["build", "-v", "-trimpath", "-buildvcs=false", "-ldflags", linkerFlags(cwd), "-o", bin + path.sep, "tool"],
      { cwd, env: goEnv(), signal, onLine: progress.onBuildLine },
    );
    return build.code === 0 ? undefined : `${name}: ${lastLines(build)}`;
  } finally {
    progress.stop();
  }
}

/**
 * What `go` prints becomes a line every ten seconds: a log in CI stays short, and a person sees that it is alive.
 * @param {string} name
 * @param {(line: string) => void} say
 */
function progressOf(name, say) {
  const started = Date.now();
  let downloads = 0;
  let compiled = 0;
  let packages = 0;
  const timer = setInterval(() => {
    const elapsed = `${Math.round((Date.now() - started) / 1000)} s`;
    const state =
      packages === 0 ? `${downloads} modules downloaded` : `${compiled} of at most ${packages} packages compiled`;
    say(`pulumi: ${name}: ${state}, ${elapsed}`);
  }, progressEveryMs);
  return {
    onListLine: (/** @type {string} */ line) => {
      if (line.startsWith("go: downloading")) downloads++;
    },
    onBuildLine: (/** @type {string} */ line) => {
      if (/^[\w.-]+(\/\S*)?$/.test(line)) compiled++;
    },
    packages: (/** @type {number} */ count) => {
      packages = count;
    },
    stop: () => clearInterval(timer),
  };
}

/**
 * The parts of Pulumi that are scripts: dynamic providers come with the npm package, the shim that runs
 * Python programs with the module of the hosts.
 *
 * @param {{ go: string, root: string, bin: string, signal: AbortSignal }} options
 * @returns {Promise<string | undefined>}
 */
async function copyScripts({ go, root, bin, signal }) {
  const module = await capture(go, ["list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3"], {
    cwd: moduleDir(root, "hosts"),
    env: goEnv(),
    signal,
  });
  if (module.code !== 0) return lastLines(module);
  const npm = path.join(root, "node_modules/@pulumi/pulumi");
  const scripts = [
    path.join(npm, "pulumi-resource-pulumi-nodejs"),
    path.join(npm, "pulumi-resource-pulumi-nodejs.cmd"),
    path.join(module.stdout.trim(), "python/cmd/pulumi-language-python-exec"),
  ];
  for (const script of scripts) {
    const copy = path.join(bin, path.basename(script));
    copyFileSync(script, copy);
    // The module cache is read-only and without execute bits.
    chmodSync(copy, 0o755);
  }
  return undefined;
}

/**
 * @param {{ bin: string, signal: AbortSignal }} options
 * @returns {Promise<string | undefined>}
 */
async function tryOut({ bin, signal }) {
  const { code, stdout } = await capture(path.join(bin, executable("pulumi")), ["version"], {
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeoutMs: 60_000,
    signal,
  });
  if (code === 0 && stdout.trim() === `v${pinnedVersion}`) return undefined;
  return `the built CLI says "${stdout.trim()}" instead of v${pinnedVersion}`;
}

/**
 * Without it `pulumi version` prints nothing, and the Automation API refuses the CLI.
 * @param {string} cwd
 */
function linkerFlags(cwd) {
  const sdk = /^\s*(?:require )?github\.com\/pulumi\/pulumi\/sdk\/v3 (v\S+)/m.exec(
    readFileSync(path.join(cwd, "go.mod"), "utf8"),
  );
  return `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${sdk?.[1]}`;
}

/** The user's own Go settings hold, but the build must neither edit go.mod nor need a C compiler. */
function goEnv() {
  return { ...process.env, GOFLAGS: "-mod=readonly", GOWORK: "off", CGO_ENABLED: "0" };
}

/**
 * @param {string} root
 * @param {string} name
 */
function moduleDir(root, name) {
  return path.join(root, "tools/pulumi", name);
}
