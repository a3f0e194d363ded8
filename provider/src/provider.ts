/** edgecache as the engine layer sees it: its configuration, its modules, its words for errors. */
import packageJson from "../package.json" with { type: "json" };
import * as clouds from "./clouds/index.ts";
import type { ProviderDefinition } from "./engine/protocol/session.ts";
import type { ConfigShape, EdgecacheContext } from "./config.ts";

type Load = ProviderDefinition<EdgecacheContext, ConfigShape>["modules"][string];

/** Nothing but strings and promises: what a program does not use is never loaded. */
export const edgecache: ProviderDefinition<EdgecacheContext, ConfigShape> = {
  name: "edgecache",
  version: packageJson.version,
  // They travel to clouds, in headers, in names, in lists with a value on each line.
  plainTexts: true,
  schema: async () => JSON.stringify((await import("../schema.json", { with: { type: "json" } })).default),
  config: async () => (await import("./config.ts")).config(),
  configure: async (config) => (await import("./config.ts")).configure(config),
  modules: {
    ...Object.fromEntries(Object.values(clouds).flatMap(({ services }) => Object.entries<Load>(services))),
    index: async () => await import("./general.ts"),
  },
  agent: async (url) => new (await import("./core/network/network.ts")).Network({ env: process.env }).agent(url),
  explain: async (error) => (await import("./explain.ts")).explain(error),
};
