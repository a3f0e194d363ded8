/** How much of anything is shown: what hides the rest of a terminal explains nothing. */
import { escapeUnseen } from "../define/quoted.ts";
import { formatPath, type Path } from "../wire/values.ts";

const mostLines = 20;
const longestLine = 2_000;
const longestValue = 200;

/**
 * A message in at most 20 lines of 2,000 characters; values in it (whatever has no space inside) are cut at 200.
 * What would steer a terminal, or is not seen in one, is escaped.
 */
export function shown(message: string): string {
  const lines = message.split("\n", mostLines + 1);
  const cut = lines.slice(0, mostLines).map(shownLine);
  return lines.length > mostLines ? `${cut.slice(0, -1).join("\n")}\n… and more` : cut.join("\n");
}

function shownLine(line: string): string {
  const words: string[] = [];
  let length = 0;
  for (let at = 0; at <= line.length && length <= longestLine;) {
    const end = line.indexOf(" ", at);
    const word = line.slice(at, end < 0 ? undefined : end);
    words.push(shownValue(word.replaceAll(userInfo, "$1$2…@")));
    length += (words.at(-1)?.length ?? 0) + 1;
    at += word.length + 1;
  }
  const text = escapeUnseen(words.join(" ").replace(/\r$/, ""));
  return text.length > longestLine ? `${text.slice(0, longestLine - 2)} …` : text;
}

/** `//user:password@`, or without the scheme: not needed to see what is wrong. */
const userInfo = /(\/\/)[^\s/?#@:]*:[^\s/?#@]*@|^(["'(]?)[^\s/?#@:]+:[^\s/?#@:]+@/g;

export function shownValue(value: string): string {
  if (value.length <= longestValue) return value;
  const count = `… (${value.length.toLocaleString("en")} characters)`;
  return `${value.slice(0, longestValue - count.length)}${count}`;
}

export function shownPath(path: Path): string {
  return formatPath(path.map((step) => (typeof step === "string" ? escapeUnseen(shownValue(step)) : step)));
}

/** The first 20 of many, the last of which says how many more there are. */
export function shownFew<T>(all: readonly T[], more: (count: number) => T): T[] {
  if (all.length <= mostLines) return [...all];
  const few = all.slice(0, mostLines - 1);
  return [...few, more(all.length - few.length)];
}
