/** The one listener: cloud requests by raw bytes, everything below the control prefix to the control API. */
import http from "node:http";
import { getRequestListener } from "@hono/node-server";
import { readBody } from "../http/body.ts";
import { listener } from "../http/listener.ts";
import { type CloudRequest, HeaderMap } from "../ports/request.ts";
import type { Doors } from "./doors.ts";
import type { Front } from "./front.ts";

// A purge of a thousand URLs travels in the request line.
const MAX_HEADER_SIZE = 4 * 1024 * 1024;
const MAX_BODY_SIZE = 32 * 1024 * 1024;

/** What is not a cloud's: everything below the path `prefix`. */
export interface OwnApi {
  readonly prefix: string;
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

export function createCloudServer(front: Front, control: OwnApi, doors: Doors): http.Server {
  const toControl = getRequestListener(control.fetch);
  return http.createServer(
    { maxHeaderSize: MAX_HEADER_SIZE, keepAliveTimeout: 60_000 },
    listener((request, response) => {
      const { method = "GET", url = "/" } = request;
      if (url === "/" && method === "GET" && isBrowser(request)) {
        return void response.writeHead(302, { location: `${control.prefix}/` }).end();
      }
      if (!isBelow(url, control.prefix)) return answerCloud(front, request, response);
      const refused = doors.control(method, url.slice(control.prefix.length), new HeaderMap(headersOf(request)));
      if (!refused) return toControl(request, response);
      response.writeHead(refused.status, { "content-type": "application/json", connection: "close" });
      response.end(JSON.stringify({ error: refused.message }));
      return undefined;
    }),
  );
}

/** Somebody who types the address wants to see the page; no SDK asks for HTML. */
function isBrowser({ headers }: http.IncomingMessage): boolean {
  return headers.accept?.includes("text/html") === true;
}

function isBelow(url: string, prefix: string): boolean {
  return url === prefix || url.startsWith(`${prefix}/`) || url.startsWith(`${prefix}?`);
}

async function answerCloud(front: Front, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const { method = "GET", url: target = "/" } = request;
  const content = await readBody(request, MAX_BODY_SIZE);
  if (!content) return void response.writeHead(413, { connection: "close" }).end();
  const asked: CloudRequest = { method, target, headers: headersOf(request), body: content };
  const reply = await front.handle(asked);
  if (reply.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, reply.delayMs));
  if (!reply.answer) {
    request.socket.destroy();
    return;
  }
  const { status, headers, body } = reply.answer;
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

/** In wire order and case. */
function headersOf({ rawHeaders }: http.IncomingMessage): CloudRequest["headers"] {
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    headers.push([rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""]);
  }
  return headers;
}
