/** The one listener: cloud requests by raw bytes, everything below the control prefix to the control API. */
import http from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Front } from "./front.ts";
import type { CloudRequest } from "../ports/request.ts";

// A purge of a thousand URLs travels in the request line.
const MAX_HEADER_SIZE = 4 * 1024 * 1024;
const MAX_BODY_SIZE = 32 * 1024 * 1024;

/** What is not a cloud's: everything below the path `prefix`. */
export interface OwnApi {
  readonly prefix: string;
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

export function createCloudServer(front: Front, control: OwnApi): http.Server {
  const toControl = getRequestListener(control.fetch);
  return http.createServer({ maxHeaderSize: MAX_HEADER_SIZE, keepAliveTimeout: 60_000 }, (request, response) => {
    if (isBelow(request.url ?? "", control.prefix)) {
      void toControl(request, response);
      return;
    }
    answerCloud(front, request, response).catch(() => request.socket.destroy());
  });
}

function isBelow(url: string, prefix: string): boolean {
  return url === prefix || url.startsWith(`${prefix}/`) || url.startsWith(`${prefix}?`);
}

async function answerCloud(front: Front, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const reply = await front.handle(await readRequest(request));
  if (reply.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, reply.delayMs));
  if (!reply.answer) {
    request.socket.destroy();
    return;
  }
  const { status, headers, body } = reply.answer;
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

function readRequest(request: http.IncomingMessage): Promise<CloudRequest> {
  const { method = "GET", url: target = "/", rawHeaders } = request;
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    headers.push([rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""]);
  }
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    request.on("data", (chunk: Uint8Array) => {
      size += chunk.byteLength;
      if (size > MAX_BODY_SIZE) reject(new Error("the body is too large"));
      else chunks.push(chunk);
    });
    request.on("error", reject);
    request.on("end", () => resolve({ method, target, headers, body: Buffer.concat(chunks) }));
  });
}
