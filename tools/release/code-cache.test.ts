/** What starts an executable: two scripts with nothing in both, and a cache of what V8 compiled that is never trusted blindly. */
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundle } from "./bundle.ts";
import { compiled } from "./code-cache.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), "edgecache-code-cache-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const source = (answer: number): string => `(() => { function used() { return ${answer}; } return used(); })()`;

/** What one start computes, whether it took the cache, and whether it wrote one. */
function start(text: string, file = path.join(folder, "plugin.cache")) {
  const writes: (() => void)[] = [];
  const script = compiled(text, `key of ${text}`, file, (work) => void writes.push(work));
  const answer: unknown = script.runInThisContext();
  for (const write of writes) write();
  return { answer, taken: script.cachedDataRejected === false, wrote: writes.length > 0 };
}

test("the first start writes the cache, the next ones take it", () => {
  expect(start(source(41))).toEqual({ answer: 41, taken: false, wrote: true });
  expect(start(source(41))).toEqual({ answer: 41, taken: true, wrote: false });
  expect(readdirSync(folder)).toEqual(["plugin.cache"]);
});

test("of another script, of the same length too, it is not taken but written again", () => {
  start(source(41));
  expect(start(source(42))).toEqual({ answer: 42, taken: false, wrote: true });
  expect(start(source(42))).toMatchObject({ answer: 42, taken: true });
});

test.each([
  ["cut off", (file: string) => truncateSync(file, 200)],
  ["empty", (file: string) => truncateSync(file, 0)],
  ["with a byte changed", flip],
])("a file that is %s is not taken but written again", (_, damage) => {
  start(source(41));
  damage(path.join(folder, "plugin.cache"));
  expect(start(source(41))).toEqual({ answer: 41, taken: false, wrote: true });
  expect(start(source(41))).toMatchObject({ taken: true });
});

test("where nothing can be written, each start compiles", () => {
  const file = path.join(folder, "missing", "plugin.cache");
  expect(start(source(41), file)).toEqual({ answer: 41, taken: false, wrote: true });
  expect(start(source(41), file)).toEqual({ answer: 41, taken: false, wrote: true });
});

test("before the port line there is next to nothing, and nothing that is in the second script too", async () => {
  const { main, late } = await bundle();
  expect(main.length).toBeLessThan(20_000);
  expect(late.length).toBeGreaterThan(1_000_000);
  // Read as Latin-1, and named by what it is made of.
  expect(late).not.toMatch(/[^\u0000-\u007f]/);
  expect(main).toContain(createHash("sha256").update(late).digest("hex"));
});

function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  writeFileSync(file, bytes);
}
