/** The URLs of a sitemap (https://www.sitemaps.org/protocol.html), or the sitemaps that an index of them lists. */
import sax from "sax";

export interface Listed {
  readonly url: string;
  readonly lastmod?: string | undefined;
}

export interface Sitemap {
  readonly urls: Listed[];
  readonly sitemaps: string[];
}

/** Says what is wrong with the XML, and where. */
export class NoSitemap extends Error {
  override readonly name = "NoSitemap";
}

/** Elements count by their place: an image's `loc` inside of a page's entry is no page. */
export function readSitemap(text: string): Sitemap {
  const urls: Listed[] = [];
  const sitemaps: string[] = [];
  const where: string[] = [];
  let entry: { readonly locs: string[]; lastmod: string } = { locs: [], lastmod: "" };
  const read = (part: string): void => {
    const what = where.length === 3 ? where[2] : undefined;
    if (what === "loc") entry.locs.push(`${entry.locs.pop() ?? ""}${part}`);
    if (what === "lastmod") entry.lastmod += part;
  };
  const parser = sax
    .createStream(true, { xmlns: true })
    .on("opentag", (tag) => {
      where.push("local" in tag ? tag.local : tag.name);
      if (where.length === 2) entry = { locs: [], lastmod: "" };
      if (where.length === 3 && where[2] === "loc") entry.locs.push("");
    })
    .on("text", read)
    .on("cdata", read)
    .on("closetag", () => {
      const isEntry = where.length === 2;
      const what = isEntry ? where.join("/") : "";
      where.pop();
      if (!isEntry) return;
      const lastmod = entry.lastmod.trim();
      for (const url of entry.locs.map((loc) => loc.trim()).filter((loc) => loc !== "")) {
        if (what === "urlset/url") urls.push(lastmod === "" ? { url } : { url, lastmod });
        if (what === "sitemapindex/sitemap") sitemaps.push(url);
      }
    })
    .on("error", (error) => {
      throw new NoSitemap(error.message.replaceAll("\n", ", "));
    });
  parser.write(text);
  parser.end();
  return { urls, sitemaps };
}
