/** Probes: one in each block of a source, so that a run without any change tells which tests come by where. Pure. */
import ts from "typescript";
import { prelude } from "./switches.ts";

export interface Probes {
  /** The source with all of them. */
  readonly text: string;
  /** The one of the innermost block around; outside of all blocks it is asked when the module is loaded. */
  at(offset: number): string;
}

export function probesIn(file: string, text: string): Probes {
  const blocks = blocksOf(text).toSorted((a, b) => a.start - b.start);
  let written = `${prelude} __m("${file}:0"); `;
  let from = 0;
  for (const { start } of blocks) {
    written += `${text.slice(from, start)} __m("${file}:${start}");`;
    from = start;
  }
  return {
    text: written + text.slice(from),
    at: (offset) => `${file}:${blocks.findLast(({ start, end }) => start <= offset && offset < end)?.start ?? 0}`,
  };
}

interface Block {
  /** After its brace. */
  readonly start: number;
  readonly end: number;
}

function blocksOf(text: string): Block[] {
  const source = ts.createSourceFile("source.ts", text, ts.ScriptTarget.Latest, true);
  const blocks: Block[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node)) blocks.push({ start: node.getStart(source) + 1, end: node.end });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return blocks;
}
