/** One request as a visitor makes it: a GET by HTTP/1.1, whatever the server, without credentials or cookies of its own. */
import http, { type Agent, type IncomingMessage } from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { Refusal } from "../core/errors.ts";
import { tunnelRefused } from "../core/network/failure.ts";
import { Journey } from "../core/network/journey.ts";
import type { Network } from "../core/network/network.ts";
import { nameOf, portOf, type ProxyRoute } from "../core/network/proxies.ts";
import { tunnel } from "../core/network/tunnel.ts";
import { acceptEncoding, decode, overLimit } from "./body.ts";
import { header, hostOf, splitAddress, urlAt, type Connection } from "./connect.ts";

export interface Request extends Connection {
  readonly url: string;
  /** Where to connect instead of the URL's host. */
  readonly address?: string | undefined;
  /** Without the body the connection ends with the headers. A HEAD would be less, but servers answer it otherwise. */
  readonly want: "headers" | "body";
  /** Of the body, as sent and as decoded. */
  readonly maxBytes: number;
  /** Takes bytes as they arrive; `false`: no more. */
  readonly spend: (bytes: number) => boolean;
}

export type Visit =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      /** Decoded. Absent if it was not wanted, or for the reason in `problem`. */
      readonly body?: Buffer;
      readonly problem?: string;
      /** It is over the limit of one body. */
      readonly tooBig?: boolean;
      /** The address that answered. */
      readonly node: string | undefined;
    }
  | { readonly problem: string; readonly status?: undefined };

/** Never throws: what a server does wrong is a finding. Follows no redirect. Once the signal fires it ends at once. */
export type Visitor = (request: Request, signal: AbortSignal) => Promise<Visit>;

/** Requests leave by the proxies that the network names and trust whom it trusts, as all of the provider's do. */
export function visitor(network: Network): Visitor {
  return async (request, signal) => {
    let route: ProxyRoute | undefined;
    const journey = new Journey();
    try {
      const url = new URL(request.url);
      route = network.route(urlAt(url, request.address));
      const ca = network.authorities(request.ca);
      const trust = ca === undefined ? {} : { ca };
      const agent = route === undefined ? undefined : await agentFor(url, request, route, trust);
      const options = { ...optionsOf(url, request), ...trust, agent: agent ?? false, signal };
      const visit = await ask(url, options, request, { agent, journey });
      // That was the proxy's answer, and nothing that a server has said.
      return route !== undefined && journey.refusedByProxy ? refusedBy(route, journey) : visit;
    } catch (error) {
      if (route !== undefined && journey.refusedByProxy) return refusedBy(route, journey);
      const through = route === undefined ? "" : ` through the proxy ${nameOf(route)}`;
      return { problem: `${failure(error instanceof Error ? error : new Error(String(error)))}${through}` };
    }
  };
}

function ask(
  url: URL,
  options: https.RequestOptions,
  request: Request,
  { agent, journey }: { readonly agent: Agent | undefined; readonly journey: Journey },
): Promise<Visit> {
  return new Promise((resolve, reject) => {
    const sent = (url.protocol === "https:" ? https : http).request(options, (response) => {
      read(response, request, agent === undefined ? response.socket.remoteAddress : undefined).then(resolve, reject);
    });
    journey.watch(sent);
    sent.on("error", reject);
    sent.end();
  });
}

function optionsOf(url: URL, { address, headers, serverName }: Request): https.RequestOptions {
  const at = address === undefined ? undefined : splitAddress(address);
  const name = serverName ?? hostOf(url);
  const named = header(headers, "host") === undefined ? { Host: url.host } : {};
  return {
    host: at?.host ?? hostOf(url),
    port: at?.port ?? portOf(url),
    path: `${url.pathname}${url.search}`,
    headers: {
      "User-Agent": "edgecache-probe",
      Accept: "*/*",
      "Accept-Encoding": acceptEncoding,
      ...named,
      // Node takes one character for each byte; clients write UTF-8.
      ...Object.fromEntries(
        Object.entries(headers).map(([key, value]) => [key, Buffer.from(value).toString("latin1")]),
      ),
    },
    ...(isIP(name) === 0 ? { servername: name } : {}),
  };
}

/** An agent of its own: no connection outlives its request, since the next one may find another server behind the name. */
function agentFor(url: URL, { address, headers }: Request, route: ProxyRoute, trust: object): Promise<Agent> {
  // What is sent to a proxy as it is goes where its URL leads, and by no other name.
  const plain = url.protocol === "http:" && address === undefined && header(headers, "host") === undefined;
  return tunnel(!plain, route, trust);
}

async function read(
  response: IncomingMessage,
  { want, maxBytes, spend }: Request,
  node: string | undefined,
): Promise<Visit> {
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );
  const facts = { status: response.statusCode ?? 0, headers, node };
  if (want === "headers") {
    response.destroy();
    return facts;
  }
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of response) {
    if (!Buffer.isBuffer(piece)) continue;
    bytes += piece.length;
    const enough = spend(piece.length);
    if (!enough || bytes > maxBytes) {
      response.destroy();
      return {
        ...facts,
        ...(enough
          ? overLimit(maxBytes)
          : { problem: "its body was not read to its end: the probes have read as much as they may" }),
      };
    }
    pieces.push(piece);
  }
  return { ...facts, ...decode(Buffer.concat(pieces), headers["content-encoding"] ?? "", maxBytes) };
}

function refusedBy(route: ProxyRoute, { proxyStatus = Number.NaN }: Journey): Visit {
  return { problem: tunnelRefused(nameOf(route), proxyStatus) };
}

/** By Node's code, in words of our own: a library's text names hosts, which may be secret. */
const words: Readonly<Record<string, string>> = {
  ENOTFOUND: "the host is not known",
  EAI_AGAIN: "the address of the host could not be looked up",
  ECONNREFUSED: "the connection was refused",
  ETIMEDOUT: "no connection in time",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  EPIPE: "the connection was cut off",
  EPROTO: "it speaks no TLS that this machine knows",
  ERR_SSL_WRONG_VERSION_NUMBER: "it speaks no TLS that this machine knows",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is of another host",
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
};

function failure(error: Error): string {
  // What the environment or the configuration has wrong; see `Network`.
  if (error instanceof Refusal) return error.message;
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  if (code === "ECONNRESET") return "the connection was cut off";
  const untrusted = /SELF_SIGNED|UNABLE_TO_|INVALID_CA/.test(code);
  const why = words[code] ?? (untrusted ? "its certificate's authority is not trusted here" : undefined);
  return `no answer: ${code}${why === undefined ? "" : ` (${why})`}`;
}
