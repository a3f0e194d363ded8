/**
 * npm run check: everything that holds the house in order besides the tests. Runs every step even when
 * an earlier one failed, prints one line for each and what a failed one said.
 *
 *   npm run check              all steps
 *   npm run check -- lint      these steps only
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { capture } from "./setup/run.mjs";

interface Step {
  readonly name: string;
  /** A script of an npm package or of ours, run by this Node. */
  readonly script: string;
  readonly args: readonly string[];
  /** Said when it fails: what to do about it. */
  readonly hint?: string;
}

const steps: readonly Step[] = [
  { name: "lint", script: "node_modules/oxlint/bin/oxlint", args: ["--deny-warnings"] },
  { name: "format", script: "node_modules/oxfmt/bin/oxfmt", args: ["--check", "."], hint: "npx oxfmt" },
  { name: "text", script: "tools/check-text.ts", args: [] },
  {
    name: "types",
    script: "node_modules/typescript/bin/tsc",
    args: ["-p", ".", "--incremental", "--tsBuildInfoFile", ".cache/check.tsbuildinfo"],
  },
  { name: "generated", script: "tools/gen.ts", args: ["--check"] },
  { name: "unused", script: "node_modules/knip/bin/knip.js", args: ["--no-progress"] },
  { name: "packages", script: "tools/check-packages.ts", args: [] },
  { name: "workflows", script: "tools/check-workflows.ts", args: [] },
  { name: "lockfile", script: "tools/check-lockfile.ts", args: [] },
];

const root = fileURLToPath(new URL("..", import.meta.url));
const { positionals: wanted } = parseArgs({ allowPositionals: true });
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`check: no step ${unknown.join(", ")}; there are ${steps.map((step) => step.name).join(", ")}`);
  process.exit(2);
}

let failed = 0;
for (const step of steps) {
  if (wanted.length > 0 && !wanted.includes(step.name)) continue;
  if (!(await run(step))) failed++;
}
if (failed > 0) console.log(`check: ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

async function run({ name, script, args, hint }: Step): Promise<boolean> {
  const started = performance.now();
  const result = await capture(process.execPath, [path.join(root, script), ...args], { cwd: root });
  const ok = result.code === 0;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`check: ${name.padEnd(10)} ${ok ? "ok    " : "FAILED"} ${seconds.padStart(5)} s`);
  if (!ok) {
    console.log(`${result.stdout}${result.stderr}`.trimEnd().replace(/^/gm, "  "));
    if (hint) console.log(`  to fix: ${hint}`);
  }
  return ok;
}
