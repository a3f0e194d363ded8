/** Pages at the origin, so that the first visit, purge and prefetch find something. A seed with pages has its own. */
import type { SeedInput } from "../tenant/seed.ts";

const page = {
  headers: { "content-type": "text/html; charset=utf-8", "cache-control": "max-age=3600", "cache-tag": "home" },
  body: "<!doctype html>\n<title>Home</title>\n<p>Home, version 1.</p>\n",
};

export function withFirstPages(seed: SeedInput): SeedInput {
  return seed.pages === undefined
    ? { ...seed, pages: ["/", "/index.html"].map((path) => ({ ...page, host: "*", path })) }
    : seed;
}
