/**
 * A process that keeps vitest's server with all its transformed modules, and
 * runs what it is told to: its parent ends it when a mutant hangs. Started by
 * `fork` with the copy of the tree as its argument.
 */
import path from "node:path";
import { inspect } from "node:util";
import { type Order, type Ran } from "./messages.ts";
import { createVitest, type TestCase, type TestModule, type Vitest } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Id of the mutant that is switched on. */
    mutant: string;
    /** Where it is written which tests come by which mutant; nowhere if empty. */
    hitsFolder: string;
  }
}

const [scratch = ""] = process.argv.slice(2);
const started = new Map<number, Promise<Vitest>>();

process.on("message", (order: Order) => void run(order).then((ran) => process.send?.(ran)));

async function run({ mutant, hitsFolder, tests, bail }: Order): Promise<Ran> {
  const vitest = await serve(bail);
  vitest.provide("mutant", mutant);
  vitest.provide("hitsFolder", hitsFolder);
  const project = vitest.projects[0];
  if (project === undefined) throw new Error("vitest has no project");
  const specifications = Object.entries(tests).map(([file, ids]) =>
    project.createSpecification(path.join(scratch, file), ids.length === 0 ? undefined : { testIds: [...ids] }),
  );
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
  const cases = testModules.flatMap((each) => [...each.children.allTests()].map((test) => ({ test, module: each })));
  const failed = [
    ...cases.filter(({ test }) => test.result().state === "failed").map(({ test }) => nameOf(test)),
    // What fails outside of a test: a module that cannot be loaded, a hook.
    ...testModules.filter((each) => each.state() === "failed" && each.errors().length > 0).map(fileOf),
    // Some come without a prototype, and so without a text of their own.
    ...unhandledErrors.map((error) => inspect(error)),
  ];
  const told = cases.map(({ test, module }) => ({
    file: fileOf(module),
    id: test.id,
    ms: test.diagnostic()?.duration ?? 0,
    ok: test.result().state === "passed",
  }));
  return { failed, tests: told };
}

/** One server for each way to run: the first run wants all failures, the others only one. */
function serve(bail: number): Promise<Vitest> {
  const found = started.get(bail);
  if (found !== undefined) return found;
  const config = path.join(scratch, "tools/mutate/vitest.config.ts");
  // Modules that are loaded afresh for each file tell of each file what happens then.
  const options = { config, root: scratch, bail, isolate: bail === 0, maxWorkers: 1 };
  const created = createVitest("test", options);
  const ready = created.then(async (vitest) => {
    await vitest.standalone();
    return vitest;
  });
  started.set(bail, ready);
  return ready;
}

function nameOf(test: TestCase): string {
  return `${fileOf(test.module)} > ${test.fullName}`;
}

function fileOf(module: TestModule): string {
  return path.relative(scratch, module.moduleId);
}
