/** What the control API takes. */
import * as z from "zod";
import { headersSchema } from "../origin/origin.ts";

export const tenantSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_]+(-[A-Za-z0-9_]+)*$/),
  seed: z.unknown().optional(),
  clock: z.union([z.literal("inherit"), z.literal("real"), z.iso.datetime()]).default("inherit"),
});
export const clockSchema = z.strictObject({ mode: z.enum(["real", "frozen"]), now: z.iso.datetime().optional() });
export const advanceSchema = z.strictObject({ ms: z.int().nonnegative() });
export const visitSchema = z.strictObject({
  url: z.httpUrl().describe("What the visitor asks for; the host need not be known to any DNS"),
  node: z.string().optional().describe("One node; absent: each of them"),
  method: z.enum(["GET", "HEAD"]).default("GET"),
  headers: headersSchema,
});
export type NewVisit = z.output<typeof visitSchema>;
export const downSchema = z.strictObject({ down: z.boolean() });
export const settingsSchema = z.strictObject({
  switches: z.record(z.string(), z.string()).optional(),
  limits: z.record(z.string(), z.number()).optional(),
  texts: z.record(z.string(), z.string()).optional(),
});
/** Of changes that need nothing said. No body at all is the same, but for its media type, which is always needed. */
export const nothingSchema = z.strictObject({});
