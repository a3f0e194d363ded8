/**
 * npm run mutate: makes small changes to the provider's sources, one at a
 * time, in a copy of the tree, and tells which of them no test notices.
 *
 *   npm run mutate                         300 of them, the same ones each time
 *   npm run mutate -- --count 50 --files triggers/submit
 *   npm run mutate -- --id 0123456789      one, as a report names it
 *
 * A run that was stopped goes on where it was, until sources or tests change.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { choose, type Trial } from "./choose.ts";
import { byFile, Coverage, within } from "./coverage.ts";
import { baselineShape, type Ran } from "./messages.ts";
import type { Mutant } from "./mutants.ts";
import { Pool } from "./pool.ts";
import { report, resultShape, type Result } from "./report.ts";
import { copyTree } from "./scratch.ts";
import { testFiles, without } from "./test-files.ts";
import { switched } from "./switches.ts";

const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "300" },
    seed: { type: "string", default: "1" },
    files: { type: "string", default: "" },
    id: { type: "string" },
    /** Seconds that the tests of one mutant may take, as measured without it. */
    budget: { type: "string", default: "60" },
    jobs: { type: "string", default: "2" },
    /** Fails if fewer percent are noticed. */
    least: { type: "string", default: "0" },
  },
});

const root = path.resolve(import.meta.dirname, "../..");
const count = Number(options.count);
const { sources, trials, notes } = choose(root, { count, seed: options.seed, files: options.files, id: options.id });
const place = path.join(tmpdir(), `edgecache-mutate-${digest([root]).slice(0, 8)}`);
const scratch = path.join(place, "tree");
const folder = path.join(place, digest(contents()).slice(0, 16));
const resultsFile = path.join(folder, "results.jsonl");
const baselineFile = path.join(folder, "baseline.jsonl");
const controlFile = path.join(folder, "control.jsonl");
const hitsFolder = path.join(folder, "hits");

using pool = new Pool(scratch);
process.once("SIGINT", () => {
  pool[Symbol.dispose]();
  process.exit(130);
});

if (!existsSync(folder)) rmSync(place, { recursive: true, force: true });
mkdirSync(hitsFolder, { recursive: true });
copyTree(root, scratch);
for (const [file, { probes }] of sources) writeFileSync(path.join(scratch, file), probes.text);
const coverage = new Coverage(await baseline(), hitsFolder, scratch);
for (const [file, { text }] of sources) writeFileSync(path.join(scratch, file), switched(text, mutantsIn(file)));
await control();
const earlier = new Map(
  lines(resultsFile)
    .map((line) => resultShape.parse(line))
    .map((each) => [each.id, each]),
);
const results = trials.map(({ id }) => earlier.get(id)).filter((each) => each !== undefined);
const open = trials.filter(({ id }) => !earlier.has(id));
// A change of a whole file is tried alone, since all processes read it.
for (const trial of open) if (trial.how.by === "patch") await tell(trial);
await inTurn(
  open.filter(({ how }) => how.by === "switch"),
  tell,
);
const text = report(results, notes);
writeFileSync(path.join(folder, "report.txt"), text);
console.log(text);
const noticed = results.filter(({ noticedBy }) => noticedBy !== undefined).length;
process.exitCode = noticed * 100 < Number(options.least) * results.length ? 1 : 0;

function mutantsIn(file: string): Mutant[] {
  return trials.flatMap(({ how }) => (how.by === "switch" && how.mutant.file === file ? [how.mutant] : []));
}

/** Everything that decides what a test sees. */
function contents(): string[] {
  const files = globSync(["provider/{src,*.ts}/**", "test/**/*.ts", "*.ts", "package-lock.json"], {
    cwd: root,
  });
  const read = files.filter((file) => /\.(ts|json)$/.test(file)).toSorted();
  return read.map((file) => `${file} ${digest([readFileSync(path.join(root, file), "utf8")])}`);
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex");
}

