/** Everything of the service, for the provider's modules. */
import { getPurges } from "./functions.ts";
import { purgeTrigger } from "./purge-trigger.ts";

export const about = "purges at a cloud that does not exist, when content changed";
export const resources = [purgeTrigger];
export const functions = [getPurges];
