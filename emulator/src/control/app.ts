/**
 * The control API. Each route works on one tenant: the one of the header `X-Emulator-Tenant`, else the default.
 */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import * as z from "zod";
import { ClockError } from "../clock/clock.ts";
import type { SharedStorage } from "../ports/storage.ts";
import type { Vendor } from "../ports/vendor.ts";
import { type JsonObject, writeJson } from "../ports/json.ts";
import { faultSchema } from "../ports/faults.ts";
import type { TenantRegistry } from "../tenant/registry.ts";
import { SeedError, readSeed } from "../tenant/seed.ts";
import { SettingError } from "../tenant/settings.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { LogFilter } from "../tenant/log.ts";
import { configurationOf } from "./configuration.ts";
import { addEdge } from "./edge.ts";
import { stateOf, tenantInfo } from "./describe.ts";
import { openApi } from "./openapi.ts";
import { addPage, addStream } from "./page.ts";
import { ControlError, type Env, jsonOf } from "./route.ts";
import { CONTROL_PREFIX, type ClockState, type Info, TENANT_HEADER, type Urls } from "./protocol.ts";
import { advanceSchema, clockSchema, nothingSchema, settingsSchema, tenantSchema } from "./schemas.ts";

export interface ControlParts {
  readonly registry: TenantRegistry;
  readonly vendors: readonly Vendor[];
  readonly storage: SharedStorage;
  readonly urls: () => Urls;
  readonly version: string;
}

const MAX_BODY_SIZE = 32 * 1024 * 1024;
/** Errors that tell the caller what is wrong with the request. */
const MISTAKES = [SeedError, SettingError, ClockError];

/** No page of another origin shows, frames or reads anything of the emulator's. */
const FOR_BROWSERS = {
  "content-security-policy":
    "default-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

export function createControl(parts: ControlParts): Hono {
  const app = new Hono<Env>();
  const { registry, vendors } = parts;

  app.onError((error, context) => {
    if (error instanceof ControlError) return context.json({ error: error.message }, error.status);
    if (error instanceof z.ZodError) return context.json({ error: z.prettifyError(error) }, 400);
    if (MISTAKES.some((kind) => error instanceof kind)) return context.json({ error: error.message }, 400);
    console.error("edgecache-emulator: the control API failed unexpectedly:", error);
    return context.json({ error: `the emulator failed: ${error.message}` }, 500);
  });
  app.use(bodyLimit({ maxSize: MAX_BODY_SIZE, onError: ({ json }) => json({ error: "the body is too large" }, 413) }));
  app.use(async (context, next) => {
    const name = context.req.header(TENANT_HEADER) ?? context.req.query("tenant");
    const tenant = registry.find(name);
    if (!tenant) throw new ControlError(404, `there is no tenant "${name}"`);
    context.set("tenant", tenant);
    await tenant.edge.settle();
    await next();
  });

  let description: JsonObject | undefined;
  app.get("/openapi.json", ({ json }) => json((description ??= openApi(parts.version))));
  app.get("/health", ({ json }) => json({ status: "ok", version: parts.version, pid: process.pid }));
  app.get("/info", ({ json, get }) => json(info(parts, get("tenant"))));
  app.get("/state", ({ json, get }) => json(stateOf(get("tenant"))));
  addTenants(app, parts);
  addClock(app);
  addRequests(app);
  addFaults(app);
  addEdge(app);
  addStream(app);

  // pre-signed links need no tenant: the key is the secret
  app.get("/oss/*", ({ req, body }) => {
    const content = parts.storage.read(req.path.slice(`${CONTROL_PREFIX}/oss/`.length));
    if (!content) throw new ControlError(404, "there is no such object");
    return body(Buffer.from(content).toString("utf8"), 200, { "content-type": "text/plain; charset=utf-8" });
  });
  app.put("/oss/*", async ({ req, json }) => {
    const key = req.path.slice(`${CONTROL_PREFIX}/oss/`.length);
    parts.storage.put(key, new Uint8Array(await req.arrayBuffer()));
    return json({ url: `https://${parts.storage.authority}/${key}` }, 201);
  });

  app.get("/settings", ({ json, get }) => json(get("tenant").settings.describe()));
  app.patch("/settings", async ({ req, json, get }) => {
    get("tenant").settings.override(settingsSchema.parse(await jsonOf(req)));
    return json(get("tenant").settings.describe());
  });
  app.post("/reset", async ({ req, body, get }) => {
    nothingSchema.parse(await jsonOf(req, {}));
    get("tenant").reset();
    return body(null, 204);
  });
  app.put("/seed", async ({ req, body, get }) => {
    registry.reseed(get("tenant"), readSeed(await jsonOf(req), vendors));
    return body(null, 204);
  });
  app.get("/snapshots", ({ json, get }) => json(get("tenant").snapshots));
  app.put("/snapshots/:name", async ({ req, body, get }) => {
    nothingSchema.parse(await jsonOf(req, {}));
    get("tenant").takeSnapshot(req.param("name"));
    return body(null, 204);
  });
  app.post("/snapshots/:name/restore", async ({ req, body, get }) => {
    nothingSchema.parse(await jsonOf(req, {}));
    const name = req.param("name");
    if (!get("tenant").restoreSnapshot(name)) throw new ControlError(404, `there is no snapshot "${name}"`);
    return body(null, 204);
  });

  const root = new Hono();
  root.notFound(({ req, json }) => {
    const what = `${req.method} ${req.path}`;
    return json({ error: `there is no ${what}; ${CONTROL_PREFIX}/openapi.json lists what there is` }, 404);
  });
  root.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(FOR_BROWSERS)) context.res.headers.set(name, value);
  });
  addPage(root, CONTROL_PREFIX);
  root.route(CONTROL_PREFIX, app);
  return root;
}

