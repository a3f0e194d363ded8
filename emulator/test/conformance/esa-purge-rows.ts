/** ESA's PurgeCaches: documented error → exact code and text. */
import type { Row } from "./suite.ts";

export const ok = { SiteId: "100" };
export const times = (count: number, item: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => item(index));
const content = (member: string, value: unknown): string => JSON.stringify({ [member]: value });
export const badParameters = { code: "InvalidParameters", message: "The specified parameters are invalid." };
export const badUrls = { code: "InvalidParameters.InvalidUrls", message: "The specified urls are invalid." };
export const notInSite = {
  code: "InvalidParameter.RecordNotBelongToSite",
  message: "The record does not belong to the website.",
};
export const quota = { code: "QuotaExceeded", message: "The quota of the website is exceeded." };
const purge = (Type: string, Content: string, more: Record<string, string> = {}) => ({
  action: "PurgeCaches",
  parameters: { ...ok, Type, Content, ...more },
});

export const purgeRows: readonly Row[] = [
  { name: "an unknown type", ...purge("files", content("Files", ["http://a.com/"])), ...badParameters },
  {
    name: "a type in another case",
    ...purge("ignoreparams", content("IgnoreParams", ["http://a.com/"])),
    ...badParameters,
  },
  {
    name: "no type",
    action: "PurgeCaches",
    parameters: { ...ok, Content: "{}" },
    code: "MissingType",
    message: "Type is mandatory for this action.",
  },
  {
    name: "no content",
    action: "PurgeCaches",
    parameters: { ...ok, Type: "file" },
    code: "MissingContent",
    message: "Content is mandatory for this action.",
  },
  ...["no json", '["http://a.com/"]', '"x"', "null", "5"].map((Content) => ({
    name: `the content ${Content}`,
    ...purge("file", Content),
    code: "InvalidContent",
    message: "The specified content is invalid.",
  })),
  { name: "content of another type", ...purge("file", content("CacheTags", ["a"])), ...badParameters },
  { name: "empty content", ...purge("cachetag", content("CacheTags", [])), ...badParameters },
  { name: "PurgeAll false", ...purge("purgeall", content("PurgeAll", false)), ...badParameters },
  {
    name: "Force that is no boolean",
    ...purge("purgeall", content("PurgeAll", true), { Force: "yes" }),
    code: "InvalidForce",
    message: "Specified parameter Force is not valid.",
  },
  ...["a.com/1", "ftp://a.com/1", "http:///1", "http://a.com/ 1", ""].map((url) => ({
    name: `the URL "${url}"`,
    ...purge("file", content("Files", [url])),
    ...badUrls,
  })),
  {
    name: "a directory without a slash",
    ...purge("directory", content("Directories", ["http://a.com/d"])),
    ...badUrls,
  },
  { name: "a URL of another site", ...purge("file", content("Files", ["http://b.com/"])), ...notInSite },
  { name: "a host of another site", ...purge("hostname", content("Hostnames", ["b.com"])), ...notInSite },
  { name: "a wildcard host", ...purge("hostname", content("Hostnames", ["*.a.com"])), ...badParameters },
  ...(
    [
      ["file", "Files", 1001, (index) => `http://a.com/${index}`],
      ["cachetag", "CacheTags", 31, (index) => `t${index}`],
      ["directory", "Directories", 101, (index) => `http://a.com/${index}/`],
      ["ignoreParams", "IgnoreParams", 101, (index) => `http://a.com/${index}`],
      ["hostname", "Hostnames", 11, (index) => `h${index}.a.com`],
    ] as [string, string, number, (index: number) => string][]
  ).map(([type, member, count, item]) => ({
    name: `${count} items of type ${type}`,
    ...purge(type, content(member, times(count, item))),
    ...badParameters,
  })),
  {
    name: "eleven domains",
    ...purge(
      "file",
      content(
        "Files",
        times(11, (index) => `http://h${index}.a.com/`),
      ),
    ),
    code: "DomainNameOverLimit",
    message: "A maximum of 10 domains are supported for each request.",
  },
  {
    name: "tags on a plan without them",
    action: "PurgeCaches",
    parameters: { SiteId: "200", Type: "cachetag", Content: content("CacheTags", ["a"]) },
    ...quota,
  },
  {
    name: "the 51st purge of everything on a basic plan",
    action: "PurgeCaches",
    parameters: { SiteId: "200", Type: "purgeall", Content: content("PurgeAll", true) },
    before: async (_control, call) => {
      for (let index = 0; index < 50; index += 1) {
        await call({ parameters: { SiteId: "200", Type: "purgeall", Content: content("PurgeAll", true) } });
      }
    },
    ...quota,
  },
];
