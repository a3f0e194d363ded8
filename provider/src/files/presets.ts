/** What static site builders write, and how it is meant to be served. Each is tested on a recorded build (test/files). */
import type { Fallback } from "./fallback.ts";

export interface Preset {
  readonly description: string;
  readonly cleanUrls: boolean;
  /** Those of them that the build wrote. */
  readonly fallback: readonly Fallback[];
}

const notFound: Fallback = { document: "404.html" };

export const presetNames = ["astro", "next", "nuxt", "vite", "hugo"] as const;

export const presets: Readonly<Record<(typeof presetNames)[number], Preset>> = {
  astro: {
    description: 'Of `astro build`: `about/index.html`, or `about.html` with `build.format: "file"`; `404.html`.',
    cleanUrls: true,
    fallback: [notFound],
  },
  next: {
    description:
      'Of `next build` with `output: "export"`: `about.html`, or `about/index.html` with `trailingSlash`; `404.html`.',
    cleanUrls: true,
    fallback: [notFound],
  },
  nuxt: {
    description: "Of `nuxt generate`: `about/index.html`; `200.html` for pages made in the browser, and `404.html`.",
    cleanUrls: true,
    fallback: [{ document: "200.html" }, notFound],
  },
  vite: {
    description: "Of `vite build`, a single-page application: `index.html` answers at every URL that is no file.",
    cleanUrls: false,
    fallback: [{ document: "index.html" }],
  },
  hugo: {
    description: "Of Hugo and its like: `about/index.html`, or `about.html` with `uglyURLs`; `404.html`.",
    cleanUrls: true,
    fallback: [notFound],
  },
};
