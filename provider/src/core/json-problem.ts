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

/** Where the entries of the outermost object have their values, in the order of the text. */
export function entryPlaces(text: string): readonly { readonly name: string; readonly place: string }[] {
  const tree = parseTree(text, [], { disallowComments: true });
  return (tree?.children ?? []).flatMap(({ children = [] }) => {
    const [name, value]: readonly (Node | undefined)[] = children;
    return name === undefined || value === undefined
      ? []
      : [{ name: String(name.value), place: place(text, value.offset) }];
  });
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
