/** Everything of EdgeOne, for the provider's module list. */
import type { ProviderFunction } from "../../engine/resource.ts";
import type { TencentContext } from "../tencent/api.ts";
import { prefetchTrigger } from "./prefetch-trigger.ts";
import { purgeTrigger } from "./purge-trigger.ts";

export const resources = [purgeTrigger, prefetchTrigger];
export const functions: readonly ProviderFunction<TencentContext>[] = [];
