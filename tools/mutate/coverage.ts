/** Which tests come by which probe, and in which order to ask them. Pure but for reading what the first run wrote. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
import type { Ran } from "./messages.ts";

interface Test {
  readonly file: string;
  readonly id: string;
  readonly ms: number;
}

const written = z.object({ file: z.string(), hits: z.record(z.string(), z.array(z.string())) });

export class Coverage {
  readonly #tests = new Map<string, Test>();
  /** Probe → tests and, for what happens when modules are loaded, whole files. */
  readonly #byProbe = new Map<string, Set<string>>();

  constructor(ran: readonly Ran[], hitsFolder: string, root: string) {
    for (const test of ran.flatMap((each) => each.tests)) if (test.ok) this.#tests.set(test.id, test);
    for (const name of readdirSync(hitsFolder)) {
      const { file, hits } = written.parse(JSON.parse(readFileSync(path.join(hitsFolder, name), "utf8")));
      for (const [test, ids] of Object.entries(hits)) {
        for (const id of ids) {
          const known = this.#byProbe.get(id) ?? new Set();
          this.#byProbe.set(id, known.add(test === "" ? path.relative(root, file) : test));
        }
      }
    }
  }

  all(): Test[] {
    return [...this.#tests.values()];
  }

  leaveOut(ids: readonly string[]): void {
    for (const id of ids) this.#tests.delete(id);
  }

  /** The quickest first. */
  testsOf(probe: string): Test[] {
    const reached = this.#byProbe.get(probe) ?? new Set();
    const found = [...this.#tests.values()].filter((test) => reached.has(test.id) || reached.has(test.file));
    return found.toSorted((a, b) => a.ms - b.ms);
  }
}

/** The first ones that together take no longer than that, in milliseconds; at least one. */
export function within(tests: readonly Test[], budgetMs: number): Test[] {
  let left = budgetMs;
  return tests.filter((test, at) => (left -= test.ms) >= 0 || at === 0);
}

export function byFile(tests: readonly Test[]): Record<string, string[]> {
  const files: Record<string, string[]> = {};
  for (const { file, id } of tests) (files[file] ??= []).push(id);
  return files;
}
