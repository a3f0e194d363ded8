/** What tools/gen.ts writes from docs/pages. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { buildFacts } from "./build-facts.ts";
import { coverage } from "./coverage.ts";
import { errorsPage } from "./errors.ts";
import { readNotes } from "./notes.ts";
import { permissionFiles } from "./permissions.ts";

export async function pageFiles(root: string, schema: string): Promise<[file: string, text: string][]> {
  const folder = path.join(root, "docs/pages");
  const facts = await buildFacts(folder);
  const notes = await readNotes(path.join(folder, "notes"));
  return [
    ...facts.map((service): [string, string] => [
      `docs/pages/facts/${service.service}.json`,
      `${JSON.stringify(service, null, 2)}\n`,
    ]),
    ["docs/coverage.md", coverage(facts, notes, schema).page],
    ["docs/errors.md", errorsPage(facts, await readFile(path.join(root, "docs/errors.md"), "utf8"))],
    ...permissionFiles(facts, notes),
  ];
}
