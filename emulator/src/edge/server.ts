/** The two HTTP servers that visitors meet: the edge and, behind it, the origin. */
import http from "node:http";
import type { EdgeCloud } from "./cloud.ts";
import { requestAddress } from "../ports/address.ts";
import type { Served } from "./node.ts";
import type { Origin } from "../origin/origin.ts";
import { flatten } from "../origin/client.ts";
import { ranged } from "./range.ts";

/** Which tenant a visitor means: the header `X-Emulator-Tenant`, else the default one. */
export interface Tenants {
  find(name: string | undefined): { readonly edge: EdgeCloud; readonly origin: Origin } | undefined;
}

export function createEdgeServer(tenants: Tenants): http.Server {
  return http.createServer((request, response) => {
    visit(tenants, request, response).catch((error: unknown) => {
      response.writeHead(500, { "content-type": "text/plain" });
      response.end(`The emulator's edge failed: ${String(error)}\n`);
    });
  });
}

async function visit(tenants: Tenants, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const headers = flatten(request.headers);
  const tenant = tenants.find(headers["x-emulator-tenant"]);
  const address = requestAddress(headers["host"] ?? "", request.url ?? "/");
  if (!tenant || !address) return refuse(response, "There is no such tenant or address.");
  const method = request.method ?? "GET";
  const body = method === "GET" || method === "HEAD" ? undefined : await readAll(request);
  const served = await tenant.edge.serve(
    { method, ...address, headers, ...(body ? { body } : {}) },
    headers["x-emulator-node"],
  );
  if (!served) return refuse(response, `No service delivers ${address.host}, or there is no such node.`);
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

export function createOriginServer(tenants: Tenants): http.Server {
  return http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const { "x-emulator-tenant": name, ...headers } = flatten(request.headers);
    const tenant = tenants.find(name);
    if (!tenant) return refuse(response, "There is no such tenant.");
    if (tenant.origin.down) return void request.socket.destroy();
    request.resume();
    const answer = tenant.origin.answer(request.method ?? "GET", headers["host"] ?? "", request.url ?? "/", headers);
    const reply = (): void => {
      response.sendDate = false;
      response.writeHead(answer.status, { ...answer.headers, ...lengthOf(answer.status, answer.body) });
      response.end(answer.status === 304 ? undefined : answer.body);
    };
    if (answer.delayMs > 0) setTimeout(reply, answer.delayMs);
    else reply();
  });
}

function lengthOf(status: number, body: Uint8Array): Record<string, number> {
  return status === 304 ? {} : { "content-length": body.byteLength };
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
