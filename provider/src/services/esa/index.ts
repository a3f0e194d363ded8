/** Everything of ESA, for the provider's module list. */
import type { AlibabaContext } from "../alibaba/rpc.ts";
import type { ProviderFunction } from "../../engine/resource.ts";
import { cacheTagConfig } from "./cache-tag-config.ts";
import { prefetchTrigger } from "./prefetch-trigger.ts";
import { purgeTrigger } from "./purge-trigger.ts";

export const resources = [cacheTagConfig, purgeTrigger, prefetchTrigger];
export const functions: readonly ProviderFunction<AlibabaContext>[] = [];
