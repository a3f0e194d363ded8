/** docs/pages/notes/<service>.yaml: what pages and SDK models do not say, or not so that a program can read it. */
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { limitSchema, resourceKinds } from "./facts.ts";

const errorRow = z.tuple([z.int(), z.string(), z.string().nullable()]);
/** Vendor's name → where a program finds it: `targets`, `tasks[].taskId`, or in words after `=`. */
const names = z.record(z.string(), z.string());
const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

const operationSchema = z.strictObject({
  method: z.enum(["GET", "POST"]),
  /** The page's text in ../texts. */
  text: z.string().optional(),
  /** Why no SDK model is compared. */
  since: z.string().optional(),
  permission: z
    .strictObject({
      action: z.string(),
      access: z.string().optional(),
      resource: z.enum(resourceKinds),
      basis: z.enum(["page", "inferred"]),
    })
    .optional(),
  /** Whose properties carry its parameters. */
  reachedBy: z.array(z.string()).default([]),
  /** What calls it besides. */
  usedBy: z.array(z.string()).default([]),
  /** Called for these values of `type` only. */
  types: z.array(z.string()).default([]),
  request: names.default({}),
  fixed: names.default({}),
  notCarried: names.default({}),
  response: names.default({}),
  notShown: names.default({}),
  /** Where the SDK's comments do not say it. */
  required: z.array(z.string()).default([]),
  /** `type`, with `!` where it is required: for what no model has. */
  moreRequest: names.default({}),
  moreResponse: names.default({}),
  values: z.record(z.string(), z.array(z.string())).default({}),
  /** Values that are the provider's own, and why it has them. */
  ownValues: z.record(z.string(), names).default({}),
  valuesAs: z.record(z.string(), z.literal("lower case")).default({}),
  errorList: oneOrMore.default([]),
  errors: z.array(errorRow).default([]),
  limits: z.array(limitSchema).default([]),
  tagHeader: z.string().optional(),
});

const serviceSchema = z.strictObject({
  service: z.string(),
  cloud: z.string(),
  version: z.string(),
  sdk: z.string().optional(),
  page: z.string(),
  readOn: z.string(),
  /** Parameters of every operation that no program gives, and why. */
  everywhere: names.default({}),
  errorLists: z.record(z.string(), z.array(errorRow)).default({}),
  operations: z.record(z.string(), operationSchema),
});

export type OperationNotes = z.output<typeof operationSchema>;
export type ServiceNotes = z.output<typeof serviceSchema>;

export async function readNotes(folder: string): Promise<ServiceNotes[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".yaml")).sort();
  return Promise.all(
    files.map(async (file) => serviceSchema.parse(parse(await readFile(path.join(folder, file), "utf8")))),
  );
}
