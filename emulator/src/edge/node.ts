/**
 * One caching node: serves visitors from its own store, asks the origin when it must, and obeys purges. An answer
 * whose fetch began before a purge is never stored after it, so that no old copy comes back.
 */
import type CachePolicy from "http-cache-semantics";
import type { Delivery, PurgeOrder } from "../ports/edge.ts";
import { NODE_HEADER, TENANT_HEADER } from "../ports/headers.ts";
import { type OriginFetch, type OriginResponse, OriginTimeout } from "../origin/client.ts";
import type { PolicyFactory } from "./policy.ts";
import type { CacheState } from "./log.ts";
import { type CachedObject, ObjectStore, names } from "./store.ts";
import { readTags } from "./tags.ts";
import { keyFeatures } from "./features.ts";

export interface Visit {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface Served {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
  readonly cache: CacheState;
  /** Whole seconds; undefined where nothing came from the cache. */
  readonly age: number | undefined;
}

export interface NodeParts {
  readonly policies: PolicyFactory;
  readonly fetchOrigin: OriginFetch;
  /** Seconds to keep an error page that says nothing about caching. */
  readonly negativeTtl: () => number;
}

// Visitors must not steer a shared cache, and the node itself answers ranges and conditions.
const NOT_FOR_THE_CACHE = [
  "cache-control",
  "pragma",
  "range",
  "if-range",
  "if-none-match",
  "if-modified-since",
  "connection",
  TENANT_HEADER,
  NODE_HEADER,
];

export class EdgeNode {
  readonly name: string;
  readonly store = new ObjectStore();
  readonly #parts: NodeParts;
  /** Purges that came while fetches were under way. */
  readonly #recent: PurgeOrder[] = [];
  #fetching = 0;

  constructor(name: string, parts: NodeParts) {
    this.name = name;
    this.#parts = parts;
  }

  /** Returns the objects that it named. */
  obey(order: PurgeOrder): CachedObject[] {
    if (this.#fetching > 0) this.#recent.push(order);
    return this.store.purge(order);
  }

  async serve(visit: Visit, delivery: Delivery): Promise<Served> {
    if (visit.method !== "GET" && visit.method !== "HEAD") return this.#bypass(visit);
    const headers = withoutSteering(visit.headers);
    const request = { method: "GET", url: visit.path, headers: { ...headers, host: visit.host } };
    const features = keyFeatures(delivery.keyFeatures, headers);
    const found = this.store
      .at(visit.host, visit.path)
      .find((object) => object.features === features && varyFits(object, request));
    if (!found) return this.#fill(request, visit, delivery, features);
    const policy = this.#parts.policies.wake(found);
    if (!found.expired) {
      if (policy.satisfiesWithoutRevalidation(request)) return fromCache(found, policy, "HIT");
      if (policy.evaluateRequest(request).revalidation?.synchronous === false) {
        // stale-while-revalidate: this visitor gets the old copy, the next one the new
        this.#revalidate(found, policy, request, visit, delivery).catch(() => undefined);
        return fromCache(found, policy, "STALE");
      }
    }
    return this.#revalidate(found, policy, request, visit, delivery);
  }

  async #bypass(visit: Visit): Promise<Served> {
    const { method, host, path, headers } = visit;
    try {
      const body = visit.body ? { body: visit.body } : {};
      return fromOrigin(await this.#parts.fetchOrigin({ method, host, path, headers, ...body }), "BYPASS");
    } catch (error) {
      return unreachable(error);
    }
  }

  async #fill(request: CacheRequest, visit: Visit, delivery: Delivery, features: string): Promise<Served> {
    const { answer, missed, failure } = await this.#fetch(visit, request.headers);
    if (!answer) return unreachable(failure);
    this.#keep(request, answer, visit, delivery, features, missed);
    return fromOrigin(answer, "MISS");
  }

  async #revalidate(
    found: CachedObject,
    old: CachePolicy,
    request: CacheRequest,
    visit: Visit,
    delivery: Delivery,
  ): Promise<Served> {
    const asked = { ...request, headers: flat(old.revalidationHeaders(request)) };
    const { answer, missed, failure } = await this.#fetch(visit, asked.headers);
    const response = answer ?? { status: 504, headers: {} };
    const { policy, modified } = old.revalidatedPolicy(onlyVaried(asked, found.headers["vary"]), response);
    if (!answer || isError(answer.status)) {
      // stale-if-error allowed: the library hands back the old policy
      if (!modified) return fromCache(found, old, "STALE");
      return answer ? fromOrigin(answer, "MISS") : unreachable(failure);
    }
    this.store.remove(found);
    if (answer.status === 304) {
      const renewed: CachedObject = {
        ...found,
        ...this.#parts.policies.keep(policy),
        expired: false,
        tags: this.#renewedTags(found, answer, delivery),
      };
      const purged = this.#purgedMeanwhile(found, missed) || this.#purgedMeanwhile(renewed, missed);
      if (!purged) this.store.add(renewed);
      return fromCache(renewed, policy, "REVALIDATED");
    }
    this.#keep(request, answer, visit, delivery, found.features, missed);
    return fromOrigin(answer, "MISS");
  }

