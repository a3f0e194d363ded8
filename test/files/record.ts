/**
 * Builds one small site with each framework and records the files it writes and the URLs that its pages
 * ask for, for preset.test.ts. The frameworks are installed into a temporary folder, never here.
 *
 *   node test/files/record.ts [astro|next|nuxt|vite|hugo ...]
 *
 * Hugo comes as Debian's package, the others from npm.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

interface Recipe {
  readonly packages: readonly string[];
  readonly source: Readonly<Record<string, string>>;
  /** Run in the project's folder, one after the other. */
  readonly build: readonly (readonly [string, ...string[]])[];
  readonly output: string;
}

const run = promisify(execFile);
const page = (title: string): string =>
  `<h1>${title}</h1><nav><a href="/">home</a> <a href="/about">about</a> <a href="/docs">docs</a> <a href="/docs/intro">intro</a></nav><img src="/logo%201.svg">`;
const shared = {
  "public/robots.txt": "User-agent: *\n",
  "public/logo 1.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>\n",
};

const nextPage = (title: string): string =>
  `import Link from "next/link";\nexport default () => <main><h1>${title}</h1><Link href="/">home</Link> <Link href="/about">about</Link> <Link href="/docs">docs</Link> <Link href="/docs/intro">intro</Link><img src="/logo%201.svg"/></main>;\n`;
const nextSource = (options: string): Record<string, string> => ({
  ...shared,
  "next.config.mjs": `export default { output: "export", ${options} };\n`,
  "app/layout.jsx": "export default ({ children }) => <html><body>{children}</body></html>;\n",
  "app/page.jsx": nextPage("home"),
  "app/about/page.jsx": nextPage("about"),
  "app/docs/page.jsx": nextPage("docs"),
  "app/docs/intro/page.jsx": nextPage("intro"),
});
const next = (options: string): Recipe => ({
  packages: ["next@16.4.6", "react@19.3.1", "react-dom@19.3.1"],
  source: nextSource(options),
  build: [["npx", "next", "build"]],
  output: "out",
});

const astroPage = (title: string): string =>
  `<html><head><title>${title}</title></head><body>${page(title)}</body></html><style>h1 { color: red }</style>\n`;
const astro = (format: string): Recipe => ({
  packages: ["astro@7.3.5", "@astrojs/sitemap@3.7.4"],
  source: {
    ...shared,
    "astro.config.mjs": `import sitemap from "@astrojs/sitemap";\nexport default { site: "https://www.example.com", build: { format: "${format}", inlineStylesheets: "never" }, integrations: [sitemap()] };\n`,
    "src/pages/index.astro": astroPage("home"),
    "src/pages/about.astro": astroPage("about"),
    "src/pages/docs/index.astro": astroPage("docs"),
    "src/pages/docs/intro.astro": astroPage("intro"),
    "src/pages/404.astro": astroPage("not found"),
  },
  build: [["npx", "astro", "build"]],
  output: "dist",
});

const nuxtPage = (title: string): string =>
  `<template><main><h1>${title}</h1><NuxtLink to="/">home</NuxtLink> <NuxtLink to="/about">about</NuxtLink> <NuxtLink to="/docs">docs</NuxtLink> <NuxtLink to="/docs/intro">intro</NuxtLink><img src="/logo%201.svg"></main></template>\n<script setup>const { data } = await useAsyncData("title", async () => "${title}")</script>\n`;

const hugo = (options: string): Recipe => ({
  packages: [],
  source: {
    "static/robots.txt": shared["public/robots.txt"],
    "static/logo 1.svg": shared["public/logo 1.svg"],
    "config.toml": `baseURL = "https://www.example.com/"\ntitle = "site"\n${options}`,
    "layouts/_default/baseof.html": `<html><head><title>{{ .Title }}</title></head><body>{{ block "main" . }}{{ end }}<a href="/">home</a>{{ range .Site.RegularPages }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}<a href="{{ (.Site.GetPage "/docs").RelPermalink }}">docs</a><img src="/logo%201.svg"></body></html>\n`,
    "layouts/_default/single.html": `{{ define "main" }}{{ .Content }}{{ end }}\n`,
    "layouts/_default/list.html": `{{ define "main" }}{{ range .Pages }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}{{ end }}\n`,
    "layouts/404.html": `<html><body>not found</body></html>\n`,
    "content/about.md": `---\ntitle: about\ntags: [one]\naliases: [/us/]\n---\nabout\n`,
    "content/docs/_index.md": `---\ntitle: docs\n---\n`,
    "content/docs/intro.md": `---\ntitle: intro\n---\nintro\n`,
  },
  build: [
    ["apt-get", "download", "hugo", "libsass1", "libwebp7"],
    [
      "sh",
      "-c",
      'for each in *.deb; do dpkg -x "$each" tool; done; LD_LIBRARY_PATH=$(dirname tool/usr/lib/*/libsass.so.1) tool/usr/bin/hugo',
    ],
  ],
  output: "public",
});

