/** Mistakes that beginners make, and what each message must name for them to find it. */
import type { ControlClient } from "edgecache-emulator";
import { asset, secret } from "../protocol/plugin.ts";

type Bag = Readonly<Record<string, unknown>>;

export interface Mistake {
  /** What the program or the person does. */
  readonly title: string;
  /** A resource's or a function's token, without the package; `config`: the provider's configuration. */
  readonly token: string;
  readonly program: Bag;
  /** Other settings of the provider than the emulator's. */
  readonly config?: Bag;
  /** Text of the file `list` that the program gives as an asset in this property. */
  readonly file?: readonly [property: string, content: string | Buffer];
  /** What the cloud does. */
  readonly fault?: Parameters<ControlClient["faults"]["add"]>[0];
  readonly limits?: Readonly<Record<string, number>>;
  /** Shown by preview already; else `up` is tried. Default: preview. */
  readonly in?: "preview" | "up";
  /** It is tried for some time. `up` may be anyway. */
  readonly waits?: true;
  /** What the message has to hold. */
  readonly names: RegExp;
}

const siteId = "5407498413000";
const www = "http://www.example.com";
const esa = (more: Bag): Bag => ({ siteId, type: "file", contentHash: "v1", ...more });
const one = (target: string, type = "file"): Bag => esa({ type, targets: [target] });
const token = "esa:PurgeTrigger";
const good = one(`${www}/a`);

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

export const files: readonly Mistake[] = [
  {
    title: "A file that is not there",
    token,
    program: { siteId, type: "file", contents: asset("0".repeat(64), { path: "/nowhere/urls.json" }) },
    names: /contents: \/nowhere\/urls\.json does not exist/,
  },
  {
    title: "A folder for a file",
    token,
    program: { siteId, type: "file", contents: asset("0".repeat(64), { path: "/" }) },
    names: /contents: \/ is a folder/,
  },
  {
    title: "A comma too many",
    token,
    program: { siteId, type: "file" },
    file: ["contents", `{\n  "${www}/a": "1",\n}\n`],
    names: /a comma too many at line 3, column 1/,
  },
  {
    title: "A number for a hash",
    token,
    program: { siteId, type: "file" },
    file: ["contents", `{\n  "${www}/a": 1\n}\n`],
    names: /value of http:\/\/www\.example\.com\/a at line 2, column 31 is a number/,
  },
  {
    title: "Another encoding",
    token,
    program: { siteId, type: "file" },
    file: ["contents", Buffer.from(`{"${www}/t\u00E4g":"1"}`, "latin1")],
    names: /no UTF-8 text \(byte 0xE4 in line 1\)/,
  },
  {
    title: "Paths in a file",
    token,
    program: { siteId, type: "file" },
    file: ["contents", `{ "index.html": "1" }`],
    names: /index\.html .*urlPrefix/,
  },
  {
    title: "A list with a wrong line",
    token: "esa:UploadTask",
    program: { siteId, type: "file" },
    file: ["file", `# moved\n${www}/a\nwww.example.com/b\n`],
    names: /file, line 3: www\.example\.com\/b/,
  },
  {
    title: "An index of sitemaps",
    token: "esa:UploadTask",
    program: { siteId, type: "file" },
    file: ["file", `<sitemapindex><sitemap><loc>${www}/sitemap-1.xml</loc></sitemap></sitemapindex>`],
    names: /index of sitemaps.*sitemap-1\.xml/,
  },
  {
    title: "A list with nothing in it",
    token: "esa:UploadTask",
    program: { siteId, type: "file" },
    file: ["file", "# nothing yet\n"],
    names: /file: lists no targets/,
  },
  {
    title: "A folder that was not built",
    token: "index:hashFiles",
    program: { path: "/nowhere/dist" },
    names: /path: \/nowhere\/dist is no folder/,
  },
];

