import { expect, test } from "vitest";
import schema from "../provider/schema.json" with { type: "json" };
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
