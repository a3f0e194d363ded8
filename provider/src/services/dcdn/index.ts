/** Everything of DCDN, for the provider's module list. */
import { refreshFunctions } from "../alibaba/refresh-functions.ts";
import { prefetchTrigger, refreshTrigger } from "../alibaba/refresh-trigger.ts";
import { dcdn } from "./client.ts";
import { prefetchDoc, purgeDoc } from "./docs.ts";
import { edgeRoutinePurgeTrigger } from "./edge-routine-trigger.ts";

export const resources = [refreshTrigger(dcdn, purgeDoc), prefetchTrigger(dcdn, prefetchDoc), edgeRoutinePurgeTrigger];
export const functions = refreshFunctions(dcdn);
