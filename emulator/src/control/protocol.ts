/** What goes over the control API, shared by server and client. Types and the API's description follow the schemas. */
import * as z from "zod";
import { keySchema } from "../ports/keys.ts";
import { faultSchema } from "../ports/faults.ts";
import type { JsonObject } from "../ports/json.ts";

/** Everything below this path is the emulator's own, not a cloud's. */
export const CONTROL_PREFIX = "/_emulator";
export const TENANT_HEADER = "x-emulator-tenant";
export const NODE_HEADER = "x-emulator-node";

type Immutable<Value> = Value extends readonly (infer Each)[]
  ? readonly Immutable<Each>[]
  : Value extends object
    ? { readonly [Name in keyof Value]: Immutable<Value[Name]> }
    : Value;
type Sent<Schema extends z.ZodType> = Immutable<z.output<Schema>>;

const text = z.string();
const time = z.string().describe("ISO time with milliseconds");
/** What a cloud was sent, answered or knows: of any form. */
const anyObject = z.custom<JsonObject>((value) => typeof value === "object" && value !== null).meta({ type: "object" });
const byName = z.record(text, text);

export const configurationSchema = z
  .object({
    alibabaAccessKeyId: text,
    alibabaAccessKeySecret: text,
    esaEndpoint: text,
    cdnEndpoint: text,
    dcdnEndpoint: text,
    tencentSecretId: text,
    tencentSecretKey: text,
    teoEndpoint: text,
  })
  .describe("The provider's configuration keys, ready to paste");
export type ProviderConfiguration = Sent<typeof configurationSchema>;

const urlsSchema = z.object({
  endpoint: text.describe("All cloud APIs"),
  edge: text.describe("Visitors; choose the site by the Host header"),
  origin: text,
  control: text.describe("The control API and web page"),
});
export type Urls = Sent<typeof urlsSchema>;

export const tenantInfoSchema = z.object({
  name: text,
  keys: z.array(keySchema),
  configuration: configurationSchema,
});
export type TenantInfo = Sent<typeof tenantInfoSchema>;

export const infoSchema = urlsSchema.extend({
  version: text,
  tenant: tenantInfoSchema,
  tenants: z.array(text),
  faultKinds: z.array(text),
  actions: z.array(text),
});
export type Info = Sent<typeof infoSchema>;

export const clockStateSchema = z.object({ mode: z.enum(["real", "frozen"]), now: time });
export type ClockState = Sent<typeof clockStateSchema>;

export const edgeObjectSchema = z.object({
  node: text,
  host: text,
  path: text,
  features: text.describe("What of the visitor belongs to the cache key"),
  status: z.int(),
  tags: z.array(text),
  ageSeconds: z.number(),
  ttlSeconds: z.number(),
  state: z.enum(["fresh", "stale", "expired"]),
  bytes: z.int(),
});
export type EdgeObject = Sent<typeof edgeObjectSchema>;

export const stateSchema = z.object({
  tenant: text,
  clock: clockStateSchema,
  services: z.record(text, anyObject).describe("Sites, domains, zones, quotas and tasks of each service"),
  nodes: z.array(z.object({ name: text, objects: z.int() })),
  pendingOrders: z.int().describe("Purges and prefetches that some node has not obeyed yet"),
});
export type State = Sent<typeof stateSchema>;

const named = z.object({ name: text, about: text.optional() });
export const settingsStateSchema = z.object({
  switches: z.array(
    named.extend({
      values: z.array(text).describe("The first one is the default"),
      basis: z.enum(["CHOICE", "UNVERIFIED", "INFERRED", "TEST"]),
      about: text,
      value: text.describe("In force"),
    }),
  ),
  limits: z.array(named.extend({ value: z.number(), source: text, readOn: text, inForce: z.number() })),
  texts: z.array(named.extend({ value: text, about: text, inForce: text })),
});
export type SettingsState = Sent<typeof settingsStateSchema>;

export const logEntrySchema = z.object({
  seq: z.int(),
  at: time.describe("The emulator's time"),
  service: text,
  action: text,
  method: text,
  params: anyObject.describe("Parameters, decoded; Tencent's as their JSON"),
  accessKeyId: text,
  account: text,
  status: z.int().describe("HTTP status; 0 when the connection was cut"),
  code: text.optional().describe("The error code in the answer"),
  outcome: z
    .enum(["ok", "refused", "fault"])
    .describe("ok: executed and answered; refused: an error of the API; fault: at least one fault hit"),
  executed: z.boolean().describe("Whether the operation was carried out, whatever the client was told"),
  faults: z.array(text),
  requestId: text,
  response: anyObject.optional(),
  durationMs: z.number(),
  bytes: z.int(),
});
export type LogEntry = Sent<typeof logEntrySchema>;

export const standingFaultSchema = z.object({ id: text, fault: faultSchema, hits: z.int() });
export type StandingFault = Sent<typeof standingFaultSchema>;

export const originPageSchema = z.object({
  host: text,
  path: text,
  status: z.int(),
  headers: byName,
  delayMs: z.number(),
  bytes: z.int(),
});
export type OriginPage = Sent<typeof originPageSchema>;

export const originVisitSchema = z.object({
  seq: z.int(),
  at: time,
  method: text,
  host: text,
  path: text,
  status: z.int(),
  headers: byName,
});
export type OriginVisit = Sent<typeof originVisitSchema>;

export const addedSchema = z.object({ id: text });
export const storedSchema = z.object({ url: text.describe("For UploadFile") });
export const mistakeSchema = z.object({ error: text.describe("What is wrong, in words") });
