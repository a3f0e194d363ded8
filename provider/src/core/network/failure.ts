/**
 * Requests without an answer, sorted by how far they came and by Node's codes.
 * What broke before a connection stood did nothing: it is tried again where
 * that can help, and told at once where only the user can. What broke later
 * may have arrived. The words are ours: a library's text may quote anything.
 */
import type { FaultFacts } from "../errors.ts";
import type { Journey } from "./journey.ts";
import { isLoopback } from "./proxies.ts";

export type Failure = Pick<FaultFacts, "kind" | "code" | "text" | "hint" | "lasting" | "blames">;

/** Where a request was to go, in words of errors. */
export interface Destination {
  readonly url: URL;
  /** `http://proxy:3128`, where there is one. */
  readonly proxy: string | undefined;
}

export function failureOf(error: unknown, journey: Journey, to: Destination): Failure {
  const { code, ...facts } = factsOf(error);
  if (speaksTls(facts.rawPacket))
    return told("NoHttp", `${to.url.host} speaks TLS`, `Write https://${to.url.host} in the provider configuration.`);
  if (/ALERT_CERTIFICATE_REQUIRED|ALERT_BAD_CERTIFICATE/.test(code)) {
    const hint = "The provider has none. Check the endpoint in the provider configuration, and what stands between.";
    return told(code, `${route(to)} asks for a certificate of the client`, hint);
  }
  if (journey.connected) {
    const what = code.startsWith("HPE_")
      ? `${route(to)} answered something that is no HTTP`
      : `the connection to ${route(to)} broke before an answer came`;
    return { kind: "ambiguous", code: code || "NoAnswer", text: what };
  }
  return names(code, facts.hostname, to) ?? certificates(code, facts.cert, to) ?? connections(code, to);
}

/** Time was up. */
export function tooLate(journey: Journey, to: Destination): Failure {
  return journey.connected
    ? { kind: "ambiguous", code: "ClientTimeout", text: `${route(to)} did not answer in time` }
    : { kind: "unsent", code: "ConnectTimeout", text: `no connection to ${route(to)} in time`, hint: reach(to) };
}

/** An answer that is not the cloud's: from something in between, or from another server altogether. */
export function statusFailure(status: number, to: Destination): Failure {
  const code = `HTTP${status}`;
  const text = `${route(to)} answered ${status}, and not as the cloud does`;
  if (status === 407 && to.proxy !== undefined) return refusedByProxy(status, to);
  if (status === 429) return { kind: "throttled", code, text };
  if (status >= 500) {
    const hint = "If it lasts, check the endpoint in the provider configuration, and what stands between.";
    return { kind: "ambiguous", code, text, hint };
  }
  if (status < 300)
    return {
      kind: "ambiguous",
      code: "UnreadableAnswer",
      text: `${route(to)} answered something that is not JSON, as broken proxies do`,
    };
  const hint = "Check the endpoint in the provider configuration, and what stands between.";
  return {
    kind: "invalid",
    blames: "call",
    code,
    text: status < 400 ? `${route(to)} sends requests to another address (${status})` : text,
    hint,
  };
}

/** What a proxy did that opened no tunnel. `what`: the request in words. */
export function tunnelRefused(proxy: string | undefined, status: number, what = "the request"): string {
  return Number.isInteger(status)
    ? `the proxy ${proxy} answered ${status} and did not let ${what} pass`
    : `what HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names, ${proxy}, answered something that is no HTTP`;
}

/** The proxy did not open a tunnel. */
export function refusedByProxy(status: number, to: Destination): Failure {
  const text = tunnelRefused(to.proxy, status, `the request to ${to.url.host}`);
  if (!Number.isInteger(status))
    return told("NoProxy", text, "Check its port and its scheme (http://, https:// or socks5://).");
  const code = `Proxy${status}`;
  if (status === 407)
    return told(code, text, "Put user and password into the proxy's URL: HTTPS_PROXY=http://user:password@host:port.");
  if (status >= 500 || status === 429)
    return { kind: "unsent", code, text, hint: `Check whether the proxy can reach ${to.url.host}.` };
  return told(code, text, `Allow ${to.url.host} in the proxy, or name it in NO_PROXY.`);
}

