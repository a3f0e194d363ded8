/** Mistakes in a program, and what each message must name for its author to find it. */
import { secret } from "../protocol/plugin.ts";
import { esa, good, one, siteId, token, www, type Mistake } from "./mistake.ts";

/** A target that is wrong, of ESA's purge. */
function target(title: string, value: string, names: RegExp, type = "file"): Mistake {
  return { title, token, program: one(value, type), names };
}

export const targets: readonly Mistake[] = [
  target("A file's path for a URL", "index.html", /targets\[0\]: index\.html .*urlPrefix/),
  target("No scheme", "www.example.com/about", /did you mean https:\/\/www\.example\.com\/about\?/),
  target("Encoded in part", `${www}/a%20b c`, /did you mean http:\/\/www\.example\.com\/a%20b%20c\?/),
  target("An international host name", "http://bücher.example/", /xn--bcher-kva\.example/),
  target("A blank at the end", `${www}/a `, /targets\[0\]: "http:.*a " .*space.*did you mean/),
  target("Copied out of HTML", `${www}/?a=1&amp;b=2`, /did you mean .*\?a=1&b=2/),
  target("A Windows path", `${www}\\img\\a.png`, /backslash.*\/img\/a\.png/),
  target("Dots in the path", `${www}/a/../b`, /browsers resolve.*\/b\?/),
  target("A fragment", `${www}/a#top`, /fragment/),
  target("User and password in the URL", "http://user:word@www.example.com/", /user name or password/),
  target("A wildcard", `${www}/img/*`, /wildcard/),
  target("Two URLs in one text", `${www}/a,${www}/b`, /several URLs/),
  target("A zero-width space", `${www}/a\u200B`, /U\+200B/),
  target(
    "A file for a directory",
    `${www}/docs/index.html`,
    /did you mean http:\/\/www\.example\.com\/docs\/\?/,
    "directory",
  ),
  target("A URL for a host name", `${www}/`, /did you mean www\.example\.com\?/, "hostname"),
  target("Tags in one text", "a,b", /comma.*each tag on its own/, "cachetag"),
  target("A tag with a line break", "a\nb", /line break/, "cachetag"),
  target("Ten megabytes", `${www}/${"x".repeat(10_000_000)}`, /10,000,023 characters; 1,024 is the most/),
  {
    title: "The same twice",
    token,
    program: esa({ targets: [`${www}/a`, `${www}/a`] }),
    names: /targets\[1\]: .* same as targets\[0\]/,
  },
  {
    title: "A secret that is malformed",
    token,
    program: esa({ targets: [secret("www.example.com/hush-hush")] }),
    names: /targets\[0\]: lacks its scheme$/,
  },
];

export const programs: readonly Mistake[] = [
  {
    title: "No hash",
    token,
    program: { siteId, type: "file", targets: [`${www}/a`] },
    names: /contentHash: is required, or content, or contents/,
  },
  { title: "No targets", token, program: { siteId, type: "file", contentHash: "v1" }, names: /targets: is required/ },
  {
    title: "An output in a template string",
    token,
    program: esa({ targets: [`${www}/a`], contentHash: "v-[object Promise]" }),
    names: /contentHash: .*JavaScript object/,
  },
  {
    title: "An output without a value, in Python",
    token,
    program: esa({ targets: [`${www}/a`], contentHash: "Calling __str__ on an Output[T]" }),
    names: /contentHash: .*Output/,
  },
  {
    title: "A hash that is undefined",
    token,
    program: esa({ targets: [`${www}/a`], contentHash: "release-undefined" }),
    names: /contentHash: .*undefined/,
  },
  {
    title: "A misspelt property",
    token,
    program: { ...good, contentHsh: "v1" },
    names: /contentHsh.*did you mean contentHash\?/,
  },
  {
    title: "A hundred thousand unknown properties",
    token,
    program: { ...good, ...Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`p${index}`, 1])) },
    names: /and 99,98\d more problems/,
  },
  {
    title: "A type that another cloud has",
    token,
    program: one(`${www}/a`, "purge_url"),
    names: /type: must be one of .*did you mean file\?/,
  },
  {
    title: "A site's name for its id",
    token,
    program: { ...good, siteId: "example.com" },
    names: /siteId: must be the site's id.*getSites/,
  },
  {
    title: "An id as a number that lost its last digits",
    token,
    program: { ...good, siteId: Number("540749841300012345") },
    names: /siteId.*quote it/,
  },
  {
    title: "An id that is null",
    token,
    program: { ...good, siteId: null },
    names: /siteId.*null: is the output that it comes from empty\?/,
  },
  { title: "A target that is null", token, program: esa({ targets: [null] }), names: /targets\[0\].*null/ },
  { title: "A text for a list", token, program: esa({ targets: `${www}/a` }), names: /targets/ },
  {
    title: "Targets and contents",
    token,
    program: { siteId, type: "file", targets: [`${www}/a`], contents: { [`${www}/a`]: "1" } },
    names: /targets: cannot be used together with contents/,
  },
  { title: "Targets for everything", token, program: one(`${www}/a`, "purgeall"), names: /targets: must be left out/ },
  { title: "Cache keys as targets", token, program: one(`${www}/a`, "cachekey"), names: /cacheKeys: is required/ },
  {
    title: "An option that does not apply",
    token,
    program: { ...good, force: true },
    names: /force.*does not apply to type file/,
  },
  {
    title: "A zone's name for its id",
    token: "teo:PurgeTrigger",
    program: { zoneId: "example.com", type: "purge_url", targets: [`${www}/a`], contentHash: "1" },
    names: /zoneId: must be the zone's id.*getZones/,
  },
  {
    title: "Every zone at once",
    token: "teo:PurgeTrigger",
    program: { zoneId: "*", type: "purge_all", contentHash: "1" },
    names: /zoneId: must name one zone/,
  },
  {
    title: "Tags without their domain",
    token: "cdn:PurgeTrigger",
    program: { type: "CacheTag", targets: ["a"], contentHash: "1" },
    names: /domainName: is required/,
  },
  {
    title: "A wildcard among domains",
    token: "dcdn:EdgeRoutinePurgeTrigger",
    program: { mergeDomainName: ["*.example.com"], targets: [`${www}/a`], contentHash: "1" },
    names: /mergeDomainName\[0\]: \*\.example\.com has a wildcard/,
  },
  {
    title: "A header's name with a space",
    token: "esa:CacheTagConfig",
    program: { siteId, tagName: "Cache Tag" },
    names: /tagName: must be the name of a response header/,
  },
  {
    title: "A word for on or off",
    token: "esa:CacheTagConfig",
    program: { siteId, caseInsensitive: "yes" },
    names: /caseInsensitive: must be on or off/,
  },
  { title: "A resource that there is not", token: "esa:PurgeTriger", program: good, names: /esa:PurgeTriger/ },
];
