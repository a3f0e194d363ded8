/** Where and how a request connects. Pure. */
import { isIP } from "node:net";

/** What all requests of a probe have in common. */
export interface Connection {
  readonly headers: Readonly<Record<string, string>>;
  readonly serverName?: string | undefined;
  readonly ca?: string | undefined;
}

export interface Address {
  readonly host: string;
  readonly port?: number | undefined;
}

/** `203.0.113.7`, `203.0.113.7:8443`, `edge.example.com:80`, `2001:db8::1`, `[2001:db8::1]:443`. */
export function splitAddress(text: string): Address | undefined {
  if (isIP(text) !== 0) return { host: text };
  const [, bracketed, name, digits] = /^(?:\[([0-9a-f:.%]+)\]|([^\s/@:[\]?#]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const host = bracketed ?? name;
  const port = digits === undefined ? undefined : Number(digits);
  if (host === undefined || (bracketed !== undefined && isIP(bracketed) !== 6)) return undefined;
  return port !== undefined && (port === 0 || port > 65_535) ? undefined : { host, port };
}

/** A URL's host without the brackets of IPv6. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

/** By the names of headers, which are told apart in no case. */
export function header(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

/** The URL with the place where to connect in it: what decides on a proxy. */
export function urlAt(url: URL, address: string | undefined): URL {
  const at = address === undefined ? undefined : splitAddress(address);
  if (at === undefined) return url;
  const place = new URL(url);
  place.hostname = isIP(at.host) === 6 ? `[${at.host.split("%", 1).join("")}]` : at.host;
  place.port = at.port === undefined ? "" : String(at.port);
  return place;
}

interface Redirect {
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where an answer sends the visitor, if that is to be followed. */
export function leadsTo(
  { status = 0, headers = {} }: Redirect,
  asked: string,
  request: Pick<Connection, "headers"> & { readonly address?: string | undefined },
): string | undefined {
  const location = [301, 302, 303, 307, 308].includes(status) ? headers["location"] : undefined;
  if (location === undefined) return undefined;
  const pinned = request.address === undefined ? undefined : splitAddress(request.address);
  return redirect(location, new URL(asked), header(request.headers, "host"), pinned)?.href;
}

/**
 * Where a redirect leads, if it stays with the host that was asked: under its own name, or under the one that it was
 * asked for by `Host`. Credentials that a user has set never reach another.
 */
function redirect(
  location: string,
  asked: URL,
  host: string | undefined,
  pinned: Address | undefined,
): URL | undefined {
  if (!URL.canParse(location, asked.href)) return undefined;
  const target = new URL(location, asked.href);
  target.hash = "";
  if (target.origin === asked.origin) return target;
  if (host !== undefined && target.host === host.toLowerCase())
    return new URL(`${target.pathname}${target.search}`, asked.origin);
  const upgraded = asked.protocol === "http:" && target.protocol === "https:" && target.hostname === asked.hostname;
  return upgraded && asked.port === "" && target.port === "" && pinned?.port === undefined ? target : undefined;
}
