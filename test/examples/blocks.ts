/** The fenced code of a Markdown text. */
import schema from "../../provider/schema.json" with { type: "json" };

export interface Block {
  readonly where: string;
  readonly language: string;
  readonly code: string;
}

export function blocksOf(where: string, text: string): Block[] {
  return [...text.matchAll(/^```(\w*)[^\n]*\n([\s\S]*?)^```/gm)].map(([, language = "", code = ""]) => ({
    where,
    language,
    code,
  }));
}

/** The programs on the pages of resources and functions: `where` is the token. */
export function schemaBlocks(): Block[] {
  const pages = [...Object.entries(schema.resources), ...Object.entries(schema.functions)];
  return pages.flatMap(([token, { description }]) => blocksOf(token, description));
}
