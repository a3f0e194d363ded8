/** The picture of a terminal in the README is what the CLI prints today, but for its numbers. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { recording } from "../../tools/pictures/files.ts";
import { recordPreview } from "../../tools/pictures/record.ts";
import { plain } from "../../tools/pictures/terminal.ts";
import { root } from "./toolbox.ts";

test("the recorded terminal has the form of a run now; else `npm run pictures`", async () => {
  const recorded = await readFile(path.join(root, recording), "utf8");
  expect(form(await recordPreview())).toBe(form(recorded));
});

function form(printed: string): string {
  return plain(printed).replace(/\d[\d,]*/g, "0");
}
