/** The HTTP server of the origin: what the nodes ask. */
import http from "node:http";
import { listener } from "../http/listener.ts";
import { TENANT_HEADER } from "../ports/headers.ts";
import { flatten } from "./client.ts";
import type { Origin } from "./origin.ts";

/** The nodes name their tenant by the header `X-Emulator-Tenant`. */
export interface Origins {
  find(name: string | undefined): { readonly origin: Origin } | undefined;
}

export function createOriginServer(tenants: Origins): http.Server {
  return http.createServer(
    { keepAliveTimeout: 60_000 },
    listener(async (request, response) => {
      const { [TENANT_HEADER]: name, ...headers } = flatten(request.headers);
      const tenant = tenants.find(name);
      if (!tenant) return void response.writeHead(404).end("There is no such tenant.\n");
      if (tenant.origin.down) return void request.socket.destroy();
      request.resume();
      const answer = tenant.origin.answer(request.method ?? "GET", headers["host"] ?? "", request.url ?? "/", headers);
      if (answer.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, answer.delayMs));
      response.sendDate = false;
      response.writeHead(answer.status, { ...answer.headers, ...lengthOf(answer.status, answer.body) });
      response.end(answer.status === 304 ? undefined : answer.body);
    }),
  );
}

function lengthOf(status: number, body: Uint8Array): Record<string, number> {
  return status === 304 ? {} : { "content-length": body.byteLength };
}
