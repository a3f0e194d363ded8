/** What a person reads of it. Pure. */
import * as z from "zod";

export type Result = z.output<typeof resultShape>;

export const resultShape = z.object({
  id: z.string(),
  file: z.string(),
  line: z.number(),
  /** What changed, line for line. */
  from: z.string(),
  to: z.string(),
  /** The test that failed, or that time was up; absent: none did. */
  noticedBy: z.string().optional(),
  /** How many tests come by, and how many of them there was time for. */
  tests: z.number(),
  ran: z.number(),
  ms: z.number(),
});

export function report(results: readonly Result[], notes: readonly string[]): string {
  const survivors = results.filter(({ noticedBy }) => noticedBy === undefined);
  const noticed = results.length - survivors.length;
  const share = results.length === 0 ? "" : ` (${((100 * noticed) / results.length).toFixed(1)} %)`;
  const folderOf = ({ file }: Result): string => file.split("/").slice(2, -1).join("/");
  const rows = [...new Set(results.map(folderOf))].toSorted().map((folder) => {
    const own = results.filter((result) => folderOf(result) === folder);
    const seen = own.filter(({ noticedBy }) => noticedBy !== undefined).length;
    return `  ${folder.padEnd(28)} ${String(seen).padStart(4)} of ${own.length}`;
  });
  return [
    ...survivors.map(survivor),
    `${noticed} of ${results.length} mutants were noticed${share}.`,
    ...rows,
    ...notes,
    "",
  ].join("\n");
}

function survivor({ id, file, line, from, to, tests, ran }: Result): string {
  const why = tests === 0 ? "no test comes by" : ran < tests ? `${ran} of ${tests} tests were asked` : `${tests} tests`;
  return `${file}:${line}  survived: ${why} (${id})\n${mark("-", from)}\n${mark("+", to)}\n`;
}

function mark(sign: string, text: string): string {
  return text.replaceAll(/^/gm, `  ${sign} `);
}
