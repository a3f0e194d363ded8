/**
 * Where the Pulumi CLI is, and the environment to run it in.
 *
 *   const cli = await findPulumi();            // throws with "npm run setup" when there is none
 *   const env = pulumiEnv({ cli, home, backendDir });
 *   const command = await PulumiCommand.get({ root: cli.root });
 *
 * Looks only; `npm run setup` is what provides a CLI. Runs on bare Node 20 with no dependencies.
 *
 * @typedef {object} Pulumi
 * @property {string} root    folder that holds `bin/`, as the Automation API's `PulumiCommand.get({ root })` takes it
 * @property {string} bin     the executable
 * @property {string} version without a leading "v"
 * @property {"path" | "home"} source  found on PATH, or in ~/.pulumi/versions/<version>/bin
 *
 * @typedef {object} Search
 * @property {Pulumi | undefined} pulumi
 * @property {string[]} tried  one line for each place that was looked at and why it does not do
 */
import { readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { capture } from "./run.mjs";

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** The release that is provided when there is none: the one that `tools/pulumi/cli/go.mod` pins. */
export const pinnedVersion = readPinnedVersion();

/**
 * Releases that this project works with. Below 3.231 the engine did not send `Cancel` on a normal
 * shutdown, and Node SDK 3.276 is tested by Pulumi against recent engines only.
 */
export const goodVersions = { from: "3.231.0", below: "4.0.0" };

/** What must stand beside the CLI, or on PATH, for programs in every language that we test. */
export const hosts = [
  "pulumi-language-nodejs",
  "pulumi-language-python",
  "pulumi-language-python-exec",
  "pulumi-language-go",
  "pulumi-language-yaml",
  "pulumi-resource-pulumi-nodejs",
];

/** The folder that holds one folder for each installed release; npm's `pulumi` and the Automation API use it too. */
export function versionsDir() {
  return path.join(homedir(), ".pulumi", "versions");
}

/** @returns {Promise<Pulumi>} */
export async function findPulumi() {
  const { pulumi, tried } = await searchPulumi();
  if (pulumi) return pulumi;
  throw new Error(
    [
      "No usable Pulumi CLI. Run `npm run setup`, which provides one. Looked at:",
      ...tried.map((line) => `  - ${line}`),
    ].join("\n"),
  );
}

/**
 * PATH first, because that is the CLI the user runs by hand; then ~/.pulumi/versions.
 * @returns {Promise<Search>}
 */
export async function searchPulumi() {
  /** @type {string[]} */
  const tried = [];
  const pulumi = (await searchPath(tried)) ?? searchHome(tried);
  return { pulumi, tried };
}

/**
 * The environment for a CLI that must not touch the user's own stacks, accounts or the network: a file
 * backend, a home of its own, no update check, no plugin download, no registry. What the caller's
 * environment says about Pulumi or a cloud account is dropped on purpose.
 *
 * @param {object} options
 * @param {Pick<Pulumi, "bin">} options.cli
 * @param {string} options.home        PULUMI_HOME: plugins, credentials file, workspaces
 * @param {string} options.backendDir  where the stacks' state goes; must exist
 * @param {string} [options.passphrase]
 * @param {NodeJS.ProcessEnv} [options.base]
 * @returns {Record<string, string>}
 */
export function pulumiEnv({ cli, home, backendDir, passphrase = "edgecache", base = process.env }) {
  /** @type {Record<string, string>} */
  const env = {};
  let searchPath = "";
  for (const [name, value] of Object.entries(base)) {
    if (value === undefined || foreign.test(name)) continue;
    if (name.toUpperCase() === "PATH") searchPath = value;
    else env[name] = value;
  }
  const nodeBin = path.join(repository, "node_modules", ".bin");
  return {
    ...env,
    PATH: [path.dirname(cli.bin), nodeBin, ...searchPath.split(path.delimiter)].filter(Boolean).join(path.delimiter),
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: fileBackend(backendDir),
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_SKIP_CONFIRMATIONS: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    // Pulumi's Node.js host compiles the same megabytes of JavaScript for each command.
    NODE_COMPILE_CACHE: env["NODE_COMPILE_CACHE"] ?? path.join(repository, ".cache", "node-compile"),
  };
}

const foreign = /^(PULUMI_|ALIBABA_CLOUD_|ALIYUN_|ALICLOUD_|TENCENTCLOUD_|TKE_)/i;

/** @param {string} dir */
function fileBackend(dir) {
  const absolute = path.resolve(dir).split(path.sep).join("/");
  return `file://${absolute.startsWith("/") ? "" : "/"}${absolute}`;
}

/**
 * @param {string[]} tried
 * @returns {Promise<Pulumi | undefined>}
 */
async function searchPath(tried) {
  const bin = onPath("pulumi");
  if (!bin) {
    tried.push("PATH: no `pulumi`");
    return undefined;
  }
  const { code, stdout } = await capture(bin, ["version"], {
    timeoutMs: 10_000,
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  const version = /^v?(\d+\.\d+\.\d+\S*)/m.exec(stdout)?.[1];
  if (code !== 0 || !version) {
    tried.push(`PATH: ${bin} does not tell its version`);
    return undefined;
  }
  if (!isGood(version)) {
    tried.push(`PATH: ${bin} is ${version}, needed is at least ${goodVersions.from} and below ${goodVersions.below}`);
    return undefined;
  }
  const missing = hosts.filter((host) => !isIn(path.dirname(bin), host) && !onPath(host));
  if (missing.length > 0) {
    tried.push(`PATH: ${bin} has no ${missing.join(", ")} beside it`);
    return undefined;
  }
  if (path.basename(path.dirname(bin)) !== "bin") {
    tried.push(`PATH: ${bin} is not in a folder named bin, which the Automation API asks for`);
    return undefined;
  }
  return { root: path.dirname(path.dirname(bin)), bin, version, source: "path" };
}

/**
 * @param {string[]} tried
 * @returns {Pulumi | undefined}
 */
function searchHome(tried) {
  const dir = versionsDir();
  const releases = installedReleases();
  if (releases.length === 0) tried.push(`${dir}: no release in it`);
  for (const pulumi of releases) {
    const bin = path.dirname(pulumi.bin);
    const missing = ["pulumi", ...hosts].filter((name) => !isIn(bin, name));
    if (missing.length === 0) return pulumi;
    tried.push(`${bin}: lacks ${missing.join(", ")}`);
  }
  return undefined;
}

/**
 * Good ones in ~/.pulumi/versions, complete or not: the pinned one first, then the newest.
 * @returns {Pulumi[]}
 */
export function installedReleases() {
  const dir = versionsDir();
  const newestFirst = listFolders(dir).filter(isGood).sort(compareVersions).reverse();
  const pinned = newestFirst.filter((version) => version === pinnedVersion);
  return [...pinned, ...newestFirst.filter((version) => version !== pinnedVersion)].map((version) => {
    const root = path.join(dir, version);
    return { root, bin: path.join(root, "bin", executable("pulumi")), version, source: "home" };
  });
}

/** @param {string} name */
export function executable(name) {
  return process.platform === "win32" ? `${name}.exe` : name;
}

/**
 * The full path of a command on PATH. Skips this repository's own node_modules unless asked for.
 * @param {string} name
 * @param {{ skip?: (dir: string) => boolean }} [options]
 * @returns {string | undefined}
 */
export function onPath(name, { skip = () => false } = {}) {
  const names = fileNames(name);
  for (const dir of (process.env["PATH"] ?? "").split(path.delimiter)) {
    if (!dir || skip(dir)) continue;
    for (const file of names) {
      const full = path.join(dir, file);
      if (isFile(full)) return full;
    }
  }
  return undefined;
}

/**
 * @param {string} dir
 * @param {string} name
 */
function isIn(dir, name) {
  return fileNames(name).some((file) => isFile(path.join(dir, file)));
}

/** @param {string} name */
function fileNames(name) {
  // Scripts such as pulumi-language-python-exec have no extension on Windows either.
  return process.platform === "win32" ? [`${name}.exe`, `${name}.cmd`, name] : [name];
}

/** @param {string} file */
function isFile(file) {
  try {
    return statSync(realpathSync(file)).isFile();
  } catch {
    return false;
  }
}

/** @param {string} dir */
function listFolders(dir) {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

/** @param {string} version */
function isGood(version) {
  return (
    /^\d+\.\d+\.\d+$/.test(version) &&
    compareVersions(version, goodVersions.from) >= 0 &&
    compareVersions(version, goodVersions.below) < 0
  );
}

/**
 * @param {string} a
 * @param {string} b
 */
export function compareVersions(a, b) {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function readPinnedVersion() {
  const goMod = readFileSync(path.join(repository, "tools/pulumi/cli/go.mod"), "utf8");
  const version = /^\s*github\.com\/pulumi\/pulumi\/pkg\/v3 v(\S+)/m.exec(goMod)?.[1];
  if (!version) throw new Error("tools/pulumi/cli/go.mod does not require github.com/pulumi/pulumi/pkg/v3");
  return version;
}
