/** Who configures no coordinator does not load its libraries: in the built plugin they are behind one import of their own. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";

const lib = path.resolve(import.meta.dirname, "../../provider/bin/lib");
/** Words of the two libraries that minifying leaves alone. */
const words = ["rlflxIncr", "Redis is already connecting/connected"];

test("only the coordinator's own file brings its libraries along", async () => {
  const names = (await readdir(lib)).filter((name) => name.endsWith(".mjs"));
  const texts = new Map<string, string>();
  for (const name of names) texts.set(name, await readFile(path.join(lib, name), "utf8"));
  const loadedWith = (name: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(name)) return seen;
    seen.add(name);
    // Without parentheses: an import that happens at once.
    const statics = (texts.get(name) ?? "").matchAll(/\b(?:import|from)\s*"\.\/([^"]+)"/g);
    for (const [, other = ""] of statics) loadedWith(other, seen);
    return seen;
  };
  const brings = (name: string): boolean =>
    [...loadedWith(name)].some((each) => words.some((word) => texts.get(each)?.includes(word) === true));
  const entries = names.filter((name) => !name.startsWith("chunk-"));
  expect(entries.filter(brings).map((name) => name.replace(/-[A-Z0-9]+\.mjs$/, ""))).toEqual(["redis-coordinator"]);
  expect(loadedWith("main.mjs").size).toBeGreaterThan(1);
});
