/** URLs that a build lists itself: in sitemaps (https://www.sitemaps.org/protocol.html) and in asset manifests, which are JSON. */
import path from "node:path";
import { Refusal } from "../core/errors.ts";
import type { Listed, Sitemap } from "../core/sitemap.ts";
import { readTextFile } from "../core/text-file.ts";
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
    const listed = manifest ? texts(await parseJson(source, text)) : await readSitemap(root, source, text, index);
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

/** However deep they are. */
function texts(value: unknown): Listed[] {
  const [found, left]: [Listed[], unknown[]] = [[], [value]];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next === "string") found.push({ url: next });
    else if (typeof next === "object" && next !== null)
      for (const each of Object.values(next).toReversed()) left.push(each);
  }
  return found;
}

async function parseJson(source: string, text: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch {
    const { jsonProblem } = await import("../core/json-problem.ts");
    throw new Refusal(`urlSources: ${source} is no JSON: ${jsonProblem(text) ?? "it cannot be read"}.`);
  }
}

async function readSource(root: string, source: string): Promise<string> {
  return (await readTextFile(path.join(root, source), "urlSources")).toString();
}
