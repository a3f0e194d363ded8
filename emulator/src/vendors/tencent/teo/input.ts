/** Reading TEO's JSON: unknown members, missing ones and wrong types have codes of their own. */
import * as z from "zod";
import * as errors from "../errors.ts";

/** A number; in the flattened form of a GET it arrives as text. */
export const integer = z.union([z.int(), z.string().regex(/^\d+$/).transform(Number)]);
export const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]);

export const filterSchema = z.strictObject({
  Name: z.string(),
  Values: z.array(z.string()),
  Fuzzy: flag.optional(),
});

export function readInput<Shape>(schema: z.ZodType<Shape>, input: unknown): Shape {
  if (input === undefined) throw errors.invalidRequest;
  const parsed = schema.safeParse(input, { reportInput: true });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = issue?.path.join(".") ?? "";
  if (issue?.code === "unrecognized_keys") throw errors.unknownParameter([...issue.path, issue.keys[0]].join("."));
  if (issue?.input === undefined) throw errors.missingParameter(name);
  throw errors.wrongType(name);
}
