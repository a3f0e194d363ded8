/** Under which URLs a file is cached. Pure. */
export interface Spelling {
  /** The server does not tell case apart. */
  readonly lowerCase: boolean;
  readonly unicode: "keep" | "NFC";
}

export interface Serving extends Spelling {
  /** Name of the file that a folder's URL answers with; "" for none. */
  readonly indexDocument: string;
  /** The server leaves `.html` and `/index.html` off. */
  readonly cleanUrls: boolean;
}

export interface UrlPaths {
  /** Where this file and no other is served. */
  readonly own: readonly string[];
  /** Where another file of the folder may be served in its place: which one wins is the server's matter. */
  readonly clean: readonly string[];
}

/**
 * Paths below the site's root, from the slash on; "" is the root itself. `/docs/index.html` and `/docs/` are two keys of
 * one file: both must be purged.
 */
export function urlPaths(file: string, serving: Serving): UrlPaths {
  const { indexDocument, cleanUrls } = serving;
  const path = urlPath(file, serving);
  const name = file.slice(file.lastIndexOf("/") + 1);
  if (indexDocument !== "" && spelled(name, serving) === spelled(indexDocument, serving)) {
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    return { own: [path, folder], clean: cleanUrls ? [folder.slice(0, -1)] : [] };
  }
  const [stem] = (cleanUrls && /^.*[^/](?=\.html?$)/.exec(path)) || [];
  return { own: [path], clean: stem === undefined ? [] : [stem] };
}

/** A file's path as a URL's. */
export function urlPath(file: string, spelling: Spelling): string {
  return `/${spelled(file, spelling).split("/").map(encodeSegment).join("/")}`;
}

/** Escapes of what a path may hold as it is: with and without them it is another URL to a cache. */
const kept = /(%(?:2[146-9A-CF]|3[ABD]|40|5[BD]|7C))/gi;

/** The spelling of keys for a URL's path, which anybody may have written. */
export function normalPath(pathname: string, spelling: Spelling): string {
  const respelled = (part: string, at: number): string =>
    at % 2 === 1 ? part : encodeSegment(spelled(decodeURIComponent(part), spelling));
  const segment = (text: string): string => (isEncoding(text) ? text.split(kept).map(respelled).join("") : text);
  return pathname.split("/").map(segment).join("/");
}

/** The path of the file that a server finds for such a path. A slash that is escaped parts no folders. */
export function unescapedPath(path: string): string {
  return path.replaceAll(kept, (escape) => (escape.toUpperCase() === "%2F" ? escape : decodeURIComponent(escape)));
}

/** Else its escapes stand for bytes that are no text, or for nothing, and stay as they are. */
function isEncoding(segment: string): boolean {
  try {
    return decodeURIComponent(segment) !== undefined;
  } catch {
    return false;
  }
}

export function spelled(file: string, { lowerCase, unicode }: Spelling): string {
  const cased = lowerCase ? file.toLowerCase() : file;
  return unicode === "NFC" ? cased.normalize("NFC") : cased;
}

/**
 * The roots under which one folder is served, without the slash at the end: `urlPrefix`, then the same path on each of
 * `hosts`, which are host names or, with their own scheme, origins.
 */
export function siteRoots(urlPrefix: string, hosts: readonly string[], spelling: Spelling): string[] {
  const prefix = new URL(urlPrefix);
  const folder = normalPath(prefix.pathname, spelling).replace(/\/$/, "");
  const others = hosts.map((host) => new URL(host.includes("://") ? host : `${prefix.protocol}//${host}`));
  return [...new Set([prefix, ...others].map(({ origin }) => `${origin}${folder}`))];
}

/** What is no percent-encoding stands for itself. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** As browsers write a path (https://url.spec.whatwg.org/#path-percent-encode-set), since caches go by what browsers send. */
function encodeSegment(name: string): string {
  if (!/[^\w.~-]/.test(name)) return name;
  return encodeURI(name)
    .replaceAll(/[?#]/g, encodeURIComponent)
    .replaceAll("%5B", "[")
    .replaceAll("%5D", "]")
    .replaceAll("%7C", "|");
}