export const settings: readonly Mistake[] = [
  {
    title: "A key with a line break",
    token: "config",
    program: {},
    config: { alibabaAccessKeyId: "LTAI5tExample\n" },
    names: /alibabaAccessKeyId: .*line break/,
  },
  {
    title: "A misspelt setting",
    token: "config",
    program: {},
    config: { alibabaAccesKeyId: "x" },
    names: /alibabaAccesKeyId.*did you mean alibabaAccessKeyId\?/,
  },
  {
    title: "A region for a site",
    token: "config",
    program: {},
    config: { alibabaSite: "cn-hangzhou" },
    names: /alibabaSite/,
  },
  {
    title: "An endpoint with a path",
    token: "config",
    program: {},
    config: { esaEndpoint: "https://esa.cn-hangzhou.aliyuncs.com/api" },
    names: /esaEndpoint/,
  },
  {
    title: "Half of a key",
    token: "esa:getSite",
    program: { siteId },
    config: { alibabaAccessKeySecret: "" },
    names: /alibabaAccessKeySecret is not set/,
  },
  {
    title: "Half of a key, for EdgeOne",
    token: "teo:getZones",
    program: {},
    config: { tencentSecretKey: "" },
    names: /tencentSecretKey is not set/,
  },
  {
    title: "A wrong secret",
    token: "esa:getSite",
    program: { siteId },
    config: { alibabaAccessKeySecret: "wrong-secret" },
    names: /SignatureDoesNotMatch.*AccessKey secret is wrong/s,
  },
  {
    title: "The emulator does not run",
    token: "esa:getSite",
    program: { siteId },
    config: { esaEndpoint: "http://127.0.0.1:9" },
    waits: true,
    names: /Is the emulator running\?/,
  },
  {
    title: "https for an emulator",
    token: "esa:getSite",
    program: { siteId },
    config: { esaEndpoint: "https" },
    waits: true,
    names: /speaks no TLS.*Write http:/,
  },
];

export const answers: readonly Mistake[] = [
  {
    title: "A site of another account",
    token,
    program: { ...good, siteId: "5407498413999" },
    in: "up",
    names: /SiteNotFound.*Check siteId/s,
  },
  {
    title: "A host of another site",
    token,
    program: one("http://www.example.org/a"),
    in: "up",
    names: /http:\/\/www\.example\.org\/a/,
  },
  {
    title: "A domain of another account",
    token: "cdn:PurgeTrigger",
    program: { type: "File", targets: ["http://cdn.example.org/a"], contentHash: "1" },
    in: "up",
    names: /cdn\.example\.org/,
  },
  {
    title: "No permission",
    token,
    program: good,
    fault: { kind: "permissionDenied", action: "PurgeCaches" },
    in: "up",
    names: /esa:PurgeCaches/,
  },
  {
    title: "The day's quota is too small",
    token,
    program: esa({ targets: [`${www}/a`, `${www}/b`] }),
    limits: { "esa.quota.enterprise.file": 1 },
    names: /2 files.*1 of today's 1.*another day/,
  },
  {
    title: "The day's quota is used up",
    token: "cdn:PurgeTrigger",
    program: { type: "File", targets: ["http://cdn.example.com/a"], contentHash: "1" },
    fault: { kind: "quotaExhausted", action: "RefreshObjectCaches" },
    in: "up",
    names: /QuotaExceeded\.Refresh.*midnight \(UTC\+8\)/s,
  },
  {
    title: "Asked too often for too long",
    token,
    program: good,
    fault: { kind: "throttle", action: "PurgeCaches" },
    in: "up",
    names: /time was up.*what kept it/,
  },
  {
    title: "Something else answers than the cloud",
    token: "esa:getSite",
    program: { siteId },
    fault: { kind: "badGateway", action: "GetSite" },
    waits: true,
    names: /502/,
  },
  {
    title: "Tasks that do not end in time",
    token,
    program: good,
    fault: { kind: "taskStuck" },
    in: "up",
    names: /not final when this run ended.*customTimeouts/s,
  },
];