function names(code: string, hostname: string | undefined, to: Destination): Failure | undefined {
  const host = hostname ?? to.url.hostname;
  const isProxy = to.proxy !== undefined && hostname !== to.url.hostname;
  // Without a network many machines say the same as of a name that does not exist.
  const check = isProxy
    ? "Check HTTPS_PROXY, HTTP_PROXY and ALL_PROXY."
    : "Check this machine's network and its DNS, and the endpoint, if the provider configuration has one.";
  if (code === "ENOTFOUND") return told(code, `the host ${host} is not known`, check);
  if (code !== "EAI_AGAIN") return undefined;
  const text = `the address of ${host} could not be looked up`;
  return { kind: "unsent", code, text, hint: "Check this machine's network and its DNS." };
}

const authority =
  "Set caBundle in the provider configuration, or NODE_EXTRA_CA_CERTS, to a PEM file with the certificate of its authority, such as that of a proxy that reads TLS.";

function certificates(code: string, subjects: string | undefined, to: Destination): Failure | undefined {
  const { host } = to.url;
  if (code === "CERT_HAS_EXPIRED")
    return told(
      code,
      `the certificate of ${route(to)} has expired`,
      "Check this machine's clock; else its owner must renew it.",
    );
  if (code === "CERT_NOT_YET_VALID")
    return told(code, `the certificate of ${route(to)} is not valid yet`, "Check this machine's clock.");
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    const whose = subjects === undefined ? "" : ` (${subjects.slice(0, 200)})`;
    return told(
      code,
      `${route(to)} showed the certificate of another host${whose}`,
      "Check the endpoint in the provider configuration, and what stands between.",
    );
  }
  if (/SELF_SIGNED|UNABLE_TO_|^CERT_|_CERT_|INVALID_CA/.test(code)) {
    return told(code, `the certificate of ${route(to)} comes from an authority that is not trusted here`, authority);
  }
  if (!code.startsWith("ERR_SSL") && !code.startsWith("ERR_TLS") && code !== "EPROTO") return undefined;
  const plain =
    to.proxy === undefined
      ? `Write http://${host} in the provider configuration, if that is meant.`
      : "Check the proxy.";
  return told(code, `${route(to)} speaks no TLS that this machine knows`, plain);
}

function connections(code: string, to: Destination): Failure {
  const what = code === "ECONNREFUSED" ? "refused the connection" : "cannot be reached";
  return {
    kind: "unsent",
    code: code || "NoConnection",
    text: `${to.proxy === undefined ? to.url.host : `the proxy ${to.proxy} for ${to.url.host}`} ${what}`,
    hint: reach(to),
  };
}

function reach({ url, proxy }: Destination): string {
  if (proxy !== undefined)
    return "Check HTTPS_PROXY, HTTP_PROXY and ALL_PROXY; NO_PROXY names hosts that need no proxy.";
  if (isLoopback(url.hostname))
    return "Is the emulator running? `npx edgecache-emulator` starts it; check its port in the endpoint.";
  return "Check this machine's network; behind a proxy, set HTTPS_PROXY.";
}

/** Only the user can help. */
function told(code: string, text: string, hint: string): Failure {
  return { kind: "unsent", lasting: true, code, text, hint };
}

function route({ url, proxy }: Destination): string {
  return proxy === undefined ? url.host : `${url.host} (through the proxy ${proxy})`;
}

/** A TLS alert, where HTTP was expected. */
function speaksTls(packet: unknown): boolean {
  return packet instanceof Uint8Array && packet[0] === 0x15 && packet[1] === 0x03;
}

/** What Node's errors carry beside their text. */
function factsOf(error: unknown) {
  const of = (key: string): unknown =>
    typeof error === "object" && error !== null ? Reflect.get(error, key) : undefined;
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  const cert = of("cert");
  const subjects = typeof cert === "object" && cert !== null ? Reflect.get(cert, "subjectaltname") : undefined;
  return {
    code: text(of("code")) ?? "",
    hostname: text(of("hostname")),
    cert: text(subjects),
    rawPacket: of("rawPacket"),
  };
}
