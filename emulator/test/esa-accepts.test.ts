/** What ESA accepts: full batches of every type, in the query and in a form. */
import { describe, expect, test } from "vitest";
import { alibaba } from "./clients.ts";
import { suite } from "./conformance/esa.ts";
import { useSuite } from "./conformance/suite.ts";

const ok = { SiteId: "100" };
const times = (count: number, item: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => item(index));
const content = (member: string, value: unknown): string => JSON.stringify({ [member]: value });
const bench = useSuite(suite);

describe("ESA accepts", () => {
  test.each<[string, Record<string, string>]>([
    [
      "a batch of 1000 files",
      {
        Type: "file",
        Content: content(
          "Files",
          times(1000, (index) => `https://x.a.com/${index}`),
        ),
      },
    ],
    [
      "cache keys with headers",
      { Type: "cachekey", Content: content("CacheKeys", [{ Url: "http://a.com/", Headers: { UserGeo: "CN" } }]) },
    ],
    [
      "thirty tags",
      {
        Type: "cachetag",
        Content: content(
          "CacheTags",
          times(30, (index) => `标签 ${index}`),
        ),
      },
    ],
    ["everything", { Type: "purgeall", Content: content("PurgeAll", true), Force: "True" }],
    ["hosts", { Type: "hostname", Content: content("Hostnames", ["www.a.com"]), EdgeComputePurge: "False" }],
  ])("%s, in the query and in a form", async (_name, parameters) => {
    for (const form of [false, true]) {
      const { status, body } = await alibaba(
        bench.emulator.endpoint,
        "esa",
        "PurgeCaches",
        { ...ok, ...parameters },
        { form },
      );
      expect(body).toEqual({
        RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/) as string,
        TaskId: expect.stringMatching(/^\d{11}$/) as string,
      });
      expect(status).toBe(200);
    }
  });
});
