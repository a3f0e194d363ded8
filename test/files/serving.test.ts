/** What servers make of a folder: every key under which a page can be cached. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { authorities } from "../../provider/src/core/network/trust.ts";
import { textMap, useFolder } from "./folder.ts";

const folder = useFolder();
const site = "https://www.example.com";
const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);

test("cleanUrls: endings left off, for pages and folders, below a path too", async () => {
  folder.write({
    "index.html": "home",
    "about.html": "about",
    "docs/index.html": "docs",
    "a.js": "script",
    "old.htm": "",
  });
  expect(await folder.contents({ urlPrefix: `${site}/p`, cleanUrls: true })).toEqual({
    [`${site}/p`]: digest("home"),
    [`${site}/p/`]: digest("home"),
    [`${site}/p/a.js`]: digest("script"),
    [`${site}/p/about`]: digest("about"),
    [`${site}/p/about.html`]: digest("about"),
    [`${site}/p/docs`]: digest("docs"),
    [`${site}/p/docs/`]: digest("docs"),
    [`${site}/p/docs/index.html`]: digest("docs"),
    [`${site}/p/index.html`]: digest("home"),
    [`${site}/p/old`]: digest(""),
    [`${site}/p/old.htm`]: digest(""),
  });
  const keys = await folder.keys({ urlPrefix: site, cleanUrls: true });
  expect(keys).toContain(`${site}/`);
  expect(keys).not.toContain(site);
});

test("cleanUrls: where two files may answer, the key changes with either", async () => {
  folder.write({ "docs.html": "1", "docs/index.html": "2", "same.html": "3", same: "3" });
  const contents = await folder.contents({ urlPrefix: site, cleanUrls: true });
  expect(contents).toMatchObject({
    [`${site}/docs`]: `${digest("1")}+${digest("2")}`,
    [`${site}/docs/`]: digest("2"),
    [`${site}/same`]: digest("3"),
  });
});

test("cleanUrls is off unless asked for, and names that are only an ending stay", async () => {
  folder.write({ "about.html": "", "x/.html": "" });
  expect(await folder.keys({ urlPrefix: site })).toEqual([`${site}/about.html`, `${site}/x/.html`]);
  expect(await folder.keys({ urlPrefix: site, cleanUrls: true })).not.toContain(`${site}/x/`);
});

test("hosts: one list for several names and schemes, spelt as browsers do", async () => {
  folder.write({ "index.html": "" });
  const keys = await folder.keys({
    urlPrefix: "https://WWW.Example.com:443/Shop",
    hosts: ["example.com", "http://www.example.com", "www.example.com", "bücher.example:8080"],
    lowerCase: true,
  });
  expect(keys).toEqual([
    "http://www.example.com/shop/",
    "http://www.example.com/shop/index.html",
    "https://example.com/shop/",
    "https://example.com/shop/index.html",
    "https://www.example.com/shop/",
    "https://www.example.com/shop/index.html",
    "https://xn--bcher-kva.example:8080/shop/",
    "https://xn--bcher-kva.example:8080/shop/index.html",
  ]);
  await expect(folder.hash({ urlPrefix: site, hosts: ["example.com/path"] })).rejects.toThrow(
    /hosts.*must be a host name/,
  );
});

test("fallback: what changes where no file answers, by directory or by tag, on every host", async () => {
  folder.write({ "index.html": "app", "404.html": "gone", "sub/200.html": "sub" });
  const result = await folder.hash({
    urlPrefix: `${site}/p`,
    hosts: ["example.com"],
    fallback: [
      { document: "index.html" },
      { document: "sub/200.html", directory: "/my app/" },
      { document: "404.html", tag: "not-found" },
      { document: "index.html", tag: "not-found", directory: "x" },
    ],
  });
  expect(textMap(result["fallbackDirectories"])).toEqual({
    "https://example.com/p/": digest("app"),
    "https://example.com/p/my%20app/": digest("sub"),
    "https://example.com/p/x/": digest("app"),
    "https://www.example.com/p/": digest("app"),
    "https://www.example.com/p/my%20app/": digest("sub"),
    "https://www.example.com/p/x/": digest("app"),
  });
  expect(textMap(result["fallbackTags"])).toEqual({ "not-found": `${digest("gone")}+${digest("app")}` });
  await expect(
    folder.hash({ urlPrefix: site, fallback: [{ document: "404.html", directory: "a/../b" }] }),
  ).rejects.toThrow(/directory.*has \. or \.\. in it/);
  await expect(folder.hash({ urlPrefix: site, fallback: [{ document: "404.htm" }] })).rejects.toThrow(
    "fallback: 404.htm is not among the files that are taken.",
  );
});

test("unicode: decomposed names as links have them; two that become one are refused", async () => {
  const composed = "caf\u00E9.html";
  const decomposed = composed.normalize("NFD");
  folder.write({ [decomposed]: "" });
  expect(await folder.keys({ urlPrefix: site })).toEqual([`${site}/cafe%CC%81.html`]);
  expect(await folder.keys({ urlPrefix: site, unicode: "NFC" })).toEqual([`${site}/caf%C3%A9.html`]);
  expect(await folder.keys({ unicode: "NFC" })).toEqual([composed]);
  folder.write({ [composed]: "" });
  await expect(folder.hash({ urlPrefix: site, unicode: "NFC" })).rejects.toThrow("both served at");
});

test("lowerCase: the index document too, however the file writes it", async () => {
  folder.write({ "Docs/INDEX.HTML": "" });
  expect(await folder.keys({ urlPrefix: site, lowerCase: true, indexDocument: "Index.html", cleanUrls: true })).toEqual(
    [`${site}/docs`, `${site}/docs/`, `${site}/docs/index.html`],
  );
  expect(await folder.keys({ urlPrefix: site })).toEqual([`${site}/Docs/INDEX.HTML`]);
});

test("urlSources: a sitemap's URLs of files, of pages made by the server, and of other sites", async () => {
  folder.write({
    "about.html": "about",
    "docs/index.html": "docs",
    "sitemap.xml": `<?xml version="1.0" encoding="UTF-8"?>
      <s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9"><!-- <s:url><s:loc>${site}/comment</s:loc></s:url> -->
        <s:url><s:loc> ${site}/about/ </s:loc></s:url>
        <s:url><s:loc>${site}/list?a=1&amp;b=2</s:loc><s:lastmod>2026-11-02</s:lastmod></s:url>
        <s:url><s:loc><![CDATA[${site}/caf\u00E9]]></s:loc></s:url>
        <s:url><s:loc>https://elsewhere.example/</s:loc></s:url>
        <s:url><s:loc>${site}/docs</s:loc></s:url>
        <s:url><s:loc>${site}.example/a</s:loc></s:url>
      </s:urlset>`,
  });
  const inputs = { urlPrefix: site, urlSources: ["sitemap.xml"], exclude: ["*.xml"] };
  const { hash, contents } = await folder.hash(inputs);
  expect(contents).toEqual({
    [`${site}/about.html`]: digest("about"),
    [`${site}/about/`]: digest("about"),
    [`${site}/docs/index.html`]: digest("docs"),
    [`${site}/docs/`]: digest("docs"),
    [`${site}/docs`]: digest("docs"),
    [`${site}/list?a=1&b=2`]: "lastmod 2026-11-02",
    [`${site}/caf%C3%A9`]: `build ${String(hash).slice(0, 32)}`,
  });
  expect(await folder.keys({ ...inputs, hosts: ["example.com"] })).toContain("https://example.com/list?a=1&b=2");
  await expect(folder.hash({ ...inputs, urlPrefix: "https://staging.example.com" })).rejects.toThrow(
    `urlSources: no URL of sitemap.xml is below urlPrefix or on one of hosts; the first is ${site}/about/.`,
  );
});

test("urlSources: the sitemaps of an index", async () => {
  const map = (inside: string, root: string): string =>
    `<${root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${inside}</${root}>`;
  folder.write({
    "sitemap-index.xml": map(
      `<sitemap><loc>https://a.example/b.xml</loc></sitemap><sitemap><loc>${site}/maps/one.xml</loc></sitemap>`,
      "sitemapindex",
    ),
    "maps/one.xml": map(`<url><loc>${site}/page</loc><lastmod>1</lastmod></url>`, "urlset"),
  });
  const inputs = { urlPrefix: site, urlSources: ["sitemap-index.xml"] };
  expect(await folder.contents(inputs)).toMatchObject({ [`${site}/page`]: "lastmod 1" });
  folder.write({ "maps/one.xml": "<urlset><url>" });
  await expect(folder.hash(inputs)).rejects.toThrow(/^urlSources: maps\/one\.xml is no XML: /);
  await expect(folder.hash({ ...inputs, urlSources: ["maps/two.xml"] })).rejects.toThrow(
    `urlSources: ${folder.path("maps/two.xml")} does not exist.`,
  );
});

test("urlSources: a manifest's URLs are those that files answer, with their queries", async () => {
  folder.write({
    "js/app.js": "app",
    "index.html": "",
    "mix-manifest.json": JSON.stringify({ "/js/app.js": "/js/app.js?id=ab12", "/js/gone.js": "/js/gone.js?id=cd34" }),
    "vite.json": JSON.stringify({ "src/main.js": { file: "js/app.js", src: "src/main.js", css: [], isEntry: true } }),
  });
  const urlSources = ["mix-manifest.json", "vite.json"];
  const contents = await folder.contents({ urlPrefix: site, include: ["js/**"], urlSources });
  expect(contents).toEqual({ [`${site}/js/app.js`]: digest("app"), [`${site}/js/app.js?id=ab12`]: digest("app") });
  folder.write({ "vite.json": "{" });
  await expect(folder.hash({ urlPrefix: site, urlSources })).rejects.toThrow(/^urlSources: vite\.json is no JSON: /);
});

test("urlSources: a URL keeps the escapes by which a cache tells it from another, and has its file's digest", async () => {
  folder.write({
    "tag/c++.html": "c",
    "a/b": "b",
    "js/[id].js": "js",
    "m.json": JSON.stringify(["js/%5Bid%5D.js"]),
    "s.xml": `<urlset>${["tag/c%2B%2B", "a%2Fb", "caf%E9", "%7e%c3%a9"].map((path) => `<url><loc>${site}/${path}</loc></url>`).join("")}</urlset>`,
  });
  const { hash, contents } = await folder.hash({ urlPrefix: site, urlSources: ["s.xml", "m.json"], include: ["*/*"] });
  const build = `build ${String(hash).slice(0, 32)}`;
  expect(contents).toEqual({
    [`${site}/tag/c++.html`]: digest("c"),
    [`${site}/tag/c%2B%2B`]: digest("c"),
    [`${site}/js/[id].js`]: digest("js"),
    [`${site}/js/%5Bid%5D.js`]: digest("js"),
    [`${site}/a/b`]: digest("b"),
    [`${site}/a%2Fb`]: build,
    [`${site}/caf%E9`]: build,
    [`${site}/~%C3%A9`]: build,
  });
  expect(await folder.keys({ urlPrefix: `${site}/a%2fb`, include: ["js/*"] })).toEqual([`${site}/a%2fb/js/[id].js`]);
});

