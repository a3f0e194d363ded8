/**
 * Where an object lives in a cache: host and path with query. The scheme is no part of it: http and https share a
 * copy, and a purge of either forgets it.
 */
export interface Address {
  readonly host: string;
  readonly path: string;
}

/** The address of a URL that a purge names; the scheme may be missing, as in the vendors' own samples. */
export function addressOf(url: string): Address | undefined {
  try {
    const parsed = new URL(/^https?:\/\//i.test(url) ? url : `http://${url}`);
    return { host: parsed.hostname, path: parsed.pathname + parsed.search };
  } catch {
    return undefined;
  }
}

/** Host header and request target, in the same normal form as `addressOf`. */
export function requestAddress(hostHeader: string, target: string): Address | undefined {
  return addressOf(`http://${hostHeader}${target.startsWith("/") ? target : `/${target}`}`);
}

export function withoutQuery(path: string): string {
  const mark = path.indexOf("?");
  return mark < 0 ? path : path.slice(0, mark);
}
