/** The targets that a file lists: one on each line, or as a sitemap has them. */
import { Refusal } from "../../../core/errors.ts";
import { quoted, type Problem } from "../../../engine/define/index.ts";
import { cut, number } from "../../../trigger-kit/describe/words.ts";
import { problemWords } from "../../../trigger-kit/targets.ts";

interface Reading {
  /** What is wrong with a target. */
  readonly problem: (target: string) => Problem | undefined;
  /** Nothing of the file is told. */
  readonly secret: boolean;
}

interface Line {
  readonly text: string;
  /** Where it stands in the file. */
  readonly place: string;
}

/** Refusals that are shown; more would bury what they say. */
const mostShown = 10;

/** Each once; refused here rather than line by line by the vendor later. */
export async function targetsIn(text: string, { problem, secret }: Reading): Promise<string[]> {
  const lines = text.trimStart().startsWith("<") ? await sitemapLines(text, secret) : plainLines(text);
  const targets = new Set<string>();
  const refused: string[] = [];
  for (const line of lines) {
    if (targets.has(line.text)) continue;
    const found = problem(line.text);
    if (found === undefined) targets.add(line.text);
    else
      refused.push(
        `file, ${line.place}: ${secret ? "[secret]" : quoted(cut(line.text))} ${problemWords(found, secret)}`,
      );
  }
  if (refused.length > mostShown) {
    const more = `file: and ${number(refused.length - mostShown)} more that cannot be sent`;
    refused.splice(mostShown, Infinity, more);
  }
  if (refused.length > 0) throw new Refusal(refused.join("\n"));
  if (targets.size === 0) throw new Refusal("file: lists no targets: all its lines are blank or comments.");
  return [...targets];
}

/** Blank lines and comments are left out. A `#` further on is no comment: it may belong to the target. */
function plainLines(text: string): Line[] {
  return text.split(/\r\n|\n|\r/).flatMap((raw, index) => {
    const line = raw.trim();
    return line === "" || line.startsWith("#") ? [] : [{ text: line, place: `line ${index + 1}` }];
  });
}

async function sitemapLines(text: string, secret: boolean): Promise<Line[]> {
  const { readSitemap, NoSitemap } = await import("../../../core/sitemap.ts");
  try {
    const { urls, sitemaps } = readSitemap(text);
    const [index] = sitemaps;
    if (index !== undefined) {
      const such = secret ? "" : `, such as ${quoted(cut(index))}`;
      throw new Refusal(`file: is an index of sitemaps; give the sitemaps themselves${such}.`);
    }
    if (urls.length === 0) throw new Refusal("file: is XML, but no sitemap with URLs in it.");
    return urls.map(({ url }, at) => ({ text: url, place: `entry ${at + 1}` }));
  } catch (error) {
    if (!(error instanceof NoSitemap)) throw error;
    throw new Refusal(`file: begins with < and is no XML${secret ? "" : `: ${error.message}`}.`);
  }
}
