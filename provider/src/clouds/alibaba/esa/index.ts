/** Everything of ESA, for the provider's module list. */
import { cacheTagConfig } from "./cache-tag-config.ts";
import { prefetchTrigger } from "./prefetch-trigger.ts";
import { purgeTrigger } from "./purge-trigger.ts";
import { uploadTask } from "./upload-task.ts";

export const about = "configures cache tags at Alibaba Cloud ESA, and purges and prefetches there when content changed";
export const resources = [cacheTagConfig, purgeTrigger, prefetchTrigger, uploadTask];
export { functions } from "./functions.ts";