const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, "utf16le");
const sitemap = `<urlset><url><loc>${site}/page</loc></url></urlset>`;

test("files that editors, Windows and builds write are read, and others say what they are", async () => {
  folder.write({ "a.txt": "", "b.txt": "" });
  const sources = { "bom.json": '\uFEFF["a.txt?1"]', "utf16.json": utf16('["a.txt?2"]'), "utf16.xml": utf16(sitemap) };
  const written = { ...sources, "ignored.txt": utf16("b.txt\n"), "latin1.xml": Buffer.from("<a>\xE9</a>", "latin1") };
  for (const [name, content] of Object.entries(written)) writeFileSync(folder.path(name), content);
  const inputs = { urlPrefix: site, include: ["?.txt"], ignoreFile: "ignored.txt" };
  expect(await folder.keys({ ...inputs, urlSources: Object.keys(sources) })).toEqual(
    ["a.txt", "a.txt?1", "a.txt?2", "page"].map((path) => `${site}/${path}`),
  );
  await expect(folder.hash({ ...inputs, urlSources: ["latin1.xml"] })).rejects.toThrow("is no UTF-8 text (byte 0xE9");
});

test.skipIf(process.platform === "win32")("a pipe where a file should be holds nothing up", async () => {
  folder.write({ "a.txt": "" });
  execFileSync("mkfifo", [folder.path("pipe.xml")]);
  const problem = `${folder.path("pipe.xml")} is no file but a pipe or a device`;
  await expect(folder.hash({ urlPrefix: site, urlSources: ["pipe.xml"] })).rejects.toThrow(`urlSources: ${problem}`);
  await expect(folder.hash({ ignoreFile: "pipe.xml" })).rejects.toThrow(`ignoreFile: ${problem}`);
  expect(() => authorities(folder.path("pipe.xml"), {})).toThrow("pipe.xml cannot be read");
});

test("however deep a manifest or a sitemap is", { timeout: 30_000 }, async () => {
  const levels = 50_000;
  folder.write({
    "a.txt": "",
    "m.json": `${"[".repeat(levels)}"a.txt?1"${"]".repeat(levels)}`,
    "s.xml": `${"<a>".repeat(levels)}${"</a>".repeat(levels)}`,
  });
  const keys = await folder.keys({ urlPrefix: site, include: ["a.txt"], urlSources: ["m.json", "s.xml"] });
  expect(keys).toEqual([`${site}/a.txt`, `${site}/a.txt?1`]);
});

test("what is about URLs is refused without urlPrefix", async () => {
  folder.write({ "a.html": "" });
  for (const given of [
    { hosts: ["a.com"] },
    { preset: "astro" },
    { cleanUrls: true },
    { fallback: [] },
    { urlSources: [] },
  ]) {
    await expect(folder.hash(given)).rejects.toThrow(`${Object.keys(given)[0]} needs urlPrefix: it is about URLs`);
  }
});
