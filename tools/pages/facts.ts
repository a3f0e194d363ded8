/** What a vendor says of one operation, as data: docs/pages/facts/<service>.json holds one list of these. */
import * as z from "zod";

const parameterSchema = z.strictObject({
  name: z.string(),
  type: z.enum(["string", "integer", "boolean", "array", "object"]),
  required: z.boolean().optional(),
  values: z.array(z.string()).optional(),
});
export type Parameter = Readonly<z.output<typeof parameterSchema>>;

const faultSchema = z.strictObject({
  status: z.int(),
  code: z.string(),
  /** null: no source states it. */
  text: z.string().nullable(),
});
export type Fault = Readonly<z.output<typeof faultSchema>>;

/** What a policy may be narrowed to. `anyDomain`: a list that cannot be asked for one domain by this provider. */
export const resourceKinds = ["site", "domain", "anyDomain", "zone", "all"] as const;
const permissionSchema = z.strictObject({
  action: z.string(),
  access: z.string().optional(),
  resource: z.enum(resourceKinds),
  pattern: z.string().optional(),
  /** `inferred`: from the pages of its siblings. */
  basis: z.enum(["page", "inferred"]),
});
export type Permission = Readonly<z.output<typeof permissionSchema>>;

export const limitSchema = z.strictObject({
  what: z.enum([
    "perCall",
    "perDay",
    "perSecond",
    "urlsPerMinuteAndDomain",
    "domainsPerCall",
    "idsPerCall",
    "urlLength",
    "pageSize",
    "historyDays",
    "windowDays",
    "queue",
    "megabytes",
    "minutes",
  ]),
  type: z.string().optional(),
  value: z.number(),
  /** Where it is from, if not from the operation's own page. */
  source: z.string().optional(),
  /** A newer page says so; the older one's number stands beside it. */
  newer: z.boolean().optional(),
  says: z.string().optional(),
});
export type Limit = Readonly<z.output<typeof limitSchema>>;

const sourceSchema = z.strictObject({
  what: z.enum(["page", "sdk", "other"]),
  where: z.string(),
  updated: z.string().optional(),
  readOn: z.string().optional(),
});

export const operationSchema = z.strictObject({
  operation: z.string(),
  method: z.enum(["GET", "POST"]),
  sources: z.array(sourceSchema),
  permission: permissionSchema,
  request: z.array(parameterSchema),
  response: z.array(parameterSchema),
  limits: z.array(limitSchema),
  errors: z.array(faultSchema),
  tagHeader: z.string().optional(),
});
export type OperationFacts = Readonly<z.output<typeof operationSchema>>;

export const serviceSchema = z.strictObject({
  service: z.string(),
  cloud: z.string(),
  version: z.string(),
  operations: z.array(operationSchema),
});
export type ServiceFacts = Readonly<z.output<typeof serviceSchema>>;
