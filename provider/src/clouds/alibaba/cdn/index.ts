/** Everything of CDN, for the provider's module list. */
import { refreshFunctions } from "../refresh/functions.ts";
import { prefetchTrigger } from "../refresh/prefetch-trigger.ts";
import { refreshTrigger } from "../refresh/trigger.ts";
import { cdn } from "./client.ts";
import { prefetchDoc, purgeDoc } from "./docs.ts";

export const about = "purges and prefetches at Alibaba Cloud CDN when content changed";
export const resources = [refreshTrigger(cdn, purgeDoc), prefetchTrigger(cdn, prefetchDoc)];
export const functions = refreshFunctions(cdn);
