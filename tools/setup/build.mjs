/**
 * Builds the plugin, the Node.js SDK and the dynamic resources when their sources changed since the last build.
 * Runs on bare Node 20 with no dependencies; the builds are TypeScript, which `tsx` loads on any Node.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { capture, lastLines } from "./run.mjs";

/**
 * @typedef {object} Build
 * @property {string} name
 * @property {string} needs     the file without which there is nothing to build yet
 * @property {string[]} inputs  files and folders; a change in any of them builds again
 * @property {string} output    a file that must exist afterwards
 * @property {string[]} command arguments for Node
 * @property {import("./dependencies.mjs").Scope} scope  "demo": the demo needs it too
 * @property {string} [after]   another build, which it stands on
 * @property {(root: string) => void} [finish]
 */

/** @type {Build[]} */
const builds = [
  {
    name: "plugin",
    scope: "demo",
    needs: "provider/build.ts",
    inputs: [
      "provider/src",
      "provider/schema.json",
      "provider/build.ts",
      "provider/bundling.ts",
      "provider/package.json",
      "package-lock.json",
    ],
    output: "provider/bin/pulumi-resource-edgecache",
    command: ["provider/build.ts"],
  },
  {
    name: "sdk/nodejs",
    scope: "demo",
    needs: "sdk/nodejs/tsconfig.json",
    inputs: ["sdk/nodejs"],
    output: "sdk/nodejs/bin/index.js",
    command: ["node_modules/typescript/bin/tsc", "-p", "sdk/nodejs"],
    finish: writeSdkVersion,
  },
  {
    name: "sdk/dynamic",
    scope: "all",
    needs: "sdk/dynamic/build.ts",
    inputs: [
      "provider/src",
      "provider/bundling.ts",
      "provider/package.json",
      "sdk/nodejs",
      "sdk/dynamic",
      "tools/release/notices.ts",
      "tools/release/terms.ts",
      "package-lock.json",
    ],
    output: "sdk/dynamic/dist/index.js",
    command: ["sdk/dynamic/build.ts"],
    after: "sdk/nodejs",
  },
];

/**
 * @param {{ root: string, scope: import("./dependencies.mjs").Scope, force?: boolean, say: (line: string) => void, signal: AbortSignal }} options
 * @returns {Promise<boolean>} whether anything was built
 */
export async function buildOutputs({ root, scope, force = false, say, signal }) {
  /** @type {Map<string | undefined, Promise<boolean>>} */
  const running = new Map();
  for (const build of builds.filter((each) => scope === "all" || each.scope === scope)) {
    const before = running.get(build.after) ?? Promise.resolve(true);
    running.set(
      build.name,
      before.then(() => runBuild(build, { root, force, say, signal })),
    );
  }
  return (await Promise.all(running.values())).some(Boolean);
}

/**
 * @param {Build} build
 * @param {{ root: string, force: boolean, say: (line: string) => void, signal: AbortSignal }} options
 */
async function runBuild(build, { root, force, say, signal }) {
  if (!existsSync(path.join(root, build.needs))) return false;
  const stamp = path.join(root, ".cache", "setup", build.name.replace("/", "-"));
  const hash = hashInputs(root, build);
  if (!force && existsSync(path.join(root, build.output)) && readStamp(stamp) === hash) return false;
  const started = Date.now();
  const result = await capture(process.execPath, ["--import", "tsx", ...build.command], { cwd: root, signal });
  signal.throwIfAborted();
  if (result.code !== 0) throw new Error(`building ${build.name} failed:\n${lastLines(result, 30)}`);
  if (!existsSync(path.join(root, build.output))) {
    throw new Error(`building ${build.name} did not write ${build.output}`);
  }
  build.finish?.(root);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
  say(`${build.name}: built in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return true;
}

/**
 * The generated code asks for its version with `require("./package.json")`, from where it is compiled to.
 * @param {string} root
 */
function writeSdkVersion(root) {
  const { name, version } = JSON.parse(readFileSync(path.join(root, "sdk/nodejs/package.json"), "utf8"));
  writeFileSync(path.join(root, "sdk/nodejs/bin/package.json"), `${JSON.stringify({ name, version })}\n`);
}

/**
 * Content, not time: a checkout that touches every file builds nothing.
 * @param {string} root
 * @param {Build} build
 */
function hashInputs(root, { inputs, command }) {
  const hash = createHash("sha256").update(command.join("\0"));
  for (const file of inputs.flatMap((input) => listFiles(root, input))) {
    hash.update(`\0${file}\0`).update(readFileSync(path.join(root, file)));
  }
  return hash.digest("hex");
}

/**
 * Every source file below a path, sorted; tests and outputs do not count.
 * @param {string} root
 * @param {string} relative
 * @returns {string[]}
 */
function listFiles(root, relative) {
  const stat = statSync(path.join(root, relative), { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.isFile()) return relative.endsWith(".test.ts") ? [] : [relative];
  return readdirSync(path.join(root, relative))
    .filter((name) => !["node_modules", "bin", "dist"].includes(name))
    .sort()
    .flatMap((name) => listFiles(root, `${relative}/${name}`));
}

/** @param {string} file */
function readStamp(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
