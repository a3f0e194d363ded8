/** The web page: static files, and the live request log as server-sent events. */
import { readFileSync } from "node:fs";
import { writeJson } from "../ports/json.ts";
import type { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { Tenant } from "../tenant/tenant.ts";

// beside src/ and dist/, so the same path leads there from either
const FOLDER = new URL("../../page/", import.meta.url);
const STYLES = ["base", "tables", "visitors", "sections", "narrow"].map((name) => `${name}.css`);
const MODULES = ["page", "api", "dom", "visitors", "tasks", "log", "fold", "faults", "places"].map(
  (name) => `${name}.mjs`,
);
const FILES = ["index.html", ...STYLES, ...MODULES];
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
};

/** The page itself; with the slash, so that its links are relative to the prefix. */
export function addPage(root: Hono, prefix: string): void {
  root.get(prefix, (context) => context.redirect(`${prefix}/`));
  root.get(`${prefix}/`, () => file("index.html"));
  for (const name of FILES) root.get(`${prefix}/page/${name}`, () => file(name));
}

function file(name: string): Response {
  return new Response(readFileSync(new URL(name, FOLDER)), {
    headers: { "content-type": TYPES[name.split(".").at(-1) ?? ""] ?? "text/plain" },
  });
}

export function addStream(app: Hono<{ Variables: { tenant: Tenant } }>): void {
  app.get("/requests/stream", (context) =>
    streamSSE(context, async (stream) => {
      const { log } = context.get("tenant");
      let wake = (): void => undefined;
      const waiting: string[] = [];
      const stop = log.listen((entry) => {
        waiting.push(writeJson(entry));
        wake();
      });
      stream.onAbort(() => {
        stop();
        wake();
      });
      await stream.writeSSE({ event: "open", data: "" });
      while (!stream.aborted) {
        const data = waiting.shift();
        if (data !== undefined) await stream.writeSSE({ event: "request", data });
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    }),
  );
}