  /** Tags are read when an object is cached, by the rule of that moment; a 304 that names others replaces them. */
  #renewedTags(found: CachedObject, answer: OriginResponse, delivery: Delivery): readonly string[] {
    const name = delivery.tagHeader.toLowerCase();
    const named = answer.headers[name];
    return named === undefined || named === found.headers[name] ? found.tags : readTags(answer.headers, delivery);
  }

  #keep(
    request: CacheRequest,
    answer: OriginResponse,
    visit: Visit,
    delivery: Delivery,
    features: string,
    missed: readonly PurgeOrder[],
  ): void {
    const response = { status: answer.status, headers: this.#cachingHeaders(answer) };
    const policy = this.#parts.policies.create(onlyVaried(request, response.headers["vary"]), response);
    if (!policy.storable() || policy.timeToLive() <= 0) return;
    const object: CachedObject = {
      host: visit.host,
      path: visit.path,
      features,
      tags: readTags(answer.headers, delivery),
      ...this.#parts.policies.keep(policy),
      status: answer.status,
      body: answer.body,
      expired: false,
      ...(delivery.store === undefined ? {} : { store: delivery.store }),
    };
    if (this.#purgedMeanwhile(object, missed)) return;
    for (const old of this.store.at(visit.host, visit.path)) {
      if (old.features === features && varyFits(old, request)) this.store.remove(old);
    }
    this.store.add(object);
  }

  /** Error pages that say nothing about caching are kept for a short while. */
  #cachingHeaders(answer: OriginResponse): Record<string, string> {
    const headers = { ...answer.headers };
    if ((answer.status === 404 || answer.status === 410) && !headers["cache-control"] && !headers["expires"]) {
      headers["cache-control"] = `max-age=${this.#parts.negativeTtl()}`;
    }
    return headers;
  }

  /** Fetches, and says which purges came meanwhile. */
  async #fetch(
    visit: Visit,
    headers: Record<string, string>,
  ): Promise<{ answer: OriginResponse | undefined; missed: readonly PurgeOrder[]; failure: unknown }> {
    const before = this.#recent.length;
    this.#fetching += 1;
    let answer: OriginResponse | undefined;
    let failure: unknown;
    try {
      answer = await this.#parts.fetchOrigin({ method: "GET", host: visit.host, path: visit.path, headers });
    } catch (error) {
      failure = error;
    }
    const missed = this.#recent.slice(before);
    this.#fetching -= 1;
    if (this.#fetching === 0) this.#recent.length = 0;
    return { answer, missed, failure };
  }

  #purgedMeanwhile(object: CachedObject, missed: readonly PurgeOrder[]): boolean {
    return missed.some((order) => names(order, object));
  }
}

interface CacheRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
}

function withoutSteering(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_FOR_THE_CACHE.includes(name)));
}

/** The policy keeps the whole request when the answer varies: give it only what it varies by. */
function onlyVaried(request: CacheRequest, vary: string | string[] | undefined): CacheRequest {
  const names = String(vary ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase());
  const kept = Object.entries(request.headers).filter(
    ([name]) => name === "host" || name === "authorization" || names.includes(name),
  );
  return { ...request, headers: Object.fromEntries(kept) };
}

function varyFits({ headers, varied }: CachedObject, request: CacheRequest): boolean {
  const vary = headers["vary"];
  if (vary === undefined) return true;
  const names = String(vary)
    .split(",")
    .map((name) => name.trim().toLowerCase());
  return !names.includes("*") && names.every((name) => varied?.[name] === request.headers[name]);
}

function fromCache(object: CachedObject, policy: CachePolicy, cache: CacheState): Served {
  const headers = policy.responseHeaders();
  return { status: object.status, headers, body: object.body, cache, age: Math.floor(policy.age()) };
}

function flat(headers: CachePolicy.Headers): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return result;
}

function isError(status: number): boolean {
  return status === 500 || status === 502 || status === 503 || status === 504;
}

function fromOrigin({ status, headers, cookies, body }: OriginResponse, cache: CacheState): Served {
  const all = cookies.length === 0 ? headers : { ...headers, "set-cookie": [...cookies] };
  return { status, headers: all, body, cache, age: undefined };
}

function unreachable(failure: unknown): Served {
  const timedOut = failure instanceof OriginTimeout;
  return {
    status: timedOut ? 504 : 502,
    headers: { "content-type": "text/plain" },
    body: Buffer.from(timedOut ? "The origin did not answer in time.\n" : "The origin cannot be reached.\n"),
    cache: "MISS",
    age: undefined,
  };
}
