/** Everything of CDN, for the provider's module list. */
import type { ProviderFunction } from "../../engine/resource.ts";
import { prefetchTrigger, refreshTrigger } from "../alibaba/refresh-trigger.ts";
import type { AlibabaContext } from "../alibaba/rpc.ts";
import { cdn } from "./client.ts";
import { prefetchDoc, purgeDoc } from "./docs.ts";

export const resources = [refreshTrigger(cdn, purgeDoc), prefetchTrigger(cdn, prefetchDoc)];
export const functions: readonly ProviderFunction<AlibabaContext>[] = [];
