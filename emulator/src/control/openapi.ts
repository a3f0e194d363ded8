/** The OpenAPI description of the control API, made from one table and the schemas that the routes use. */
import * as z from "zod";
import { pageSchema } from "../edge/origin.ts";
import { faultSchema } from "../world/faults.ts";
import type { JsonObject } from "../world/json.ts";
import { seedSchema } from "../world/seed.ts";
import { CONTROL_PREFIX } from "./protocol.ts";
import { advanceSchema, clockSchema, downSchema, settingsSchema, tenantSchema } from "./schemas.ts";

type Method = "get" | "put" | "post" | "patch" | "delete";

interface Route {
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  /** JSON of this form, or any text. */
  readonly body?: z.ZodType | "text";
  readonly query?: readonly string[];
  /** Status of success; 200 with JSON unless said. */
  readonly status?: number;
  readonly type?: string;
}

export const routes: readonly Route[] = [
  { method: "get", path: "/", summary: "The web page", type: "text/html" },
  { method: "get", path: "/openapi.json", summary: "This description" },
  { method: "get", path: "/info", summary: "Addresses, the tenant's keys and configuration, actions, fault kinds" },
  { method: "get", path: "/configuration", summary: "The provider configuration of the tenant" },
  { method: "get", path: "/state", summary: "Clock, sites, domains, zones, quotas, tasks, nodes" },
  { method: "get", path: "/tenants", summary: "All tenants with their keys" },
  { method: "post", path: "/tenants", summary: "Makes a fresh tenant", body: tenantSchema, status: 201 },
  { method: "delete", path: "/tenants/{name}", summary: "Removes a tenant", status: 204 },
  { method: "get", path: "/clock", summary: "Mode and time" },
  { method: "put", path: "/clock", summary: "Stops the clock or lets it run", body: clockSchema },
  { method: "post", path: "/clock/advance", summary: "Moves the clock forward", body: advanceSchema },
  {
    method: "get",
    path: "/requests",
    summary: "The request log; param.NAME=VALUE filters by a parameter",
    query: ["service", "action", "status", "code", "outcome", "since", "param.NAME"],
  },
  { method: "delete", path: "/requests", summary: "Empties the request log", status: 204 },
  {
    method: "get",
    path: "/requests/stream",
    summary: "Requests as they come, as server-sent events named `request`",
    type: "text/event-stream",
  },
  { method: "get", path: "/faults", summary: "Standing faults and how often they hit" },
  { method: "post", path: "/faults", summary: "Switches a fault on", body: faultSchema, status: 201 },
  { method: "delete", path: "/faults/{id}", summary: "Switches a fault off", status: 204 },
  { method: "delete", path: "/faults", summary: "Switches all faults off", status: 204 },
  {
    method: "get",
    path: "/settings",
    summary: "Every switch, limit and text with the value in force and where it comes from",
  },
  { method: "patch", path: "/settings", summary: "Sets switches, limits and texts by name", body: settingsSchema },
  { method: "post", path: "/reset", summary: "Back to the seed; the clock stays", status: 204 },
  { method: "put", path: "/seed", summary: "Replaces the seed and starts from it", body: seedSchema, status: 204 },
  { method: "get", path: "/snapshots", summary: "Names of the snapshots" },
  { method: "put", path: "/snapshots/{name}", summary: "Takes a snapshot", status: 204 },
  { method: "post", path: "/snapshots/{name}/restore", summary: "Takes a snapshot back", status: 204 },
  { method: "get", path: "/origin/pages", summary: "What the origin has" },
  { method: "put", path: "/origin/pages", summary: "Publishes pages", body: z.array(pageSchema), status: 204 },
  {
    method: "delete",
    path: "/origin/pages",
    summary: "Takes one page away, or all",
    query: ["host", "path"],
    status: 204,
  },
  { method: "get", path: "/origin/log", summary: "Who asked the origin for what" },
  { method: "delete", path: "/origin/log", summary: "Empties the origin's log", status: 204 },
  {
    method: "put",
    path: "/origin/down",
    summary: "Lets the origin cut every connection",
    body: downSchema,
    status: 204,
  },
  { method: "get", path: "/edge/objects", summary: "Cached objects per node", query: ["host", "node", "limit"] },
  { method: "delete", path: "/edge/objects", summary: "Empties all caches", status: 204 },
  { method: "get", path: "/oss/{key}", summary: "Content of the object storage", type: "text/plain" },
  { method: "put", path: "/oss/{key}", summary: "Puts content into the object storage", body: "text", status: 201 },
];

export function openApi(version: string): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const route of routes) {
    const path = `${CONTROL_PREFIX}${route.path}`;
    paths[path] = { ...paths[path], [route.method]: describeRoute(route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "edgecache emulator: control API",
      version,
      description: "Each call works on one tenant: the one of the header X-Emulator-Tenant, else the default.",
    },
    paths,
  };
}

function describeRoute({
  summary,
  path,
  body,
  query = [],
  status = 200,
  type = "application/json",
}: Route): JsonObject {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => parameter(name, "path"));
  return {
    summary,
    parameters: [...inPath, ...query.map((name) => parameter(name, "query")), parameter("X-Emulator-Tenant", "header")],
    ...(body ? { requestBody: { required: true, content: contentOf(body) } } : {}),
    responses: {
      [String(status)]: status === 204 ? { description: "Done" } : { description: "Done", content: { [type]: {} } },
      "400": { description: "What is wrong with the request" },
      "404": { description: "There is no such tenant or thing" },
    },
  };
}

function contentOf(body: z.ZodType | "text"): JsonObject {
  if (body === "text") return { "text/plain": { schema: { type: "string" } } };
  return { "application/json": { schema: schemaOf(body) } };
}

function parameter(name: string, place: "path" | "query" | "header"): JsonObject {
  return { name, in: place, required: place === "path", schema: { type: "string" } };
}

const jsonSchema = z.record(z.string(), z.json());

function schemaOf(schema: z.ZodType): JsonObject {
  return jsonSchema.parse(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
}
