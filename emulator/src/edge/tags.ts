/** The tags of an object, read from the response header that the site's configuration names when it is cached. */
import { fromWire } from "../http/header-text.ts";
import type { Delivery } from "../ports/edge.ts";

export function readTags(headers: Readonly<Record<string, string>>, delivery: Delivery): string[] {
  const value = headers[delivery.tagHeader.toLowerCase()];
  if (value === undefined) return [];
  const tags = fromWire(value)
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "")
    .map((tag) => (delivery.tagsCaseInsensitive ? tag.toLowerCase() : tag));
  return [...new Set(tags)];
}
