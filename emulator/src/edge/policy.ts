/**
 * HTTP caching rules (RFC 9111 through http-cache-semantics) that follow a given clock.
 *
 * A cache of a million objects cannot keep a million policy objects. What is kept of each is its headers and the
 * moment they came; the policy is made again for the visit that needs it.
 */
import CachePolicy from "http-cache-semantics";

export type Headers = CachePolicy.Headers;

/** What a cached object remembers of its policy. Plain data. */
export interface Freshness {
  readonly receivedAt: number;
  readonly headers: Headers;
  /** Parsed Cache-Control, one object for all who say the same. */
  readonly directives: Record<string, string>;
  /** What the answer varies by, as the request had it. */
  readonly varied: Headers | null;
  readonly anonymous: boolean;
}

export interface PolicyFactory {
  create(request: CachePolicy.HttpRequest, response: CachePolicy.HttpResponse): CachePolicy;
  keep(policy: CachePolicy): Freshness;
  wake(object: { readonly host: string; readonly path: string; readonly status: number } & Freshness): CachePolicy;
}

const SHARED_VALUES = 4096;

/** The library asks `this.now()`, also in its constructor, so the clock has to be there before any instance is. */
export function policiesFor(now: () => number): PolicyFactory {
  class ClockedPolicy extends CachePolicy {
    now(): number {
      return now();
    }
  }
  const values = new Map<string, string>();
  const directives = new Map<string, Record<string, string>>();

  /** Content types, dates and the like are few: each is kept once. */
  const share = (value: string): string => {
    const known = values.get(value);
    if (known !== undefined) return known;
    if (values.size >= SHARED_VALUES) values.clear();
    values.set(value, value);
    return value;
  };

  return {
    create: (request, response) => new ClockedPolicy(request, response, { shared: true }),
    keep(policy) {
      const { t, resh, rescc, reqh, a } = policy.toObject();
      const key = JSON.stringify(rescc);
      const shared = directives.get(key) ?? rescc;
      if (directives.size >= SHARED_VALUES) directives.clear();
      directives.set(key, shared);
      const headers: Headers = {};
      for (const [name, value] of Object.entries(resh)) {
        headers[name] = typeof value === "string" && SHAREABLE.has(name) ? share(value) : value;
      }
      return { receivedAt: t, headers, directives: shared, varied: reqh ?? null, anonymous: a };
    },
    wake: ({ host, path, status, receivedAt, headers, directives: rescc, varied, anonymous }) =>
      ClockedPolicy.fromObject({
        v: 1,
        t: receivedAt,
        sh: true,
        ch: 0.1,
        imm: 86_400_000,
        st: status,
        resh: headers,
        rescc,
        m: "GET",
        u: path,
        h: host,
        a: anonymous,
        reqh: varied,
        reqcc: {},
      }),
  };
}

const SHAREABLE = new Set([
  "cache-control",
  "content-type",
  "content-encoding",
  "date",
  "expires",
  "last-modified",
  "server",
  "vary",
]);
