/** edgecache as the engine layer sees it: its configuration, its modules, its words for errors. */
import packageJson from "../package.json" with { type: "json" };
import type { ProviderDefinition } from "./engine/protocol/session.ts";
import type { ConfigShape, EdgecacheContext } from "./config.ts";

/** Nothing but strings and promises: what a program does not use is never loaded. */
export const edgecache: ProviderDefinition<EdgecacheContext, ConfigShape> = {
  name: "edgecache",
  version: packageJson.version,
  schema: async () => JSON.stringify((await import("../schema.json", { with: { type: "json" } })).default),
  config: async () => (await import("./config.ts")).config,
  configure: async (config) => (await import("./config.ts")).configure(config),
  modules: {
    esa: async () => await import("./clouds/alibaba/esa/index.ts"),
    cdn: async () => await import("./clouds/alibaba/cdn/index.ts"),
    dcdn: async () => await import("./clouds/alibaba/dcdn/index.ts"),
    teo: async () => await import("./clouds/tencent/teo/index.ts"),
    index: async () => await import("./general.ts"),
  },
  agent: async (url) => new (await import("./core/network/network.ts")).Network({ env: process.env }).agent(url),
  explain: async (error) => (await import("./explain.ts")).explain(error),
};
