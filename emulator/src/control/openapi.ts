/** The OpenAPI description of the control API, made from one table and the schemas that server and client use. */
import * as z from "zod";
import { pageSchema } from "../origin/origin.ts";
import { faultSchema } from "../ports/faults.ts";
import type { JsonObject } from "../ports/json.ts";
import { seedSchema } from "../tenant/seed.ts";
import * as answers from "./protocol.ts";
import {
  advanceSchema,
  clockSchema,
  downSchema,
  nothingSchema,
  settingsSchema,
  tenantSchema,
  visitSchema,
} from "./schemas.ts";

type Method = "get" | "put" | "post" | "patch" | "delete";

interface Route {
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  /** JSON of this form, or any text. */
  readonly body?: z.ZodType | "text";
  readonly query?: readonly string[];
  /** JSON of this form, or text of this media type. Absent: nothing, with status 204. */
  readonly answer?: z.ZodType | `text/${string}`;
  /** Of success; 200, or 204 without an answer, unless said. */
  readonly status?: number;
}

export const routes: readonly Route[] = [
  { method: "get", path: "/", summary: "The web page", answer: "text/html" },
  { method: "get", path: "/openapi.json", summary: "This description", answer: z.looseObject({}) },
  {
    method: "get",
    path: "/health",
    summary: "That it is up, and as which process",
    answer: answers.healthSchema,
  },
  {
    method: "get",
    path: "/info",
    summary: "Addresses, the tenant's keys and configuration, actions, fault kinds",
    answer: answers.infoSchema,
  },
  {
    method: "get",
    path: "/configuration",
    summary: "The provider configuration of the tenant",
    answer: answers.configurationSchema,
  },
  {
    method: "get",
    path: "/state",
    summary: "Clock, sites, domains, zones, quotas, tasks, nodes",
    answer: answers.stateSchema,
  },
  {
    method: "get",
    path: "/tenants",
    summary: "All tenants with their keys",
    answer: z.array(answers.tenantInfoSchema),
  },
  {
    method: "post",
    path: "/tenants",
    summary: "Makes a fresh tenant",
    body: tenantSchema,
    answer: answers.tenantInfoSchema,
    status: 201,
  },
  { method: "delete", path: "/tenants/{name}", summary: "Removes a tenant" },
  { method: "get", path: "/clock", summary: "Mode and time", answer: answers.clockStateSchema },
  {
    method: "put",
    path: "/clock",
    summary: "Stops the clock or lets it run",
    body: clockSchema,
    answer: answers.clockStateSchema,
  },
  {
    method: "post",
    path: "/clock/advance",
    summary: "Moves the clock forward",
    body: advanceSchema,
    answer: answers.clockStateSchema,
  },
  {
    method: "get",
    path: "/requests",
    summary: "The request log; param.NAME=VALUE filters by a parameter",
    query: ["service", "action", "status", "code", "outcome", "since", "param.NAME"],
    answer: z.array(answers.logEntrySchema),
  },
  { method: "delete", path: "/requests", summary: "Empties the request log" },
  {
    method: "get",
    path: "/requests/stream",
    summary: "Requests as they come: server-sent events named `request`, each with a Request as JSON",
    answer: "text/event-stream",
  },
  {
    method: "get",
    path: "/faults",
    summary: "Standing faults and how often they hit",
    answer: z.array(answers.standingFaultSchema),
  },
  {
    method: "post",
    path: "/faults",
    summary: "Switches a fault on",
    body: faultSchema,
    answer: answers.addedSchema,
    status: 201,
  },
  { method: "delete", path: "/faults/{id}", summary: "Switches a fault off" },
  { method: "delete", path: "/faults", summary: "Switches all faults off" },
  {
    method: "get",
    path: "/settings",
    summary: "Every switch, limit and text with the value in force and where it comes from",
    answer: answers.settingsStateSchema,
  },
  {
    method: "patch",
    path: "/settings",
    summary: "Sets switches, limits and texts by name",
    body: settingsSchema,
    answer: answers.settingsStateSchema,
  },
  { method: "post", path: "/reset", summary: "Back to the seed; the clock stays", body: nothingSchema },
  { method: "put", path: "/seed", summary: "Replaces the seed and starts from it", body: seedSchema },
  { method: "get", path: "/snapshots", summary: "Names of the snapshots", answer: z.array(z.string()) },
  { method: "put", path: "/snapshots/{name}", summary: "Takes a snapshot", body: nothingSchema },
  { method: "post", path: "/snapshots/{name}/restore", summary: "Takes a snapshot back", body: nothingSchema },
  { method: "get", path: "/origin/pages", summary: "What the origin has", answer: z.array(answers.originPageSchema) },
  { method: "put", path: "/origin/pages", summary: "Publishes pages", body: z.array(pageSchema) },
  {
    method: "delete",
    path: "/origin/pages",
    summary: "Takes one page away, or all",
    query: ["host", "path"],
  },
  {
    method: "get",
    path: "/origin/log",
    summary: "Who asked the origin for what",
    answer: z.array(answers.originVisitSchema),
  },
  { method: "delete", path: "/origin/log", summary: "Empties the origin's log" },
  {
    method: "put",
    path: "/origin/down",
    summary: "Lets the origin cut every connection",
    body: downSchema,
  },
  {
    method: "get",
    path: "/edge/objects",
    summary: "Cached objects per node",
    query: ["host", "node", "limit"],
    answer: z.array(answers.edgeObjectSchema),
  },
  {
    method: "get",
    path: "/edge/log",
    summary: "Visits at the edge and what purges took there, oldest first",
    query: ["limit"],
    answer: z.array(answers.edgeEventSchema),
  },
  { method: "delete", path: "/edge/log", summary: "Empties that log" },
  {
    method: "post",
    path: "/edge/visits",
    summary: "Visits a URL, at one node or at each",
    body: visitSchema,
    answer: z.array(answers.visitAnswerSchema),
  },
  { method: "delete", path: "/edge/objects", summary: "Empties all caches" },
  { method: "get", path: "/oss/{key}", summary: "Content of the object storage", answer: "text/plain" },
  {
    method: "put",
    path: "/oss/{key}",
    summary: "Puts content into the object storage",
    body: "text",
    answer: answers.storedSchema,
    status: 201,
  },
];

