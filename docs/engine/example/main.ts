/** A whole provider around `note.ts`: what it is called, how it is configured, what is in it. */
import { serve } from "../../../provider/src/engine/process/server.ts";
import { defineConfig } from "../../../provider/src/engine/define/index.ts";

const metadata = { name: "example", version: "0.1.0" };
const config = defineConfig({ properties: {} });
const index = async () => ({ resources: [(await import("./note.ts")).note], functions: [] });

await serve({
  ...metadata,
  schema: async () => {
    const { packageSchema } = await import("../../../provider/src/engine/define/schema.ts");
    return JSON.stringify(
      packageSchema({ metadata, config, configDescription: "Nothing to set.", modules: [await index()] }),
    );
  },
  config: () => Promise.resolve(config),
  configure: () => Promise.resolve(undefined),
  modules: { index },
  explain: () => Promise.resolve(undefined),
});
