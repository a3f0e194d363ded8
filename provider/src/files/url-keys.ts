/** Under which URLs a file is cached. Pure. */
export interface UrlOptions {
  readonly urlPrefix: string;
  /** Name of the file that a folder's URL answers with; "" for none. */
  readonly indexDocument: string;
  readonly lowerCase: boolean;
}

/** `/docs/index.html` and `/docs/` are two keys of one file: both must be purged. */
export function urlKeys(file: string, { urlPrefix, indexDocument, lowerCase }: UrlOptions): string[] {
  const base = urlPrefix.endsWith("/") ? urlPrefix : `${urlPrefix}/`;
  const cased = lowerCase ? file.toLowerCase() : file;
  const encoded = cased.split("/").map(encodeSegment).join("/");
  const folder = encoded.slice(0, encoded.lastIndexOf("/") + 1);
  const isIndex = indexDocument !== "" && file.slice(file.lastIndexOf("/") + 1) === indexDocument;
  return isIndex ? [`${base}${encoded}`, `${base}${folder}`] : [`${base}${encoded}`];
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
