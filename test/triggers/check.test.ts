/** What Check refuses, and in which words. Nothing is sent. */
import { once } from "node:events";
import { createServer } from "node:http";
import { expect, test } from "vitest";
import * as z from "zod";
import * as cdn from "../../provider/src/clouds/alibaba/cdn/index.ts";
import * as dcdn from "../../provider/src/clouds/alibaba/dcdn/index.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import * as teo from "../../provider/src/clouds/tencent/teo/index.ts";
import { Asset, Unknown, type Value } from "../../provider/src/engine/wire/values.ts";
import { contextOf, resourceOf, Stack } from "./world.ts";

const context = contextOf({});
const purge = new Stack(resourceOf(esa, "edgecache:esa:PurgeTrigger"), context);
const config = new Stack(resourceOf(esa, "edgecache:esa:CacheTagConfig"), context);
const edgeOne = new Stack(resourceOf(teo, "edgecache:teo:PurgeTrigger"), context);
const plain = new Stack(resourceOf(cdn, "edgecache:cdn:PurgeTrigger"), context);
const routine = new Stack(resourceOf(dcdn, "edgecache:dcdn:EdgeRoutinePurgeTrigger"), context);
const site = { siteId: "5407498413000", contentHash: "1" };

test("paths, as hashFiles gives them without urlPrefix", () => {
  const paths = ["index.html", "docs/intro.html", "app.js", "/about", "v1.2/x"];
  const contents = Object.fromEntries(paths.map((path) => [path, "1"]));
  const refused = purge.check({ siteId: site.siteId, type: "file", contents });
  const why = "is no URL; this is a path: give hashFiles a urlPrefix, or write the URL in full";
  expect(refused).toEqual(paths.map((path) => `contents.${path} ${why}`));
  expect(purge.check({ ...site, type: "file", targets: ["example.com", "www.example.com/index.html"] })).toEqual([
    "targets.0 lacks its scheme; did you mean https://example.com?",
    "targets.1 lacks its scheme; did you mean https://www.example.com/index.html?",
  ]);
});

test("URLs", () => {
  const refused = (target: string, type = "file") => purge.check({ ...site, type, targets: [target] });
  expect(
    [
      refused("www.example.com/a"),
      refused("nonsense"),
      refused("https://*.example.com/a"),
      refused("https://www.example.com/a b"),
      refused("https://www.example.com/ä"),
      refused("https://www.example.com/a#top"),
      refused(`https://www.example.com/${"x".repeat(1024)}`),
      refused("https://www.example.com/dir", "directory"),
      refused("https://www.example.com", "hostname"),
      refused("*.example.com", "hostname"),
      refused("a,b", "cachetag"),
      refused(" a", "cachetag"),
    ].flat(),
  ).toMatchInlineSnapshot(`
    [
      "targets.0 lacks its scheme; did you mean https://www.example.com/a?",
      "targets.0 must be a full URL such as https://www.example.com/path",
      "targets.0 has a wildcard, which this type does not take",
      "targets.0 holds a space; did you mean https://www.example.com/a%20b?",
      "targets.0 holds characters that must be percent-encoded; did you mean https://www.example.com/%C3%A4?",
      "targets.0 has a fragment (#), which no visitor's browser sends; did you mean https://www.example.com/a?",
      "targets.0 has 1,048 characters; 1,024 is the most",
      "targets.0 is no directory; did you mean https://www.example.com/dir/?",
      "targets.0 must be a host name without scheme; did you mean www.example.com?",
      "targets.0 has a wildcard, which this type does not take",
      "targets.0 holds a comma, which separates tags; give each tag on its own",
      "targets.0 begins or ends with a space, which the cloud strips; did you mean a?",
    ]
  `);
  expect(refused("https://www.example.com/%C3%A4?b=1")).toEqual([]);
  expect(refused("https://www.example.com/dir/", "directory")).toEqual([]);
});

