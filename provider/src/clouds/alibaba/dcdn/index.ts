/** Everything of DCDN, for the provider's module list. */
import { refreshFunctions } from "../refresh/functions.ts";
import { prefetchTrigger } from "../refresh/prefetch-trigger.ts";
import { refreshTrigger } from "../refresh/trigger.ts";
import { dcdn } from "./client.ts";
import { prefetchDoc, purgeDoc } from "./docs.ts";
import { edgeRoutinePurgeTrigger } from "./edge-routine-trigger.ts";

export const about = "purges and prefetches at Alibaba Cloud DCDN, Edge Routine included, when content changed";
export const resources = [refreshTrigger(dcdn, purgeDoc), prefetchTrigger(dcdn, prefetchDoc), edgeRoutinePurgeTrigger];
export const functions = refreshFunctions(dcdn);
