/**
 * Where an object lives in a cache: host and path with query. The scheme is no part of it: http and https share a
 * copy, and a purge of either forgets it.
 */
export interface Address {
  readonly host: string;
  readonly path: string;
}

// What the URL parser would leave as it is. A purge of a thousand URLs need not pay for a thousand parsings.
const PLAIN = /^(?:https?:\/\/)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(\/[A-Za-z0-9._~!$&()*+,;=:@%/?-]*)$/;

/** The address of a URL that a purge names; the scheme may be missing, as in the vendors' own samples. */
export function addressOf(url: string): Address | undefined {
  const plain = PLAIN.exec(url);
  const [, host, path] = plain ?? [];
  // dots may be steps, a host of digits may be a number: those are left to the parser
  if (host !== undefined && path !== undefined && !path.includes("/.") && /[a-z]/.test(host)) {
    if (!/%2e/i.test(path)) return { host, path };
  }
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
