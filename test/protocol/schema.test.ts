/** What the package schema says to the SDKs, the reference and the editor of whoever writes a program. */
import * as z from "zod";
import { expect, test } from "vitest";
import schema from "../../provider/schema.json" with { type: "json" };

const described = z.looseObject({ description: z.string().regex(/\S/) });
const bag = z.record(z.string(), described);
/** The examples are Markdown in the description. */
const withExample = z.string().includes("{{% example %}}");

test("everything is described: types, each value of an enum, properties, resources and functions with an example", () => {
  const whole = z.object({
    description: z.string(),
    config: z.object({ variables: bag }),
    provider: described.extend({ inputProperties: bag }),
    types: z.record(
      z.string(),
      z.union([described.extend({ enum: z.array(described) }), described.extend({ properties: bag })]),
    ),
    resources: z.record(
      z.string(),
      z.object({ description: withExample, properties: bag, inputProperties: bag, required: z.array(z.string()) }),
    ),
    functions: z.record(
      z.string(),
      z.object({
        description: withExample,
        inputs: z.object({ properties: bag }),
        outputs: z.object({ properties: bag }),
      }),
    ),
  });
  expect(whole.safeParse(schema).error?.issues ?? []).toEqual([]);
});
