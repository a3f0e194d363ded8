/**
 * Which proxy a request takes, by the variables that curl, Go and Python know:
 * HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY, in lower case first. As in Go,
 * and so in the Pulumi engine, loopback is never proxied: no proxy could reach
 * an emulator there; `<-loopback>` in NO_PROXY takes that back, as in Chromium.
 * Own code, since `proxy-from-env` reads the process's variables only, takes a
 * proxy without scheme for one that speaks TLS, and knows neither
 * `NO_PROXY=example.com` for its subdomains nor networks (`10.0.0.0/8`).
 */
import { BlockList, isIP } from "node:net";
import { Refusal } from "../errors.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ProxyRoute {
  /** The variable that says so. */
  readonly variable: string;
  readonly url: URL;
}

const schemes = new Set(["http:", "https:", "socks:", "socks4:", "socks4a:", "socks5:", "socks5h:"]);

export function proxyFor(target: URL, env: Environment): ProxyRoute | undefined {
  const scheme = target.protocol.slice(0, -1);
  const variable = [`${scheme}_proxy`, "all_proxy"]
    .flatMap((name) => [name, name.toUpperCase()])
    .find((name) => (env[name] ?? "").trim() !== "");
  if (variable === undefined || exempt(target, env["no_proxy"] || env["NO_PROXY"] || "")) return undefined;
  const text = (env[variable] ?? "").trim();
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  if (url === null || !schemes.has(url.protocol) || url.hostname === "") {
    // By its name only: the value may hold a password.
    throw new Refusal(
      `${variable} is no URL of a proxy. Write it as http://host:port, https://host:port or socks5://host:port.`,
    );
  }
  return { variable, url };
}

/** Without what may be secret. */
export function nameOf({ url }: ProxyRoute): string {
  return `${url.protocol}//${url.host}`;
}

/** The scheme's own where the URL names none. */
export function portOf({ port, protocol }: URL): string {
  return port === "" ? (protocol === "https:" ? "443" : "80") : port;
}

export function isLoopback(hostname: string): boolean {
  const host = canonicalHost(hostname);
  return (
    host === "localhost" ||
    host.endsWith(".localhost") ||
    host === "::1" ||
    (isIP(host) === 4 && host.startsWith("127."))
  );
}

function exempt(target: URL, noProxy: string): boolean {
  const entries = noProxy.toLowerCase().split(/[\s,]+/);
  if (isLoopback(target.hostname) && !entries.includes("<-loopback>")) return true;
  const host = canonicalHost(target.hostname);
  const port = portOf(target);
  return entries.some((entry) => entry !== "" && matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return inNetwork(entry, host);
  // An address of version 6 has colons of its own, and a port only behind brackets.
  const [, name = entry, wanted] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [];
  if (wanted !== undefined && wanted !== port) return false;
  if (/^\*[^.]/.test(name)) return isIP(host) === 0 && host.endsWith(name.slice(1));
  const domain = canonicalHost(name.replace(/^\*?\./, ""));
  return host === domain || (domain !== "" && isIP(host) === 0 && host.endsWith(`.${domain}`));
}

function inNetwork(entry: string, host: string): boolean {
  const [start = "", bits = ""] = entry.split("/");
  const network = unbracketed(start);
  const family = isIP(network) === 6 ? "ipv6" : "ipv4";
  if (isIP(network) === 0 || isIP(host) === 0 || !/^\d+$/.test(bits)) return false;
  if (Number(bits) > (family === "ipv6" ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(host, isIP(host) === 6 ? "ipv6" : "ipv4");
}

/** In lower case, without the brackets of version 6 and the dot of the root; an address in its one spelling. */
function canonicalHost(text: string): string {
  const host = unbracketed(text.toLowerCase().replace(/\.$/, ""));
  if (isIP(host) !== 6) return host;
  const address = unbracketed(new URL(`http://[${host.split("%", 1).join("")}]`).hostname);
  // An address of version 4 in the form of version 6: ::ffff:127.0.0.1.
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  return [high, low].flatMap((half) => [Number.parseInt(half, 16) >> 8, Number.parseInt(half, 16) & 255]).join(".");
}

function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}
