/** What goes over the control API, shared by server and client. Types and the API's description follow the schemas. */
import * as z from "zod";
import type { Sent } from "../ports/immutable.ts";
import { jsonObjectSchema } from "../ports/json.ts";
import { keySchema } from "../ports/keys.ts";
import { cacheStates } from "../edge/log.ts";
import { configurationSchema } from "./configuration.ts";

export { NODE_HEADER, TENANT_HEADER } from "../ports/headers.ts";
export { type EdgeEvent, edgeEventSchema } from "../edge/log.ts";
export { type OriginVisit, originVisitSchema } from "../origin/origin.ts";
export { type StandingFault, standingFaultSchema } from "../tenant/faults.ts";
export { type LogEntry, type LogFilter, logEntrySchema } from "../tenant/log.ts";
export { type SettingsState, settingsStateSchema } from "../tenant/settings.ts";
export { type ProviderConfiguration, configurationSchema } from "./configuration.ts";

/** Everything below this path is the emulator's own, not a cloud's. */
export const CONTROL_PREFIX = "/_emulator";

const text = z.string();
const time = z.string().describe("ISO time with milliseconds");
const byName = z.record(text, text);

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

export const healthSchema = z.object({ status: z.literal("ok"), version: z.string(), pid: z.int() });

export const infoSchema = urlsSchema.extend({
  version: text,
  tenant: tenantInfoSchema,
  tenants: z.array(text),
  faultKinds: z.array(text),
  faultTexts: byName.describe("What the client meets, by kind of fault"),
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

export const visitAnswerSchema = z.object({
  node: text,
  status: z.int(),
  cache: z.enum(cacheStates),
  age: z.number().optional().describe("Seconds, when the answer came from the cache"),
  body: text.describe("Its first 4,096 characters"),
});
export type VisitAnswer = Sent<typeof visitAnswerSchema>;

export const stateSchema = z.object({
  tenant: text,
  clock: clockStateSchema,
  services: z.record(text, jsonObjectSchema).describe("Sites, domains, zones, quotas and tasks of each service"),
  nodes: z.array(z.object({ name: text, objects: z.int() })),
  pendingOrders: z.int().describe("Purges and prefetches that some node has not obeyed yet"),
});
export type State = Sent<typeof stateSchema>;

export const originPageSchema = z.object({
  host: text,
  path: text,
  status: z.int(),
  headers: byName,
  delayMs: z.number(),
  bytes: z.int(),
  excerpt: text.optional().describe("The beginning of its text"),
});
export type OriginPage = Sent<typeof originPageSchema>;

export const addedSchema = z.object({ id: text });
export const storedSchema = z.object({ url: text.describe("For UploadFile") });
export const mistakeSchema = z.object({ error: text.describe("What is wrong, in words") });
