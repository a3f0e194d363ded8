/** Everything of EdgeOne, for the provider's module list. */
import { prefetchTrigger } from "./prefetch-trigger.ts";
import { purgeTrigger } from "./purge-trigger.ts";

export const about = "purges and prefetches at Tencent Cloud EdgeOne when content changed";
export const resources = [purgeTrigger, prefetchTrigger];
export { functions } from "./functions.ts";