test("lists and what goes with what", () => {
  const url = "https://www.example.com/a";
  expect(
    [
      purge.check({ ...site, type: "file", targets: [url, url] }),
      purge.check({ ...site, type: "purgeall", targets: [url] }),
      purge.check({ ...site, type: "file", targets: [url], contents: { [url]: "1" } }),
      purge.check({ siteId: "1", type: "purgeall", contents: { [url]: "1" } }),
      purge.check({ siteId: "1", type: "file", contents: { "www.example.com/": "1" } }),
      purge.check({ ...site, type: "file", targets: [url], force: true }),
      purge.check({ ...site, type: "cachekey", targets: [url] }),
      purge.check({ ...site, type: "file", cacheKeys: [{ url }] }),
      purge.check({ ...site, type: "files", targets: [url] }),
      purge.check({ siteId: "abc", type: "file", targets: [url] }),
      edgeOne.check({ zoneId: "*", type: "purge_all", contentHash: "1" }),
      edgeOne.check({ zoneId: "zone-1", type: "purge_url", method: "delete", targets: [url], contentHash: "1" }),
      edgeOne.check({
        zoneId: "zone-1",
        type: "purge_url",
        cacheTagDomains: ["a.com"],
        targets: [url],
        contentHash: "1",
      }),
      edgeOne.check({ zoneId: "example.com", type: "purge_url", targets: [url], contentHash: "1" }),
      plain.check({ type: "File", domainName: "a.com", targets: [url], contentHash: "1" }),
      plain.check({ type: "cachetag", targets: ["t"], contentHash: "1" }),
      plain.check({ type: "purge_host", targets: ["www.example.com"], contentHash: "1" }),
      edgeOne.check({ zoneId: "zone-1", type: "Regex", targets: [url], contentHash: "1" }),
      routine.check({ type: "File", routineId: "noSubdomain", targets: [url], contentHash: "1" }),
      routine.check({ type: "CacheTag", routineId: "a.b", domainName: "a.com", targets: ["t"], contentHash: "1" }),
      routine.check({
        type: "File",
        mergeDomainName: ["a.com", "*.b.com", "https://c.com"],
        targets: [url],
        contentHash: "1",
      }),
      plain.check({ type: "File", force: true, targets: [url], contentHash: "1" }),
      routine.check({ type: "File", force: true, targets: [url], contentHash: "1" }),
      plain.check({ type: "ExQuery", targets: [url], contentHash: "1" }),
      routine.check({ type: "ExQuery", targets: [url], contentHash: "1" }),
    ].map((failures) => failures.join("; ")),
  ).toMatchInlineSnapshot(`
    [
      "targets.1 is the same as targets[0]",
      "targets must be left out: this type purges everything",
      "contents cannot be used together with contentHash: give one of contentHash, content and contents; targets cannot be used together with contents, which names its own targets",
      "contents does not fit a type that purges everything; use contentHash or content",
      "contents.www.example.com/ lacks its scheme; did you mean https://www.example.com/?",
      "force does not apply to type file, which always deletes",
      "cacheKeys is required: it says what to purge; targets must be left out: type cachekey takes cacheKeys",
      "targets is required, or contents: it says what to purge; cacheKeys belongs to type cachekey, not file",
      "type must be one of file, cachekey, cachetag, directory, ignoreParams, hostname, purgeall",
      "siteId must be the site's id: digits only, 19 at most. \`getSites\` finds it by name",
      "zoneId must name one zone: the cloud takes * with every type but purge_all",
      "method belongs to types purge_prefix, purge_host and purge_all, not purge_url",
      "cacheTagDomains belongs to type purge_cache_tag, not purge_url",
      "zoneId must be the zone's id such as zone-2noz78a8ev6k; \`getZones\` finds it by name",
      "domainName belongs to type CacheTag, not File",
      "type must be one of File, Directory, Regex, ExQuery, IgnoreParams, CacheTag; did you mean CacheTag?",
      "type must be one of File, Directory, Regex, ExQuery, IgnoreParams, CacheTag; only ESA (hostname) and EdgeOne (purge_host) can do that",
      "type must be one of purge_url, purge_prefix, purge_host, purge_all, purge_cache_tag; only CDN and DCDN (Regex) can do that",
      "routineId must be the routine's name and subdomain, such as test.mysubdomain",
      "routineId does not apply to type CacheTag: the vendor's purge by tag has no RoutineId, and covers every routine",
      "mergeDomainName.1 has a wildcard, which the vendor refuses with InvalidExtensiveDomain.ValueNotSupported; name each domain; mergeDomainName.2 must be a host name without scheme; did you mean c.com?",
      "force does not apply to type File, which always deletes",
      "force does not apply to type File, which always deletes",
      "",
      "type must be one of File, Directory, Regex, IgnoreParams, CacheTag",
    ]
  `);
});

