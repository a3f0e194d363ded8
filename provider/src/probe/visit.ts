/** One request as a visitor makes it: a GET by HTTP/1.1, whatever the server, without credentials or cookies of its own. */
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { rootCertificates } from "node:tls";
import { acceptEncoding, decode } from "./body.ts";
import { header, hostOf, redirect, splitAddress, type Connection } from "./connect.ts";

export interface Request extends Connection {
  readonly url: string;
  /** Where to connect instead of the URL's host. */
  readonly address?: string | undefined;
  /** Without the body the connection ends with the headers. A HEAD would be less, but servers answer it otherwise. */
  readonly want: "headers" | "body";
  /** Of the body, as sent and as decoded. */
  readonly maxBytes: number;
}

export type Visit =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      /** Decoded. Absent if it was not wanted, or for the reason in `problem`. */
      readonly body?: Buffer;
      readonly problem?: string;
      /** Of the body, as sent. */
      readonly bytes: number;
      /** The address that answered. */
      readonly node: string | undefined;
    }
  | { readonly problem: string; readonly status?: undefined; readonly bytes: 0 };

/** Never throws: what a server does wrong is a finding. Once the signal fires it ends at once. */
export type Visitor = (request: Request, signal: AbortSignal) => Promise<Visit>;

const mostRedirects = 3;

export const visit: Visitor = async (request, signal) => {
  let url = new URL(request.url);
  for (let hops = 0; ; hops++) {
    const answer = await ask(url, request, signal);
    const location = answer.status !== undefined && isRedirect(answer.status) ? answer.headers["location"] : undefined;
    if (location === undefined || hops === mostRedirects) return answer;
    const pinned = request.address === undefined ? undefined : splitAddress(request.address);
    const next = redirect(location, url, header(request.headers, "host"), pinned);
    if (next === undefined) return answer;
    url = next;
  }
};

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function ask(url: URL, request: Request, signal: AbortSignal): Promise<Visit> {
  return new Promise((resolve) => {
    const fail = (error: Error): void => resolve({ problem: failure(error), bytes: 0 });
    try {
      const sent = (url.protocol === "https:" ? https : http).request(
        { ...optionsOf(url, request), signal },
        (response) => {
          read(response, request).then(resolve, fail);
        },
      );
      sent.on("error", fail);
      sent.end();
    } catch (error) {
      // A header that no request can have.
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

function optionsOf(url: URL, { address, headers, serverName, ca }: Request): https.RequestOptions {
  const at = address === undefined ? undefined : splitAddress(address);
  const name = serverName ?? hostOf(url);
  const named = header(headers, "host") === undefined ? { Host: url.host } : {};
  return {
    host: at?.host ?? hostOf(url),
    port: at?.port ?? url.port,
    path: `${url.pathname}${url.search}`,
    headers: {
      "User-Agent": "edgecache-probe",
      Accept: "*/*",
      "Accept-Encoding": acceptEncoding,
      ...named,
      ...headers,
    },
    // No connection outlives its request: the next one may find another server behind the name.
    agent: false,
    ...(isIP(name) === 0 ? { servername: name } : {}),
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
  };
}

async function read(response: IncomingMessage, { want, maxBytes }: Request): Promise<Visit> {
  const { statusCode: status = 0, socket } = response;
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );
  const facts = { status, headers, node: socket.remoteAddress };
  if (want === "headers") {
    response.destroy();
    return { ...facts, bytes: 0 };
  }
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of response) {
    if (!Buffer.isBuffer(piece)) continue;
    bytes += piece.length;
    if (bytes > maxBytes) {
      response.destroy();
      return { ...facts, bytes, problem: `its body is over ${maxBytes} bytes` };
    }
    pieces.push(piece);
  }
  return { ...facts, bytes, ...decode(Buffer.concat(pieces), headers["content-encoding"] ?? "", maxBytes) };
}

function failure(error: Error): string {
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return code === "ECONNRESET"
    ? "the connection was cut off"
    : `no answer: ${code}${error.message === "" ? "" : ` (${error.message})`}`;
}
