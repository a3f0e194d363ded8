/** Cached objects as plain data. */
import type CachePolicy from "http-cache-semantics";
import type { PolicyFactory } from "./policy.ts";
import type { CachedObject } from "./store.ts";

export interface DumpedObject extends Omit<CachedObject, "policy"> {
  readonly policy: CachePolicy.CachePolicyObject;
}

export function dumpObject(object: CachedObject): DumpedObject {
  return { ...object, policy: structuredClone(object.policy.toObject()) };
}

export function loadObject(dumped: DumpedObject, policies: PolicyFactory): CachedObject {
  return { ...dumped, policy: policies.restore(structuredClone(dumped.policy)) };
}
