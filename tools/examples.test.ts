import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import schema from "../provider/schema.json" with { type: "json" };
import { schemaBlocks } from "../test/examples/blocks.ts";
import { withExamples, withoutExamples } from "./examples.ts";

const page = (description: string) => ({ resources: {}, functions: { "p:m:f": { description } } });
const definitions = `${JSON.stringify(page("Reads.\n\nMore."), null, 2)}\n`;
const example = { title: "A program", programs: [{ language: "yaml", code: "outputs: {}\n" }] };

test("examples are on the page, and can be taken off again", () => {
  const whole = withExamples(definitions, { "p:m:f": [example, example] });
  expect(JSON.parse(whole).functions["p:m:f"].description).toBe(`Reads.

More.

{{% examples %}}
## Example Usage
{{% example %}}
### A program

\`\`\`yaml
outputs: {}
\`\`\`
{{% /example %}}
{{% example %}}
### A program

\`\`\`yaml
outputs: {}
\`\`\`
{{% /example %}}
{{% /examples %}}
`);
  expect(withoutExamples(whole)).toBe(definitions);
});

test("a page without an example and an example without a page are errors", () => {
  expect(() => withExamples(definitions, { "p:m:g": [example] })).toThrow(
    "p:m:f has no example in provider/examples/m/f.yaml\nprovider/examples/m/g.yaml is about p:m:g, which is not in the schema",
  );
});

test("nothing of an example is left in a schema without them", () => {
  expect(withoutExamples(JSON.stringify(schema))).not.toMatch(/```|Example Usage/);
});

test("Go's documentation has the programs of the pages as code, not as Markdown", async () => {
  const folder = path.resolve(import.meta.dirname, "../sdk/go/edgecache");
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".go"));
  const files = await Promise.all(names.map((name) => readFile(path.join(folder, name), "utf8")));
  expect(files.filter((text) => text.includes("```"))).toEqual([]);
  const programs = schemaBlocks().filter(({ language }) => language === "go");
  const comments = programs.map(({ code }) =>
    code.trim().replaceAll(/^(.*)$/gm, (line) => (line ? `//\t${line}` : "//")),
  );
  // Once in each variant.
  expect(comments.map((text) => files.filter((file) => file.includes(`${text}\n`)).length)).toEqual(
    programs.map(() => 2),
  );
  expect(programs.length).toBeGreaterThan(20);
});