/** All tests once, with no mutant: which of them pass, how long they take, what they come by. */
async function baseline(): Promise<Ran[]> {
  const wanted = globSync(testFiles, { cwd: root, exclude: without });
  const known = new Map(
    lines(baselineFile)
      .map((line) => baselineShape.parse(line))
      .map((each) => [each.file, each.ran]),
  );
  const missing = wanted.filter((file) => !known.has(file));
  await inTurn(missing, async (file) => {
    const ran = await pool.run({ mutant: "", hitsFolder, tests: { [file]: [] }, bail: 0 }, 1_200_000);
    if (ran === undefined) return console.log(`mutate: left out, since it does not end without any change: ${file}`);
    for (const failed of ran.failed) console.log(`mutate: left out, since it fails without any change: ${failed}`);
    known.set(file, ran);
    appendFileSync(baselineFile, `${JSON.stringify({ file, ran })}\n`);
    console.log(`mutate: ${known.size}/${wanted.length} test files without any change: ${file}`);
  });
  return [...known.values()];
}

/** All tests once more with every switch in the sources and none on: one that fails then would notice anything. */
async function control(): Promise<void> {
  const known = lines(controlFile);
  if (known.length === 0) {
    const ran = await pool.run(
      { mutant: "", hitsFolder: "", tests: byFile(coverage.all()), bail: 1_000_000 },
      1_200_000,
    );
    if (ran === undefined) throw new Error("the tests do not end with switches in the sources");
    const told = new Set(coverage.all().map(({ id }) => id));
    const failed = ran.tests.filter(({ id, ok }) => !ok && told.has(id)).map(({ id }) => id);
    for (const name of ran.failed) console.log(`mutate: left out, since it fails with all switches off: ${name}`);
    appendFileSync(controlFile, `${JSON.stringify(failed)}\n`);
    known.push(failed);
  }
  coverage.leaveOut(z.array(z.string()).parse(known[0]));
}

/** As many at a time as there are jobs. */
async function inTurn<T>(all: readonly T[], work: (each: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let each = all[next++]; each !== undefined; each = all[next++]) await work(each);
  };
  await Promise.all(Array.from({ length: Number(options.jobs) }, worker));
}

async function tell(trial: Trial): Promise<void> {
  const result = await attempt(trial);
  results.push(result);
  appendFileSync(resultsFile, `${JSON.stringify(result)}\n`);
  const said = result.noticedBy === undefined ? "SURVIVED" : "noticed ";
  const seconds = (result.ms / 1000).toFixed(1);
  console.log(`mutate: ${results.length}/${trials.length} ${said} ${result.file}:${result.line} ${seconds} s`);
}

/** The quickest tests first, then all others. */
async function attempt({ id, file, probe, line, from, to, how }: Trial): Promise<Result> {
  const started = performance.now();
  const tests = coverage.testsOf(probe);
  const affordable = within(tests, Number(options.budget) * 1000);
  const quick = within(affordable, 2000);
  const slow = affordable.filter((test) => !quick.includes(test));
  let noticedBy: string | undefined;
  for (const some of [quick, slow]) {
    if (some.length === 0 || noticedBy !== undefined) continue;
    const usualMs = some.reduce((sum, { ms }) => sum + ms, 0);
    const order = { mutant: id, hitsFolder: "", tests: byFile(some), bail: 1 };
    const ran = await (how.by === "switch"
      ? pool.run(order, 60_000 + 10 * usualMs)
      : pool.runWith(file, how.text, order, 60_000 + 10 * usualMs));
    noticedBy = ran === undefined ? "time is up" : ran.failed[0];
  }
  const ms = performance.now() - started;
  return { id, file, line, from, to, noticedBy, tests: tests.length, ran: affordable.length, ms };
}

/** What an earlier run wrote, line by line. */
function lines(file: string): unknown[] {
  if (!existsSync(file)) return [];
  const written = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return written.map((line): unknown => JSON.parse(line));
}
