/** A state and a program of each released version, recorded by record.ts, preview without a change on this one. */
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { startEmulator } from "edgecache-emulator";
import { expect, test } from "vitest";
import { Project } from "../examples/project.ts";

const captures = path.join(import.meta.dirname, "captures");

test.each(await readdir(captures))("check 52 state and program of release %s preview clean", async (recorded) => {
  await using emulator = await startEmulator();
  const { control, endpoint } = emulator;
  const folder = path.join(captures, recorded);
  await using project = await Project.ofFolder(folder, control);
  const state = path.join(project.folder, "state.json");
  await writeFile(state, (await readFile(state, "utf8")).replaceAll("http://emulator", endpoint));
  await project.must("stack", "import", "--file", state);

  const { code, output } = await project.run("preview", "--diff", "--expect-no-changes");
  expect(output).not.toMatch(/to (create|update|replace|delete)/);
  expect(code, output).toBe(0);
  await control.requests.clear();
  expect(await project.up()).toContain("unchanged");
  const writes = (await control.requests.find()).filter(({ action }) => !/^(Get|Describe|List)/.test(action));
  expect(writes).toEqual([]);
});
