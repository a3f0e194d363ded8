/**
 * The objects of one node, by host and path, with an index of tags. Purges by URL and by tag touch only what they
 * match; purges by prefix, regex and query look at one host's objects.
 */
import { addressOf, withoutQuery } from "../ports/address.ts";
import type { Freshness } from "./policy.ts";
import { type PurgeMatch, type PurgeOrder, hostMatches } from "../ports/edge.ts";
import { patternTest } from "../ports/pattern.ts";

export interface CachedObject extends Freshness {
  readonly host: string;
  readonly path: string;
  /** Features of the visitor in the cache key, as `name=value` pairs; "" for none. */
  readonly features: string;
  readonly tags: readonly string[];
  readonly status: number;
  readonly body: Uint8Array;
  /** Absent: the store that every visitor fills. */
  readonly store?: string | undefined;
  /** Invalidated by a purge: must be revalidated before it is served again. */
  expired: boolean;
}

export type Shelf = CachedObject | CachedObject[];

export class ObjectStore {
  readonly #hosts = new Map<string, Map<string, Shelf>>();
  // most tags mark one object: a set for each would cost more than the objects
  readonly #tags = new Map<string, CachedObject | Set<CachedObject>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** All variants at an address. */
  at(host: string, path: string): readonly CachedObject[] {
    const shelf = this.#hosts.get(host)?.get(path);
    if (!shelf) return [];
    return Array.isArray(shelf) ? shelf : [shelf];
  }

  add(object: CachedObject): void {
    let paths = this.#hosts.get(object.host);
    if (!paths) {
      paths = new Map();
      this.#hosts.set(object.host, paths);
    }
    const shelf = paths.get(object.path);
    if (!shelf) paths.set(object.path, object);
    else if (Array.isArray(shelf)) shelf.push(object);
    else paths.set(object.path, [shelf, object]);
    for (const tag of object.tags) {
      const tagged = this.#tags.get(tag);
      if (!tagged) this.#tags.set(tag, object);
      else if (tagged instanceof Set) tagged.add(object);
      else this.#tags.set(tag, new Set([tagged, object]));
    }
    this.#size += 1;
  }

  remove(object: CachedObject): void {
    const paths = this.#hosts.get(object.host);
    const shelf = paths?.get(object.path);
    if (!paths || !shelf) return;
    if (shelf === object) paths.delete(object.path);
    else if (!Array.isArray(shelf) || !shelf.includes(object)) return;
    else {
      const rest = shelf.filter((other) => other !== object);
      paths.set(object.path, rest.length === 1 && rest[0] ? rest[0] : rest);
    }
    if (paths.size === 0) this.#hosts.delete(object.host);
    for (const tag of object.tags) {
      const tagged = this.#tags.get(tag);
      if (tagged instanceof Set) tagged.delete(object);
      if (tagged === object || (tagged instanceof Set && tagged.size === 0)) this.#tags.delete(tag);
    }
    this.#size -= 1;
  }

  clear(): void {
    this.#hosts.clear();
    this.#tags.clear();
    this.#size = 0;
  }

  *all(): Generator<CachedObject> {
    for (const paths of this.#hosts.values()) {
      for (const shelf of paths.values()) {
        if (Array.isArray(shelf)) yield* shelf;
        else yield shelf;
      }
    }
  }

  holdsTag(tag: string, host: string): boolean {
    return this.#matching({ by: "tag", tag }, [host]).length > 0;
  }

  /** Deletes or expires what an order names, and returns it. */
  purge(order: PurgeOrder): CachedObject[] {
    const hit = new Set<CachedObject>();
    for (const match of order.matches) {
      for (const object of this.#matching(match, order.hosts)) {
        if (!inStores(order, object)) continue;
        if (order.mode === "delete") this.remove(object);
        else object.expired = true;
        hit.add(object);
      }
    }
    return [...hit];
  }

  #matching(match: PurgeMatch, hosts: readonly string[]): CachedObject[] {
    switch (match.by) {
      case "tag": {
        const tagged = this.#tags.get(match.tag);
        if (!tagged) return [];
        const objects = tagged instanceof Set ? [...tagged] : [tagged];
        return objects.filter((object) => hostMatches(object.host, hosts));
      }
      case "url":
      case "cacheKey": {
        const address = addressOf(match.url);
        if (!address) return [];
        return this.at(address.host, address.path).filter((object) => matches(match, hosts, object));
      }
      case "ignoreParams":
      case "prefix":
        return this.#scan(match, hosts, addressOf(match.url)?.host);
      case "host":
        return this.#scan(match, hosts, match.host.toLowerCase());
      case "regex":
      case "all":
        return this.#scan(match, hosts, undefined);
    }
  }

  #scan(match: PurgeMatch, hosts: readonly string[], host: string | undefined): CachedObject[] {
    const found: CachedObject[] = [];
    const test = matcher(match);
    for (const [name, paths] of this.#hosts) {
      if (host !== undefined && name !== host) continue;
      if (!hostMatches(name, hosts)) continue;
      for (const shelf of paths.values()) {
        if (!Array.isArray(shelf)) {
          if (test(shelf)) found.push(shelf);
        } else found.push(...shelf.filter(test));
      }
    }
    return found;
  }
}

/** Whether an order names an object; also for objects that are on their way into the cache. */
export function names(order: PurgeOrder, object: CachedObject): boolean {
  return inStores(order, object) && order.matches.some((match) => matches(match, order.hosts, object));
}

function matches(match: PurgeMatch, hosts: readonly string[], object: CachedObject): boolean {
  return hostMatches(object.host, hosts) && matcher(match)(object);
}

function inStores({ stores }: PurgeOrder, { store = "" }: CachedObject): boolean {
  return stores === undefined ? store === "" : stores.includes("*") || stores.includes(store);
}

function matcher(match: PurgeMatch): (object: CachedObject) => boolean {
  switch (match.by) {
    case "all":
      return () => true;
    case "host": {
      const host = match.host.toLowerCase();
      return (object) => object.host === host;
    }
    case "tag":
      return (object) => object.tags.includes(match.tag);
    case "regex": {
      const test = patternTest(match.pattern);
      return ({ host, path }) =>
        test !== undefined && [`http://${host}${path}`, `https://${host}${path}`].some((url) => test(url));
    }
    case "url":
    case "prefix":
    case "ignoreParams":
    case "cacheKey": {
      const address = addressOf(match.url);
      if (!address) return () => false;
      const { host, path } = address;
      if (match.by === "prefix") return (object) => object.host === host && object.path.startsWith(path);
      if (match.by === "ignoreParams") {
        const bare = withoutQuery(path);
        return (object) => object.host === host && withoutQuery(object.path) === bare;
      }
      if (match.by === "url") return (object) => object.host === host && object.path === path;
      return (object) => object.host === host && object.path === path && hasFeatures(object.features, match.headers);
    }
  }
}

/** A cache key purge names the features that it means; those that it leaves out may be anything. */
function hasFeatures(features: string, wanted: Readonly<Record<string, string>>): boolean {
  const pairs = features.split("&");
  return Object.entries(wanted).every(
    ([name, value]) => !pairs.some((pair) => pair.startsWith(`${name}=`)) || pairs.includes(`${name}=${value}`),
  );
}
