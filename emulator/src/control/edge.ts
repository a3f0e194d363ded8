/** The routes of origin and edge: pages, visits, copies. */
import type { Hono } from "hono";
import * as z from "zod";
import { excerpt } from "../origin/excerpt.ts";
import { pageSchema } from "../origin/origin.ts";
import { edgeObjects } from "./describe.ts";
import type { OriginPage } from "./protocol.ts";
import { ControlError, type Env, jsonOf } from "./route.ts";
import { downSchema, visitSchema } from "./schemas.ts";
import { visitAtEdge } from "./visit.ts";

export function addEdge(app: Hono<Env>): void {
  app.get("/origin/pages", ({ json, get }) => {
    const { pages } = get("tenant").origin;
    return json(
      pages.map(({ body, ...page }): OriginPage => {
        const text = excerpt(page.headers["content-type"], body);
        return { ...page, bytes: body.byteLength, ...(text === undefined ? {} : { excerpt: text }) };
      }),
    );
  });
  app.put("/origin/pages", async ({ req, body, get }) => {
    const pages = z.array(pageSchema).parse(await jsonOf(req));
    for (const page of pages) get("tenant").origin.publish(page);
    return body(null, 204);
  });
  app.delete("/origin/pages", ({ req, body, get }) => {
    const { host, path } = req.query();
    if (path === undefined) get("tenant").origin.clear();
    else get("tenant").origin.unpublish(host ?? "*", path);
    return body(null, 204);
  });
  app.get("/origin/log", ({ json, get }) => json(get("tenant").origin.log));
  app.delete("/origin/log", ({ body, get }) => {
    get("tenant").origin.clearLog();
    return body(null, 204);
  });
  app.put("/origin/down", async ({ req, body, get }) => {
    get("tenant").origin.down = downSchema.parse(await jsonOf(req)).down;
    return body(null, 204);
  });
  app.get("/edge/objects", ({ req, json, get }) => {
    const { host, node, limit } = req.query();
    return json(edgeObjects(get("tenant"), { host, node, limit: limit === undefined ? 1000 : Number(limit) }));
  });
  app.delete("/edge/objects", ({ body, get }) => {
    get("tenant").edge.clear();
    return body(null, 204);
  });
  app.get("/edge/log", ({ req, json, get }) => {
    const { limit } = req.query();
    return json(get("tenant").edge.log.events(limit === undefined ? undefined : Number(limit)));
  });
  app.delete("/edge/log", ({ body, get }) => {
    get("tenant").edge.log.clear();
    return body(null, 204);
  });
  app.post("/edge/visits", async ({ req, json, get }) => {
    const visit = visitSchema.parse(await jsonOf(req));
    const answers = await visitAtEdge(get("tenant"), visit);
    if (!answers) throw new ControlError(404, `no service delivers ${visit.url}, or there is no such node`);
    return json(answers);
  });
}
