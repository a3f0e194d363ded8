/** How a node asks the origin: over real HTTP, with the visitor's host. */
import http from "node:http";
import { TENANT_HEADER } from "../ports/headers.ts";

export interface OriginRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface OriginResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Set-Cookie lines, which cannot be joined into one. */
  readonly cookies: readonly string[];
  readonly body: Uint8Array;
}

export class OriginTimeout extends Error {}

export type OriginFetch = (request: OriginRequest) => Promise<OriginResponse>;

/**
 * Asks the origin server of the emulator; `tenant` says whose pages. Rejects when it cannot be reached, with
 * OriginTimeout when it takes longer than `timeoutMs` of the machine's time.
 */
export function originFetch(
  originUrl: () => string,
  tenant: string,
  agent: http.Agent,
  timeoutMs: () => number,
): OriginFetch {
  return ({ method, host, path, headers, body }) =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(originUrl());
      const request = http.request(
        { hostname, port, method, path, agent, headers: { ...headers, host, [TENANT_HEADER]: tenant } },
        (response) => {
          const chunks: Uint8Array[] = [];
          response.on("data", (chunk: Uint8Array) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () =>
            resolve({
              status: response.statusCode ?? 502,
              headers: flatten(response.headers),
              cookies: response.headers["set-cookie"] ?? [],
              body: Buffer.concat(chunks),
            }),
          );
        },
      );
      request.on("error", reject);
      request.setTimeout(timeoutMs(), () => request.destroy(new OriginTimeout("the origin did not answer in time")));
      request.end(body);
    });
}

export function flatten(headers: http.IncomingHttpHeaders): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && name !== "set-cookie") flat[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return flat;
}
