/** The resource of docs/engine: at most 40 lines, and everything works. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { Client } from "./client.ts";
import { Plugin } from "./plugin.ts";
import { exampleFolder } from "./setup.ts";

test("the documented resource is complete, and short", async () => {
  const source = await readFile(path.resolve(import.meta.dirname, "../../docs/engine/example/note.ts"), "utf8");
  expect(source.trimEnd().split("\n").length).toBeLessThanOrEqual(40);

  const folder = await mkdtemp(path.join(tmpdir(), "note-"));
  const file = path.join(folder, "note.txt");
  await using plugin = await Plugin.start({ path: path.join(exampleFolder, "pulumi-resource-example") });
  await plugin.configure();
  const note = new Client(plugin, "example:index:Note");

  expect((await note.check({ path: "relative", text: 5 })).failures.map(({ property }) => property)).toEqual([
    "path",
    "text",
  ]);
  const { inputs } = await note.check({ path: file });
  expect(inputs).toEqual({ path: file, text: "" });
  await note.create(inputs, { preview: true });
  expect(existsSync(file)).toBe(false);
  const state = await note.create({ path: file, text: "hello" });
  expect(state).toMatchObject({ id: file, outputs: { path: file, text: "hello", bytes: 5 } });
  expect(await note.diff(state, { path: file, text: "hello" })).toMatchObject({ changes: "DIFF_NONE" });
  expect(await note.diff(state, { path: `${file}2`, text: "hello" })).toMatchObject({ replaces: ["path"] });
  await writeFile(file, "drifted");
  expect(await note.refresh(state)).toMatchObject({ inputs: { text: "drifted" }, outputs: { bytes: 7 } });
  expect(await note.read(file)).toMatchObject({ id: file, inputs: { path: file, text: "drifted" } });
  expect((await note.update(state, { path: file, text: "bye" })).outputs).toMatchObject({ bytes: 3 });
  expect(await readFile(file, "utf8")).toBe("bye");
  await note.delete(state);
  await note.delete(state);
  expect(await note.refresh(state)).toBe(undefined);
  await rm(folder, { recursive: true });
});