test("what a trigger cannot do without", () => {
  const url = "https://www.example.com/a";
  const prefetch = new Stack(resourceOf(esa, "edgecache:esa:PrefetchTrigger"), context);
  const upload = new Stack(resourceOf(esa, "edgecache:esa:UploadTask"), context);
  const siteId = "5407498413000";
  expect(
    [
      purge.check({ siteId, type: "file", targets: [url] }),
      purge.check({ siteId, type: "file", targets: [url], contentHash: null }),
      purge.check({ siteId, type: "file", targets: [url], contentHash: "" }),
      purge.check({ siteId, type: "purgeall" }),
      purge.check({ siteId, type: "file", contentHash: "1" }),
      purge.check({ siteId, type: "cachekey", contentHash: "1" }),
      edgeOne.check({ zoneId: "zone-1", type: "purge_host" }),
      plain.check({ type: "CacheTag", targets: ["t"], contentHash: "1" }),
      routine.check({ targets: [url] }),
      prefetch.check({ siteId }),
      upload.check({ siteId, type: "file", url: "https://oss.example.com/list" }),
    ].map((failures) => failures.join("; ")),
  ).toMatchInlineSnapshot(`
    [
      "contentHash is required, or content, or contents: its change is what fires. To purge once and never again, any fixed text will do",
      "contentHash is null: is the output that it comes from empty? It is required, or content, or contents: its change is what fires. To purge once and never again, any fixed text will do",
      "contentHash must not be empty",
      "contentHash is required, or content, or contents: its change is what fires. To purge once and never again, any fixed text will do",
      "targets is required, or contents: it says what to purge",
      "cacheKeys is required: it says what to purge",
      "contentHash is required, or content, or contents: its change is what fires. To purge once and never again, any fixed text will do; targets is required, or contents: it says what to purge",
      "domainName is required with type CacheTag: tags are purged for one domain",
      "contentHash is required, or content, or contents: its change is what fires. To purge once and never again, any fixed text will do",
      "contentHash is required, or content, or contents: its change is what fires. To prefetch once and never again, any fixed text will do; targets is required, or contents: it says what to prefetch",
      "contentHash is required, or content, or contents: its change is what fires. To send once and never again, any fixed text will do",
    ]
  `);
  expect(purge.check({ siteId, type: "purgeall", contentHash: "1" })).toEqual([]);
  expect(purge.check({ siteId, type: "file", contents: { [url]: "1" } })).toEqual([]);
  expect(purge.check({ siteId, type: "cachekey", contents: new Unknown() })).toEqual([]);
  expect(plain.check({ type: "CacheTag", targets: ["t"], contentHash: "1", domainName: new Unknown() })).toEqual([]);
  expect(upload.check({ siteId, type: "file", file: new Asset("1", { text: url }) })).toEqual([]);
});

test("CacheTagConfig", () => {
  const siteId = "5407498413000";
  const programs: Record<string, Value>[] = [
    { siteId, tagName: "bad name" },
    { siteId, tagName: "x".repeat(16 * 1024 + 1) },
    { siteId, caseInsensitive: "yes" },
    { siteId, siteVersion: -1 },
    { siteId, siteVersion: 1.5 },
    { siteId, onDelete: "remove" },
    { siteId: "12345678901234567890" },
    { siteId: "0" },
    { siteID: siteId },
    { siteId, tagname: "x" },
  ];
  expect(programs.flatMap((program) => config.check(program))).toMatchInlineSnapshot(`
    [
      "tagName must be the name of a response header: letters, digits and - _ . ! # $ % & ' * + ^ \` | ~",
      "tagName must not be longer than 16 KB",
      "caseInsensitive must be on or off (or a boolean)",
      "siteVersion must be a whole number, 0 or more",
      "siteVersion must be a whole number, 0 or more",
      "onDelete must be one of reset, restore, retain",
      "siteId must be the site's id: digits only, 19 at most. \`getSites\` finds it by name",
      "siteId must be the site's id: digits only, 19 at most. \`getSites\` finds it by name",
      "siteID there is no such property; did you mean siteId?",
      "siteId is required",
      "tagname there is no such property; did you mean tagName?",
    ]
  `);
  expect(config.check({ siteId, tagName: "x".repeat(16 * 1024) })).toEqual([]);
  expect(config.check({ siteId: Number(siteId), tagName: "", caseInsensitive: true })).toEqual([]);
});

