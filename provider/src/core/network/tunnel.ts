/** The agents for proxies, loaded by who has one. */
import type { Agent } from "node:http";
import type { ProxyRoute } from "./proxies.ts";

/** `connects`: the proxy joins both ends (CONNECT) and sees no request; otherwise it is sent each request to pass on. */
export async function tunnel(connects: boolean, { url }: ProxyRoute, options: object = {}): Promise<Agent> {
  if (url.protocol.startsWith("socks")) return new (await import("socks-proxy-agent")).SocksProxyAgent(url, options);
  if (connects) return new (await import("https-proxy-agent")).HttpsProxyAgent(url, options);
  return new (await import("http-proxy-agent")).HttpProxyAgent(url, options);
}