/** What is described once, under `components`, and named where it is used. */
const sent: Readonly<Record<string, z.ZodType>> = {
  NewTenant: tenantSchema,
  NewClock: clockSchema,
  Fault: faultSchema,
  NewSettings: settingsSchema,
  Seed: seedSchema,
  Page: pageSchema,
  NewVisit: visitSchema,
};
const answered: Readonly<Record<string, z.ZodType>> = {
  Info: answers.infoSchema,
  Configuration: answers.configurationSchema,
  State: answers.stateSchema,
  Tenant: answers.tenantInfoSchema,
  Clock: answers.clockStateSchema,
  Request: answers.logEntrySchema,
  StandingFault: answers.standingFaultSchema,
  Settings: answers.settingsStateSchema,
  OriginPage: answers.originPageSchema,
  OriginVisit: answers.originVisitSchema,
  EdgeEvent: answers.edgeEventSchema,
  Visit: answers.visitAnswerSchema,
  EdgeObject: answers.edgeObjectSchema,
  Mistake: answers.mistakeSchema,
};

export function openApi(version: string): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const route of routes) {
    const path = `${answers.CONTROL_PREFIX}${route.path}`;
    paths[path] = { ...paths[path], [route.method]: describeRoute(route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "edgecache emulator: control API",
      version,
      description:
        "Each call works on one tenant: the one of the header X-Emulator-Tenant, else the default. Changes are JSON by " +
        "their content-type; other types are refused with 415.",
    },
    paths,
    components: { schemas: { ...components(sent, "input"), ...components(answered, "output") } },
  };
}

function describeRoute({ summary, path, body, query = [], answer, status }: Route): JsonObject {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => parameter(name, "path"));
  const success = status ?? (answer === undefined ? 204 : 200);
  return {
    summary,
    parameters: [...inPath, ...query.map((name) => parameter(name, "query")), parameter("X-Emulator-Tenant", "header")],
    ...(body ? { requestBody: { required: true, content: contentOf(body, sent, "input") } } : {}),
    responses: {
      [String(success)]: { description: "Done", ...(answer ? { content: contentOf(answer, answered, "output") } : {}) },
      "400": { description: "What is wrong with the request", content: mistake },
      "403": { description: "Asked by a host or a web page that is not allowed", content: mistake },
      "404": { description: "There is no such tenant or thing", content: mistake },
    },
  };
}

type Io = "input" | "output";
type Named = Readonly<Record<string, z.core.$ZodType>>;

function contentOf(what: z.ZodType | string, named: Named, io: Io): JsonObject {
  if (typeof what === "string") {
    return { [what === "text" ? "text/plain" : what]: { schema: { type: "string" } } };
  }
  return { "application/json": { schema: schemaOf(what, named, io) } };
}

function schemaOf(schema: z.core.$ZodType, named: Named, io: Io): JsonObject {
  const name = Object.keys(named).find((each) => named[each] === schema);
  if (name !== undefined) return { $ref: reference(name) };
  if (schema instanceof z.ZodArray) return { type: "array", items: schemaOf(schema.unwrap(), named, io) };
  return plain(z.toJSONSchema(schema, { io, unrepresentable: "any" }));
}

function components(named: Named, io: Io): Record<string, JsonObject> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io, unrepresentable: "any", uri: reference });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, plain(schema)]));
}

const mistake: JsonObject = { "application/json": { schema: { $ref: reference("Mistake") } } };

function reference(name: string): string {
  return `#/components/schemas/${name}`;
}

/** A description has these once, and not in each of its schemas. */
function plain(schema: object): JsonObject {
  const { $schema: _, $id: __, ...rest } = jsonSchema.parse(schema);
  return rest;
}

function parameter(name: string, place: "path" | "query" | "header"): JsonObject {
  return { name, in: place, required: place === "path", schema: { type: "string" } };
}

const jsonSchema = z.record(z.string(), z.json());
