/**
 * npm run fuzz: plays random lives of triggers until one goes wrong.
 *
 *   npm run fuzz                                 10,000 lives
 *   npm run fuzz -- --runs 100000
 *   npm run fuzz -- --seed 123 --path 96:3:0     the one that a failure printed
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { runs: { type: "string", default: "10000" }, seed: { type: "string" }, path: { type: "string" } },
});
const root = path.resolve(import.meta.dirname, "../..");
const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
const env = {
  ...process.env,
  FUZZ_RUNS: values.runs,
  ...(values.seed === undefined ? {} : { FUZZ_SEED: values.seed }),
  ...(values.path === undefined ? {} : { FUZZ_PATH: values.path }),
};
const run = spawn(process.execPath, [vitest, "run", "--project", "unit", "test/fuzz/lifecycle"], {
  cwd: root,
  env,
  stdio: "inherit",
});
run.on("exit", (code) => (process.exitCode = code ?? 1));
