/**
 * Installs what package-lock.json says when it is not what is installed.
 * Runs on bare Node 20 with no dependencies.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { onPath } from "./find-pulumi.mjs";
import { capture } from "./run.mjs";

/**
 * @param {{ root: string, say: (line: string) => void, signal: AbortSignal }} options
 * @returns {Promise<boolean>} whether anything was installed
 */
export async function installDependencies({ root, say, signal }) {
  const why = whyInstall(root);
  if (!why) return false;
  say(`dependencies: ${why}, running npm ci`);
  const started = Date.now();
  const { command, args } = npm(root);
  const result = await capture(
    command,
    [...args, "ci", "--include=dev", "--loglevel=error", "--no-audit", "--no-fund"],
    {
      cwd: root,
      env: npmEnv(),
      signal,
    },
  );
  signal.throwIfAborted();
  if (result.code !== 0) throw new Error(`npm ci failed:\n${firstLines(result.stderr)}`);
  writeFileSync(stampFile(root), lockHash(root));
  say(`dependencies: installed in ${seconds(started)}`);
  return true;
}

/**
 * npm keeps its own record of what it installed, node_modules/.package-lock.json, and writes it last: a
 * killed install leaves none. Comparing with that instead of only with a stamp of ours means that
 * somebody's `npm install` by hand does not make us delete and fetch everything again.
 *
 * @param {string} root
 * @returns {string | undefined} the reason, undefined when there is nothing to do
 */
export function whyInstall(root) {
  if (!existsSync(nodeBinary(root))) return "not installed yet";
  const record = readJson(path.join(root, "node_modules", ".package-lock.json"));
  if (!record) return "the last install was not finished";
  if (readText(stampFile(root)) === lockHash(root)) return undefined;
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
  mkdirSync(path.dirname(stampFile(root)), { recursive: true });
  writeFileSync(stampFile(root), lockHash(root));
  return undefined;
}

/**
 * The pinned Node 24 of devDependency `node`: what builds and tests run on, whatever Node started us.
 * @param {string} root
 */
export function nodeBinary(root) {
  return path.join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
}

/** @param {string} root */
function stampFile(root) {
  return path.join(root, "node_modules", ".edgecache-lock-hash");
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
function readText(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** @param {string} file */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
