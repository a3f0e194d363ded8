/** Everything of EdgeOne, for the provider's module list. */
import { prefetchTrigger } from "./prefetch-trigger.ts";
import { purgeTrigger } from "./purge-trigger.ts";

export const resources = [purgeTrigger, prefetchTrigger];
export { functions } from "./functions.ts";
