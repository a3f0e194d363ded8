/**
 * npm run fuzz: plays random lives of triggers until one goes wrong, first on
 * the small engine, of each 250 one with a map of 13 MB, then programs of
 * several triggers on the stand-in cloud, with gate and check on a cloud on
 * paper, then some on the real engine; and lets git judge random ignore rules.
 *
 *   npm run fuzz                                 10,000 lives, 1,000 with gate and check, 20 on the real engine
 *   npm run fuzz -- --runs 100000 --engine-runs 200
 *   npm run fuzz -- --seed 123 --path 96:3:0     the one that a failure of the small engine printed
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10000" },
    "engine-runs": { type: "string", default: "20" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    path: { type: "string" },
  },
});
const root = path.resolve(import.meta.dirname, "../..");
const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
const env = {
  ...process.env,
  FUZZ_RUNS: values.runs,
  FUZZ_ENGINE_RUNS: values["engine-runs"],
  FUZZ_RULES: "2000",
  FUZZ_SEED: values.seed,
  ...(values.path === undefined ? {} : { FUZZ_PATH: values.path }),
};
const files = [
  "test/fuzz/lifecycle",
  "test/fuzz/fresh",
  "test/fuzz/programs",
  "test/files/gitignore",
  ...(values.path === undefined ? ["test/engine/lifecycle"] : []),
];
const run = spawn(process.execPath, [vitest, "run", ...files], {
  cwd: root,
  env,
  stdio: "inherit",
});
run.on("exit", (code) => (process.exitCode = code ?? 1));
