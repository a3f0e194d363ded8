/**
 * What .editorconfig says, for every text file that git knows: UTF-8, line feeds, a final newline, no
 * trailing blanks. And no path of one person's machine.
 */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { capture } from "./setup/run.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Not written by us: generators, recordings, other people's licences. */
const foreign =
  /^(sdk\/(nodejs|python|go)\/|package-lock\.json$|LICENSE$)|(^|\/)(captures|testdata)\/|\.(sum|cmd|png|gz|ansi)$/;

const { stdout } = await capture("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
});
const files = stdout.split("\0").filter((file) => file !== "" && !foreign.test(file));

/** This checkout's own folder and home, which must not have slipped into a file. */
const machinePaths = [root.slice(0, -1), homedir()].filter((folder) => folder.length > 1);

let failed = false;
for (const file of files) {
  for (const problem of problemsOf(await readText(file), file)) {
    failed = true;
    console.error(`${file}: ${problem}`);
  }
}
process.exitCode = failed ? 1 : 0;

function problemsOf(text: string | undefined, file: string): string[] {
  if (text === undefined) return [];
  const problems = [];
  if (text.includes("\uFFFD")) problems.push("is not UTF-8");
  if (text.includes("\r")) problems.push("has carriage returns");
  if (text !== "" && !text.endsWith("\n")) problems.push("does not end with a newline");
  // Two blanks at the end of a line are a line break in Markdown.
  const trailing = text.split("\n").findIndex((line) => /[ \t]$/.test(line));
  if (trailing >= 0 && !file.endsWith(".md")) problems.push(`line ${trailing + 1} ends with a blank`);
  for (const folder of machinePaths) {
    if (text.includes(`${folder}/`)) problems.push(`names ${folder}, a path of this machine`);
  }
  return problems;
}

/** undefined for a file that is deleted but not committed. */
async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(path.join(root, file), "utf8");
  } catch {
    return undefined;
  }
}
