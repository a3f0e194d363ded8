/**
 * Who may come in: the check of each request to the control API, the page and the clouds. A web page that the user
 * happens to have open can send requests to this machine; it must neither change nor read anything here. Visitors of
 * the edge are not checked: its Host header names a simulated site.
 */
import { isIP } from "node:net";
import { ApiError } from "../ports/api-error.ts";
import type { HeaderMap } from "../ports/request.ts";

export interface Doors {
  /** What refuses a request to a cloud; undefined: it may come in. `domains`: of the vendor's real endpoints. */
  cloud(headers: HeaderMap, domains: readonly string[]): ApiError | undefined;
  /** The same for a request to the control API or the page; `path` below its prefix. */
  control(method: string, path: string, headers: HeaderMap): ApiError | undefined;
}

/** `hosts`: names and addresses beside those of the loopback, with or without a port. Throws on what is none. */
export function createDoors(hosts: readonly string[]): Doors {
  const allowed = new Set(hosts.map(namedHost));
  const foreign = (headers: HeaderMap, isOwn: (name: string) => boolean): ApiError | undefined => {
    const authority = parseAuthority(headers.get("host") ?? "");
    if (!authority) return refusal(400, "HostNotValid", "The Host header is no host.");
    // DNS rebinding: a page's own name leads here, so that the browser takes the emulator for the page's server
    if (!isLoopback(authority.name) && !allowed.has(authority.name) && !isOwn(authority.name)) {
      const advice = `start it with --allow-host ${authority.name} (allowHosts in startEmulator)`;
      return refusal(403, "HostNotAllowed", `The emulator does not answer to the host ${authority.name}: ${advice}.`);
    }
    const origin = headers.get("origin");
    if (origin !== undefined && parseOrigin(origin)?.whole !== authority.whole) {
      return refusal(403, "OriginNotAllowed", "Web pages of other origins may not ask the emulator.");
    }
    return undefined;
  };
  // browsers say so even where they send no Origin, as for images
  const crossSite = (headers: HeaderMap): ApiError | undefined =>
    ["cross-site", "same-site"].includes(headers.get("sec-fetch-site") ?? "")
      ? refusal(403, "OriginNotAllowed", "Web pages of other origins may not ask the emulator.")
      : undefined;

  return {
    // no foreign page can have the vendor's name or this machine's address as its own; SDKs are led here by either
    cloud: (headers, domains) =>
      foreign(headers, (name) => isAddress(name) || domains.some((domain) => name.endsWith(`.${domain}`))) ??
      crossSite(headers),
    control(method, path, headers) {
      const reads = method === "GET" || method === "HEAD";
      // a link to the page may stand anywhere: who follows it sees the page, who placed it does not
      const followed = reads && headers.get("sec-fetch-dest") === "document";
      return (
        foreign(headers, () => false) ??
        (followed ? undefined : crossSite(headers)) ??
        (reads ? undefined : notJson(method, path, headers))
      );
    },
  };
}

/** A form or a text needs no permission of the browser to be sent anywhere; JSON does. */
function notJson(method: string, path: string, headers: HeaderMap): ApiError | undefined {
  const given = headers.get("content-type");
  if (given === undefined && method === "DELETE") return undefined;
  if (given !== undefined && /^application\/json\s*(;|$)/i.test(given)) return undefined;
  // files have types of their own; no browser sends a PUT elsewhere without asking first
  if (method === "PUT" && FILES.test(path)) return undefined;
  return refusal(415, "ContentTypeNotValid", `${method} needs the header content-type: application/json.`);
}

const FILES = /^\/oss\//;

interface Authority {
  /** Without port, in lower case; IPv6 in brackets. */
  readonly name: string;
  /** With port, unless it is the scheme's own. */
  readonly whole: string;
}

function parseAuthority(text: string): Authority | undefined {
  if (!/^[^\s/?#@\\]+$/.test(text)) return undefined;
  const url = URL.parse(`http://${text}`);
  return url ? { name: url.hostname.replace(/\.$/, ""), whole: url.host } : undefined;
}

/** `null`, as sandboxed pages and files send it, is none. */
function parseOrigin(text: string): Authority | undefined {
  return parseAuthority(/^https?:\/\/([^/]+)$/.exec(text)?.[1] ?? "");
}

function isLoopback(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost") || name === "[::1]" || /^127(\.\d+){3}$/.test(name);
}

function isAddress(name: string): boolean {
  return isIP(name.replace(/^\[(.*)\]$/, "$1")) !== 0;
}

function namedHost(text: string): string {
  const authority = parseAuthority(text.includes("::") && !text.startsWith("[") ? `[${text}]` : text);
  if (!authority) throw new Error(`"${text}" is no host that could be allowed`);
  return authority.name;
}

function refusal(status: number, code: string, message: string): ApiError {
  return new ApiError(status, code, message, { verbatim: true });
}
