/**
 * What services and the edge say to each other. Everything here is plain data, so it fits into a snapshot.
 */
export type PurgeMatch =
  | { readonly by: "url"; readonly url: string }
  | { readonly by: "cacheKey"; readonly url: string; readonly headers: Readonly<Record<string, string>> }
  | { readonly by: "ignoreParams"; readonly url: string }
  | { readonly by: "prefix"; readonly url: string }
  | { readonly by: "regex"; readonly pattern: string }
  | { readonly by: "host"; readonly host: string }
  | { readonly by: "tag"; readonly tag: string }
  | { readonly by: "all" };

export interface PurgeOrder {
  /** Of the call that ordered it. */
  readonly requestId: string;
  readonly matches: readonly PurgeMatch[];
  /** Host names that the purge may touch; `*.example.com` stands for any host below. */
  readonly hosts: readonly string[];
  readonly mode: "delete" | "invalidate";
  /** Which stores it touches; absent: the one that every visitor fills. `*`: all. */
  readonly stores?: readonly string[];
  /** Nodes that it reaches; absent: all. */
  readonly nodes?: readonly string[] | undefined;
  /** The nodes obey one after the other between these moments, the last one at `until`. */
  readonly from: number;
  readonly until: number;
}

export interface PrefetchOrder {
  /** Where the results are found again. */
  readonly key: string;
  readonly urls: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly at: number;
}

export interface EdgePort {
  purge(order: PurgeOrder): void;
  prefetch(order: PrefetchOrder): void;
  /** Whether a node holds an object of this host with this tag. */
  holdsTag(tag: string, host: string): boolean;
  prefetchResult(key: string, url: string): { ok: true } | { ok: false; reason: "status" | "timeout" } | undefined;
}

/** How a service delivers a host. */
export interface Delivery {
  readonly service: string;
  /** Site, zone or domain. */
  readonly scope: string;
  readonly tagHeader: string;
  readonly tagsCaseInsensitive: boolean;
  /** Where copies of it are kept, if an edge routine keeps them: purges name their stores. */
  readonly store?: string | undefined;
  /** Features of the visitor that are part of the cache key, such as UserDeviceType. */
  readonly keyFeatures: readonly string[];
}

/** The store of what an edge routine wrote by its Cache API. */
export function routineStore(routineId: string): string {
  return `routine ${routineId}`;
}

/** The store of what edge routines fetched. */
export const fetchStore = "fetch";

/** Whether a host is one of these names or below one of these wildcards. */
export function hostMatches(host: string, names: readonly string[]): boolean {
  return names.some((name) => name === host || (name.startsWith("*.") && host.endsWith(name.slice(1))));
}
