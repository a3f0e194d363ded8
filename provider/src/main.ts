/** The plugin's entry point: wiring only. */
import { serve } from "./engine/process/server.ts";
import { edgecache } from "./provider.ts";

await serve(edgecache);
