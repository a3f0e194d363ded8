/** The addresses of a host as one DNS resolver tells them: visitors elsewhere are sent to other nodes. */
import { Resolver } from "node:dns/promises";

export async function resolve(host: string, resolver: string, signal: AbortSignal): Promise<readonly string[]> {
  const dns = new Resolver({ timeout: 3000, tries: 2 });
  dns.setServers([resolver]);
  const stop = (): void => dns.cancel();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const found = await dns.resolve4(host).catch(() => []);
    return found.length > 0 ? found : await dns.resolve6(host);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
