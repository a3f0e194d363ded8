/** URLs that a build lists itself: in sitemaps (https://www.sitemaps.org/protocol.html) and in asset manifests, which are JSON. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Refusal } from "../core/errors.ts";
import type { Listed, Sitemap } from "../core/sitemap.ts";
import type { UrlIndex } from "./url-index.ts";
import { decodeSegment } from "./url-keys.ts";

/**
 * Adds to the index what these files list. A sitemap's URL that no file answers is made by the server: it changes with
 * its `lastmod`, or else with the build. A manifest's texts are URLs only where they name a file.
 */
export async function addListedUrls(
  root: string,
  sources: readonly string[],
  index: UrlIndex,
  build: string,
): Promise<void> {
  for (const source of sources) {
    const text = await readSource(root, source);
    const manifest = source.endsWith(".json");
    const listed = manifest ? texts(parseJson(source, text)) : await readSitemap(root, source, text, index);
    const below = listed.flatMap((entry) => {
      const path = index.pathOf(entry.url);
      return path === undefined ? [] : [{ ...entry, path }];
    });
    for (const { path, lastmod } of below) {
      if (manifest) index.addIfFile(path);
      else index.addListed(path, lastmod === undefined ? `build ${build}` : `lastmod ${lastmod}`);
    }
    if (below.length === 0 && listed[0] !== undefined) {
      throw new Refusal(
        `urlSources: no URL of ${source} is below urlPrefix or on one of hosts; the first is ${listed[0].url}.`,
      );
    }
  }
}

/** A sitemap's URLs, or those of the sitemaps that it is the index of: one level, as the protocol has it. */
async function readSitemap(root: string, source: string, text: string, index: UrlIndex): Promise<Listed[]> {
  const { urls, sitemaps } = await parseSitemap(source, text);
  for (const sitemap of sitemaps) {
    const path = index.pathOf(sitemap);
    if (path === undefined) continue;
    const file = path.slice(1).split("/").map(decodeSegment).join("/");
    urls.push(...(await parseSitemap(file, await readSource(root, file))).urls);
  }
  return urls;
}

async function parseSitemap(source: string, text: string): Promise<Sitemap> {
  const { readSitemap: read, NoSitemap } = await import("../core/sitemap.ts");
  try {
    return read(text);
  } catch (error) {
    if (error instanceof NoSitemap) throw new Refusal(`urlSources: ${source} is no XML: ${error.message}.`);
    throw error;
  }
}

function texts(value: unknown): Listed[] {
  if (typeof value === "string") return [{ url: value }];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

function parseJson(source: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal(`urlSources: ${source} is no JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

async function readSource(root: string, source: string): Promise<string> {
  try {
    return await readFile(path.join(root, source), "utf8");
  } catch {
    throw new Refusal(`urlSources: ${source} cannot be read (looked for in ${root}).`);
  }
}