const recipes: Readonly<Record<string, Recipe>> = {
  astro: astro("directory"),
  "astro-file": astro("file"),
  next: next(""),
  "next-trailing-slash": next("trailingSlash: true"),
  nuxt: {
    packages: ["nuxt@4.4.8"],
    source: {
      ...shared,
      "nuxt.config.ts": `export default defineNuxtConfig({ telemetry: false, compatibilityDate: "2026-11-01" });\n`,
      "app/app.vue": "<template><NuxtPage /></template>\n",
      "app/pages/index.vue": nuxtPage("home"),
      "app/pages/about.vue": nuxtPage("about"),
      "app/pages/docs/index.vue": nuxtPage("docs"),
      "app/pages/docs/intro.vue": nuxtPage("intro"),
    },
    build: [["npx", "nuxt", "generate"]],
    output: ".output/public",
  },
  vite: {
    packages: ["vite@8.4.0"],
    source: {
      ...shared,
      "vite.config.mjs": "export default { build: { manifest: true, assetsInlineLimit: 0 } };\n",
      "index.html": `<html><body>${page("home")}<script type="module" src="/src/main.js"></script></body></html>\n`,
      "src/main.js": `import "./style.css";\nimport("./lazy.js").then(({ text }) => document.body.append(text));\n`,
      "src/style.css": "h1 { background: url(./dot.png) }\n",
      "src/lazy.js": `export const text = "later";\n`,
      "src/dot.png": "not really a picture\n",
    },
    build: [["npx", "vite", "build"]],
    output: "dist",
  },
  hugo: hugo(""),
  "hugo-ugly": hugo("uglyURLs = true\n"),
};

const fixtures = path.join(import.meta.dirname, "recorded");
const asked = process.argv.slice(2);
await mkdir(fixtures, { recursive: true });
for (const [name, recipe] of Object.entries(recipes)) {
  if (asked.length > 0 && !asked.some((prefix) => name === prefix || name.startsWith(`${prefix}-`))) continue;
  console.log(`record: ${name}`);
  const recorded = await record(recipe);
  const told = `${JSON.stringify({ packages: recipe.packages, ...recorded }, undefined, 2)}\n`;
  await writeFile(path.join(fixtures, `${name}.json`), told);
}

async function record(recipe: Recipe): Promise<{ files: string[]; urls: string[] }> {
  const folder = await mkdtemp(path.join(tmpdir(), "record-"));
  try {
    await write(folder, { "package.json": `{ "private": true, "type": "module" }\n`, ...recipe.source });
    const env = {
      ...process.env,
      CI: "1",
      NEXT_TELEMETRY_DISABLED: "1",
      ASTRO_TELEMETRY_DISABLED: "1",
      NUXT_TELEMETRY_DISABLED: "1",
    };
    const inFolder = { cwd: folder, env, timeout: 300_000, maxBuffer: 1 << 26 };
    const install = ["install", "--no-audit", "--no-fund", "--prefer-offline", ...recipe.packages];
    if (recipe.packages.length > 0) await run("npm", install, inFolder);
    for (const [command, ...args] of recipe.build) await run(command, args, inFolder);
    const output = path.join(folder, recipe.output);
    const entries = await readdir(output, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(output, path.join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
      .toSorted();
    return { files, urls: await urlsOf(output, files) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What the pages link to and load from their own site, and what a sitemap lists. */
async function urlsOf(output: string, files: readonly string[]): Promise<string[]> {
  const urls = new Set<string>();
  for (const file of files) {
    if (!/\.(html|css|xml)$/.test(file)) continue;
    const text = await readFile(path.join(output, file), "utf8");
    const base = new URL(file, "https://www.example.com/");
    for (const [, link = ""] of text.matchAll(/(?:(?:href|src)="|url\(|<loc>)([^"<)]*)/g)) {
      const url = URL.canParse(link, base.href) ? new URL(link, base) : base;
      if (url.origin !== base.origin) continue;
      url.hash = "";
      urls.add(`${url.pathname}${url.search}`);
    }
  }
  return [...urls].toSorted();
}

async function write(folder: string, tree: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(tree)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
}