function info(parts: ControlParts, tenant: Tenant): Info {
  const urls = parts.urls();
  return {
    ...urls,
    version: parts.version,
    tenant: tenantInfo(tenant, urls),
    tenants: parts.registry.all.map(({ name }) => name),
    faultKinds: faultSchema.options.map((option) => option.shape.kind.value),
    faultTexts: Object.fromEntries(
      faultSchema.options.map(({ shape, description = "" }) => [shape.kind.value, description]),
    ),
    actions: [...tenant.services.values()].flatMap(({ operations }) => [...operations.keys()]),
  };
}

function addTenants(app: Hono<Env>, { registry, vendors, urls }: ControlParts): void {
  app.get("/tenants", ({ json }) => json(registry.all.map((tenant) => tenantInfo(tenant, urls()))));
  app.post("/tenants", async ({ req, json }) => {
    const { name, seed, clock } = tenantSchema.parse(await jsonOf(req));
    const tenant = registry.create(name, {
      ...(seed === undefined ? {} : { seed: readSeed(seed, vendors) }),
      clock: clock === "inherit" || clock === "real" ? clock : Date.parse(clock),
    });
    return json(tenantInfo(tenant, urls()), 201);
  });
  app.delete("/tenants/:name", ({ req, body }) => {
    const name = req.param("name");
    if (!registry.remove(name)) throw new ControlError(404, `there is no tenant "${name}" that could be removed`);
    return body(null, 204);
  });
  app.get("/configuration", ({ json, get }) => json(configurationOf(get("tenant"), urls().endpoint)));
}

function addClock(app: Hono<Env>): void {
  const show = (tenant: Tenant): ClockState => ({
    mode: tenant.clock.mode,
    now: new Date(tenant.clock.now()).toISOString(),
  });
  app.get("/clock", ({ json, get }) => json(show(get("tenant"))));
  app.put("/clock", async ({ req, json, get }) => {
    const { mode, now } = clockSchema.parse(await jsonOf(req));
    const { clock } = get("tenant");
    if (mode === "frozen") clock.freeze(now === undefined ? clock.now() : Date.parse(now));
    else if (now === undefined) clock.run("machine");
    else {
      clock.freeze(Date.parse(now));
      clock.run("here");
    }
    await get("tenant").edge.settle();
    return json(show(get("tenant")));
  });
  app.post("/clock/advance", async ({ req, json, get }) => {
    get("tenant").clock.advance(advanceSchema.parse(await jsonOf(req)).ms);
    await get("tenant").edge.settle();
    return json(show(get("tenant")));
  });
}

const FILTERS = ["service", "action", "code", "outcome"] as const;

function addRequests(app: Hono<Env>): void {
  app.get("/requests", ({ req, body, get }) => {
    const query = req.query();
    const params = Object.fromEntries(
      Object.entries(query)
        .filter(([name]) => name.startsWith("param."))
        .map(([name, value]) => [name.slice("param.".length), value]),
    );
    const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
    const filter: LogFilter = {
      ...Object.fromEntries(FILTERS.map((name) => [name, query[name]])),
      status: number(query["status"]),
      since: number(query["since"]),
      params,
    };
    return body(writeJson(get("tenant").log.find(filter)), 200, { "content-type": "application/json" });
  });
  app.delete("/requests", ({ body, get }) => {
    get("tenant").log.clear();
    return body(null, 204);
  });
}

function addFaults(app: Hono<Env>): void {
  app.get("/faults", ({ json, get }) => json(get("tenant").faults.list()));
  app.post("/faults", async ({ req, json, get }) => {
    const id = get("tenant").faults.add(faultSchema.parse(await jsonOf(req)));
    return json({ id }, 201);
  });
  app.delete("/faults/:id", ({ req, body, get }) => {
    const id = req.param("id");
    if (!get("tenant").faults.remove(id)) throw new ControlError(404, `there is no fault "${id}"`);
    return body(null, 204);
  });
  app.delete("/faults", ({ body, get }) => {
    get("tenant").faults.clear();
    return body(null, 204);
  });
}
