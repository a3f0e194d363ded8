/** Each preset on the files that its builder wrote and the URLs that the pages ask for, as record.ts recorded them. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
import { expect, test } from "vitest";
import { textMap, useFolder } from "./folder.ts";

const folder = useFolder();
const site = "https://www.example.com";
const recorded = path.join(import.meta.dirname, "recorded");
const recording = z.object({ files: z.array(z.string()), urls: z.array(z.string()) });
const builds = readdirSync(recorded).map((file) => path.basename(file, ".json"));

const fallbacks: Readonly<Record<string, string>> = {
  astro: "404.html",
  next: "404.html",
  nuxt: "200.html 404.html",
  vite: "index.html",
  hugo: "404.html",
};

test.each(builds)("%s", async (build) => {
  const { files, urls } = recording.parse(JSON.parse(readFileSync(path.join(recorded, `${build}.json`), "utf8")));
  folder.write(Object.fromEntries(files.map((file) => [file, `${file} 1`])));
  const [preset = ""] = build.split("-");
  const inputs = { urlPrefix: site, preset };
  const before = await folder.hash(inputs);
  folder.write(Object.fromEntries(files.map((file) => [file, `${file} 2`])));
  const after = await folder.hash(inputs);

  const changed = changes(before["contents"], after["contents"]);
  // A payload's query is the build's own id, so a new build asks for a new URL. Routes of an application are not files.
  const asked = urls.map((url) => `${site}${url.replace(/_payload\.json\?.*/, "_payload.json")}`);
  const stale = asked.filter((url) => !changed.includes(url));
  expect(stale).toEqual(preset === "vite" ? [`${site}/about`, `${site}/docs`, `${site}/docs/intro`] : []);

  const below = changes(before["fallbackDirectories"], after["fallbackDirectories"]);
  expect(below).toEqual([`${site}/`]);
  for (const document of fallbacks[preset]?.split(" ") ?? []) {
    folder.write({ [document]: "3" });
    const then = await folder.hash(inputs);
    expect(changes(after["fallbackDirectories"], then["fallbackDirectories"])).toEqual([`${site}/`]);
    folder.write({ [document]: `${document} 2` });
  }
});

test("a preset gives way to what is said, and asks for no file that the build did not write", async () => {
  folder.write({ "about.html": "", "app.html": "app" });
  const given = {
    urlPrefix: site,
    preset: "astro",
    cleanUrls: false,
    fallback: [{ document: "app.html", tag: "app" }],
  };
  const result = await folder.hash(given);
  expect(Object.keys(textMap(result["contents"]))).toEqual([`${site}/about.html`, `${site}/app.html`]);
  expect(Object.keys(textMap(result["fallbackTags"]))).toEqual(["app"]);
  expect((await folder.hash({ urlPrefix: site, preset: "nuxt" }))["fallbackDirectories"]).toEqual({});
});

function changes(before: unknown, after: unknown): string[] {
  const old = new Map(Object.entries(Object(before)));
  return Object.entries(Object(after)).flatMap(([key, digest]) => (old.get(key) === digest ? [] : [key]));
}
