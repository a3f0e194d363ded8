/** What is wrong with a text that should be JSON, and where: never a word of the text itself, which may be secret. */
import { parseTree, printParseErrorCode, type Node, type ParseError } from "jsonc-parser";

/** `undefined`: it is JSON. */
export function jsonProblem(text: string): string | undefined {
  if (text.trim() === "") return "it is empty";
  const errors: ParseError[] = [];
  try {
    parseTree(text, errors, { disallowComments: true });
  } catch (error) {
    // The parser goes down by recursion.
    if (error instanceof RangeError) return "it is nested too deeply";
    throw error;
  }
  const [first] = errors;
  if (first === undefined) return undefined;
  return `${words(printParseErrorCode(first.error), text, first.offset)} at ${place(text, first.offset)}`;
}

/** Where the outermost object has the value of an entry; of several with one name, the last. "" where that cannot be told. */
export function entryPlace(text: string, entry: string): string {
  const tree = treeOf(text);
  const found = (tree?.children ?? []).findLast(({ children = [] }) => children[0]?.value === entry);
  const value = found?.children?.[1];
  return value === undefined ? "" : place(text, value.offset);
}

function treeOf(text: string): Node | undefined {
  try {
    return parseTree(text, [], { disallowComments: true });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function words(code: string, text: string, offset: number): string {
  const before = text.slice(0, offset).trimEnd();
  if (before.endsWith(",") && /^\s*[}\]]/.test(text.slice(offset, offset + 100))) return "a comma too many";
  if (code === "InvalidCommentToken") return "a comment, which JSON has not,";
  // `CommaExpected`: comma expected.
  return code.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}

function place(text: string, offset: number): string {
  const lines = text.slice(0, offset).split("\n");
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}
