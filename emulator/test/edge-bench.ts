/** Three nodes in front of one site, and what tests ask them. */
import type { Emulator, PageSeed, Visited } from "../src/index.ts";
import { alibaba } from "./clients.ts";
import { useEmulator } from "./use-emulator.ts";

export const SiteId = "5407498413000";
export const host = "www.example.com";
export const nodes = ["hangzhou", "frankfurt", "virginia"];

export interface EdgeBench {
  readonly emulator: Emulator;
  readonly publish: (path: string, body: string, more?: Partial<PageSeed>) => Promise<void>;
  readonly get: (path: string, headers?: Record<string, string>, node?: string) => Promise<Visited>;
  /** The visit's X-Cache. */
  readonly cache: (path: string, node?: string) => Promise<string>;
  readonly purge: (Type: string, content: object, Force?: string) => Promise<unknown>;
  /** Lets every purge complete. */
  readonly complete: () => Promise<unknown>;
  readonly atOrigin: () => Promise<unknown[]>;
}

export function useEdge(): EdgeBench {
  const bench = useEmulator({ seed: { nodes }, limits: { "esa.perSecond": 1000 } });
  const get: EdgeBench["get"] = (path, headers = {}, node) =>
    bench.emulator.control.visit(`http://${host}${path}`, { headers, ...(node === undefined ? {} : { node }) });
  return {
    get emulator() {
      return bench.emulator;
    },
    publish: (path, body, more = {}) => bench.emulator.control.origin.publish({ host, path, body, ...more }),
    get,
    cache: async (path, node) => (await get(path, {}, node)).cache,
    purge: (Type, content, Force) =>
      alibaba(bench.emulator.endpoint, "esa", "PurgeCaches", {
        SiteId,
        Type,
        Content: JSON.stringify(content),
        ...(Force === undefined ? {} : { Force }),
      }),
    complete: () => bench.emulator.control.clock.advance(2000),
    atOrigin: async () =>
      (await bench.emulator.control.origin.log()).map(({ path, status, headers }) => [
        path,
        status,
        headers["if-none-match"],
      ]),
  };
}
