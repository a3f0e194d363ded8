/** The HTTP server of the edge: what visitors ask. */
import http from "node:http";
import { readBody } from "../http/body.ts";
import { listener } from "../http/listener.ts";
import type { EdgeCloud } from "./cloud.ts";
import { requestAddress } from "../ports/address.ts";
import type { Served } from "./node.ts";
import { flatten } from "../origin/client.ts";
import { NODE_HEADER, TENANT_HEADER } from "../ports/headers.ts";
import { ranged } from "./range.ts";

const MAX_BODY_SIZE = 32 * 1024 * 1024;

// A browser that opens the address which the command prints gets this.
const how = "The Host header chooses the site, X-Emulator-Node the node.";

/** Which tenant a visitor means: the header `X-Emulator-Tenant`, else the default one. */
export interface Tenants {
  find(name: string | undefined): { readonly edge: EdgeCloud } | undefined;
}

/** `node`: the one that answers here; else the visitor names one by a header, or gets the first. */
export function createEdgeServer(tenants: Tenants, node?: string): http.Server {
  return http.createServer(listener((request, response) => visit(tenants, node, request, response)));
}

async function visit(
  tenants: Tenants,
  node: string | undefined,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const headers = flatten(request.headers);
  const tenant = tenants.find(headers[TENANT_HEADER]);
  const address = requestAddress(headers["host"] ?? "", request.url ?? "/");
  if (!tenant || !address) return refuse(response, "There is no such tenant or address.");
  const method = request.method ?? "GET";
  const hasBody = method !== "GET" && method !== "HEAD";
  const body = hasBody ? await readBody(request, MAX_BODY_SIZE) : undefined;
  if (hasBody && !body) return void response.writeHead(413, { connection: "close" }).end();
  const served = await tenant.edge.serve(
    { method, ...address, headers, ...(body ? { body } : {}) },
    node ?? headers[NODE_HEADER],
  );
  if (!served) return refuse(response, `No service delivers ${address.host}, or there is no such node. ${how}`);
  send(response, method, ranged(conditional(served, headers), headers), served.node);
}

function send(response: http.ServerResponse, method: string, served: Served, node: string): void {
  for (const [name, value] of Object.entries(served.headers)) {
    if (value !== undefined && !HOP_BY_HOP.includes(name)) response.setHeader(name, value);
  }
  response.setHeader("x-cache", served.cache);
  response.setHeader("x-edge-node", node);
  if (served.age !== undefined) response.setHeader("age", String(served.age));
  response.setHeader("content-length", served.body.byteLength);
  response.writeHead(served.status);
  response.end(method === "HEAD" ? undefined : served.body);
}

const HOP_BY_HOP = ["connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length"];

/** A visitor who already has this version gets 304. */
function conditional(served: Served, headers: Readonly<Record<string, string>>): Served {
  const wanted = headers["if-none-match"];
  const etag = served.headers["etag"];
  if (served.status !== 200 || wanted === undefined || typeof etag !== "string") return served;
  const bare = (tag: string): string => tag.trim().replace(/^W\//, "");
  const fits = wanted.trim() === "*" || wanted.split(",").some((tag) => bare(tag) === bare(etag));
  return fits ? { ...served, status: 304, body: new Uint8Array() } : served;
}

function refuse(response: http.ServerResponse, text: string): void {
  response.writeHead(404, { "content-type": "text/plain; charset=utf-8", "x-cache": "NONE" });
  response.end(`${text}\n`);
}
