/** The pictures of docs/pictures, from what is recorded and measured: `npm run gen` writes them. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { benchmarks, matrix } from "./charts.ts";
import { flow, fresh, states } from "./drawings.ts";
import { schemes } from "./svg.ts";
import { terminal } from "./terminal.ts";

/** What `npm run pictures` records. */
export const recording = "docs/pictures/preview.ansi";

export async function pictureFiles(root: string): Promise<[file: string, text: string][]> {
  const read = (file: string): Promise<string> => readFile(path.join(root, file), "utf8");
  const [preview, results, reliability] = [
    await read(recording),
    await read("bench/results.json"),
    await read("docs/reliability.md"),
  ];
  return schemes.flatMap((scheme): [string, string][] => [
    [`docs/pictures/preview-${scheme.name}.svg`, terminal(preview, scheme)],
    [`docs/pictures/flow-${scheme.name}.svg`, flow(scheme)],
    [`docs/pictures/fresh-${scheme.name}.svg`, fresh(scheme)],
    [`docs/pictures/states-${scheme.name}.svg`, states(scheme)],
    [`docs/pictures/benchmarks-${scheme.name}.svg`, benchmarks(results, scheme)],
    [`docs/pictures/reliability-${scheme.name}.svg`, matrix(reliability, scheme)],
  ]);
}