test("what is not known yet is not refused", () => {
  expect(
    purge.check({ siteId: new Unknown(), type: "file", targets: new Unknown(), contentHash: new Unknown() }),
  ).toEqual([]);
  expect(purge.check({ ...site, type: "file", targets: ["https://www.example.com/a", new Unknown()] })).toEqual([]);
});

test("a preview with unknowns says what cannot be planned", async () => {
  expect(await purge.preview({ ...site, type: "file", targets: new Unknown(), contentHash: new Unknown() }))
    .toMatchInlineSnapshot(`
    [
      "info: cannot be planned yet: targets is known only during up",
    ]
  `);
  expect(
    await purge.preview({
      siteId: new Unknown(),
      type: "file",
      targets: ["https://www.example.com/a"],
      contentHash: "1",
    }),
  ).toMatchInlineSnapshot(`
    [
      "info: cannot be planned yet: siteId is known only during up",
    ]
  `);
});

test("a preview without credentials still plans", async () => {
  const nobody = contextOf({ alibabaAccessKeyId: "only-half" });
  const stack = new Stack(resourceOf(esa, "edgecache:esa:PurgeTrigger"), nobody);
  expect(await stack.preview({ ...site, type: "file", targets: ["https://www.example.com/a"] })).toMatchInlineSnapshot(`
    [
      "info: will purge 1 file (new trigger: what the edge holds is unknown): 1 call to PurgeCaches, daily quota unknown (alibabaAccessKeySecret is not set)",
    ]
  `);
});

test("a preview that cannot reach the cloud still plans, and says what is in the way", async () => {
  const plainServer = createServer().listen(0, "127.0.0.1");
  await once(plainServer, "listening");
  const { port } = z.object({ port: z.number() }).parse(plainServer.address());
  const keyed = { alibabaAccessKeyId: "LTAI5t", alibabaAccessKeySecret: "example" };
  const away = contextOf({ ...keyed, esaEndpoint: `https://127.0.0.1:${port}` });
  const stack = new Stack(resourceOf(esa, "edgecache:esa:PurgeTrigger"), away);
  const [plan] = await stack.preview({ ...site, type: "file", targets: ["https://www.example.com/a"] });
  expect(plan).toMatch(/daily quota unknown \(\w+: 127\.0\.0\.1:\d+ speaks no TLS that this machine knows\)$/);
  plainServer.close();
});

test("numbers where there must be text, and site ids that a number cannot hold", () => {
  const refused = (siteId: Value) => config.check({ siteId });
  const lost = "siteId is a number above 9,007,199,254,740,991, of which the last digits got lost on the way; quote it";
  expect([
    refused(Number("540749841300012345")),
    refused(2 ** 53),
    refused(2 ** 53 - 1),
    refused("540749841300012345"),
  ]).toEqual([[lost], [lost], [], []]);
  const quoted = "is a number where there must be text; quote it";
  const page = "https://www.example.com/a";
  expect(plain.check({ targets: [page], contentHash: 20261128 })).toEqual([`contentHash ${quoted}`]);
  expect(plain.check({ contents: { [page]: 7 } })).toEqual([`contents.${page} ${quoted}`]);
  expect(edgeOne.check({ zoneId: 5, type: "purge_all", contentHash: "1" })).toEqual([`zoneId ${quoted}`]);
});

test("two spellings of a site's id are one site", () => {
  const { inputs } = resourceOf(esa, "edgecache:esa:CacheTagConfig").check({ siteId: "005407498413000" });
  expect(inputs).toMatchObject({ siteId: "5407498413000" });
});
