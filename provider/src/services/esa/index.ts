/** Everything of ESA, for the provider's module list. */
import { cacheTagConfig } from "./cache-tag-config.ts";
import { prefetchTrigger } from "./prefetch-trigger.ts";
import { purgeTrigger } from "./purge-trigger.ts";

export const resources = [cacheTagConfig, purgeTrigger, prefetchTrigger];
export { functions } from "./functions.ts";
