/** HTTP caching rules (RFC 9111 through http-cache-semantics) that follow a given clock. */
import CachePolicy from "http-cache-semantics";

export type Headers = CachePolicy.Headers;

export interface PolicyFactory {
  create(request: CachePolicy.HttpRequest, response: CachePolicy.HttpResponse): CachePolicy;
  restore(dumped: CachePolicy.CachePolicyObject): CachePolicy;
}

/** The library asks `this.now()`, also in its constructor, so the clock has to be there before any instance is. */
export function policiesFor(now: () => number): PolicyFactory {
  class ClockedPolicy extends CachePolicy {
    now(): number {
      return now();
    }
  }
  return {
    create: (request, response) => new ClockedPolicy(request, response, { shared: true }),
    restore: (dumped) => ClockedPolicy.fromObject(dumped),
  };
}
