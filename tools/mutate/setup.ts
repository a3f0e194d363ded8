/**
 * In the copy's tests, before each file: answers the switches, and writes down
 * which tests ask them. Runs in the worker that the tests run in.
 */
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeEach, inject } from "vitest";

interface State {
  active: string;
  test: string;
  /** Test → mutants; `""` stands for what happens when modules are loaded. */
  hits: Map<string, Set<string>>;
}

declare global {
  var __m: ((id: string) => boolean) | undefined;
  var __mutation: State | undefined;
}

const state = (globalThis.__mutation ??= { active: "", test: "", hits: new Map() });
state.active = inject("mutant");
state.test = "";
process.env["MUTANT"] = state.active;
const folder = inject("hitsFolder");

/** A loop that never ends asks its switch for ever. */
let asked = 0;
globalThis.__m = (id) => {
  if (folder !== "") {
    const hits = state.hits.get(state.test) ?? new Set();
    state.hits.set(state.test, hits.add(id));
    return false;
  }
  if (id !== state.active) return false;
  if (++asked > 5_000_000) throw new Error("a loop without end");
  return true;
};

let file = "";
beforeEach(({ task }) => {
  state.test = task.id;
  file = task.file.filepath;
});
afterEach(() => void (state.test = ""));

if (folder !== "") {
  afterAll(() => {
    const hits = Object.fromEntries([...state.hits].map(([test, ids]) => [test, [...ids]]));
    writeFileSync(path.join(folder, `${randomUUID()}.json`), JSON.stringify({ file, hits }));
    state.hits = new Map();
  });
}
