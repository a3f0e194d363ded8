/** Which URLs are asked, and what inputs are refused. Nothing is sent. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { awaitOrigin, verifyEdge } from "../../provider/src/probe/inputs.ts";
import { leadsTo, splitAddress } from "../../provider/src/probe/connect.ts";
import { planCheck, planGate } from "../../provider/src/probe/plan.ts";
import { sample } from "../../provider/src/probe/sample.ts";
import { changed, digest, removed, site } from "./ground.ts";

const target = (url: string, hash = digest("1")) => ({ target: url, hash, removed: false });

test("20 by default, spread over hosts and kinds, the same each time", () => {
  const targets = [
    ...Array.from({ length: 500 }, (_, index) => target(`${site}/p${index}`)),
    ...Array.from({ length: 400 }, (_, index) => target(`${site}/js/${index}.js`)),
    ...Array.from({ length: 3 }, (_, index) => target(`https://img.example.com/${index}.png`)),
    target(`${site}/only.css`),
  ];
  const { probes } = planGate({}, targets);
  const kinds = probes.map(({ url }) => url.replace(/\d+/, "#"));
  expect(probes).toHaveLength(20);
  expect(
    Object.fromEntries([...new Set(kinds)].map((kind) => [kind, kinds.filter((each) => each === kind).length])),
  ).toEqual({
    [`${site}/p#`]: 8,
    [`${site}/js/#.js`]: 8,
    "https://img.example.com/#.png": 3,
    [`${site}/only.css`]: 1,
  });
  // Not the first ones only.
  expect(probes.filter(({ url }) => url.includes("/p")).at(-1)?.url).toBe(`${site}/p437`);
  expect(planGate({}, targets)).toEqual(planGate({}, targets));
  expect(planGate({ sample: 5 }, targets).probes).toHaveLength(5);
  expect(planGate({ sample: "all" }, targets).probes).toHaveLength(904);
});

test.each([
  [{}, true],
  [{ url: site }, true],
  [{ url: "http://10.0.0.1:8080" }, false],
  [{ address: "10.0.0.1:8080" }, false],
  [{ urls: [`${site}/version.json`], expect: { text: "v2" } }, true],
  [{ urls: ["https://origin.example.com/version.json"], expect: { text: "v2" } }, false],
])("a gate of %j asks where visitors meet the edge: %j", (input, asksEdge) => {
  expect(planGate(input, [target(`${site}/a`)]).asksEdge).toBe(asksEdge);
});

test("a sample is of the size asked for, without doubles, in order, and has every group that fits", () => {
  const url = fc.record({
    url: fc
      .tuple(fc.nat(3), fc.nat(50), fc.constantFrom("", ".js", ".css"))
      .map(([host, path, end]) => `http://h${host}/${path}${end}`),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(url, { selector: (each) => each.url }),
      fc.integer({ min: 1, max: 40 }),
      (items, size) => {
        const picked = sample(items, size);
        expect(picked).toHaveLength(Math.min(size, items.length));
        expect(items.filter((item) => picked.includes(item))).toEqual(picked);
        const groups = (all: readonly { url: string }[]) => new Set(all.map((each) => each.url.replace(/\/\d+/, "")));
        expect(groups(picked).size).toBe(Math.min(groups(items).size, size));
      },
    ),
  );
});

test("what is asked: the path at the origin, digests in all their forms, removed ones where asked for", () => {
  const targets = [
    changed("/a?b=1", "1"),
    target(`${site}/both`, `${digest("1")}+${digest("2")}`),
    target(`${site}/made`, "lastmod 1"),
    removed("/old"),
  ];
  const { probes, withinMs } = planGate({ url: "http://10.0.0.1:8080/base/", removed: "gone" }, targets);
  expect(withinMs).toBe(300_000);
  expect(probes.map(({ url, expected }) => [url, expected])).toEqual([
    ["http://10.0.0.1:8080/base/a?b=1", { kind: "digest", anyOf: [digest("1")] }],
    ["http://10.0.0.1:8080/base/both", { kind: "digest", anyOf: [digest("1"), digest("2")] }],
    ["http://10.0.0.1:8080/base/old", { kind: "gone" }],
  ]);
  expect(planCheck({}, targets, 7).probes.map(({ url, expected }) => [url, expected.kind])).toEqual([
    [`${site}/a?b=1`, "digest"],
    [`${site}/both`, "digest"],
    [`${site}/made`, "young"],
  ]);
});

test("what nobody could tell is refused before anything is sent", () => {
  const tags = [{ target: "news", hash: digest("1"), removed: false }];
  expect(() => planGate({}, tags)).toThrow(
    "awaitOrigin: the targets are no URLs that could be asked for. Give urls, and expect",
  );
  expect(() => planCheck({}, tags, 0)).toThrow("verifyEdge: the targets are no URLs");
  expect(() => planGate({}, [target(`${site}/a`, "release-2")])).toThrow(
    "awaitOrigin: what the new content looks like is not known",
  );
  expect(planCheck({ urls: [`${site}/`] }, tags, 0).probes).toMatchObject([{ expected: { kind: "young", since: 0 } }]);
  expect(planGate({}, []).probes).toEqual([]);
});

test.each([
  [
    { url: "http://o.example.com", address: "10.0.0.1" },
    "address cannot be used together with url, which has an address of its own",
  ],
  [{ url: "ftp://o.example.com" }, "url must be a URL such as https://www.example.com/"],
  [{ url: "http://user:pw@o.example.com" }, "url must be a URL such as https://www.example.com/"],
  [{ address: "http://10.0.0.1" }, "address must be an address or host name, with a port or without"],
  [{ address: "10.0.0.1:70000" }, "address must be an address or host name, with a port or without"],
  [{ url: "http://o.example.com/?a=1" }, "url must have no query: each target's path is added to it"],
  [{ ca: "no certificate" }, "ca must be certificates in PEM form (-----BEGIN CERTIFICATE-----)"],
  [
    { ca: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" },
    "ca must be certificates in PEM form (-----BEGIN CERTIFICATE-----)",
  ],
  [{ headers: { "x-key": "1", "X-Key": "2" } }, "headers x-key and X-Key are one header; give it once"],
  [{ expect: { header: "ETag" } }, "expect.header header and value belong together"],
  [{ expect: { text: "a", digest: digest("1") } }, "expect takes one of digest, header with value, and text"],
  [
    { expect: { digest: "abc" } },
    "expect.digest must be SHA-256 in hex: 64 digits, or the first 32 as hashFiles writes",
  ],
  [{ serverName: "10.0.0.1" }, "serverName must be a host name"],
  [{ within: 0 }, "within must be at least 1"],
])("awaitOrigin %j", (given, problem) => {
  const issues = awaitOrigin.safeParse(given).error?.issues ?? [];
  expect(issues.map(({ path, message }) => `${path.join(".")} ${message}`)).toContain(problem);
});

test("verifyEdge: nodes or resolvers", () => {
  const issues = verifyEdge.safeParse({ nodes: ["10.0.0.1"], resolvers: ["8.8.8.8"] }).error?.issues ?? [];
  expect(issues.map(({ message }) => message)).toEqual(["cannot be used together with nodes"]);
  expect(verifyEdge.safeParse({ resolvers: ["dns.example.com"] }).success).toBe(false);
  expect(verifyEdge.parse({ resolvers: ["223.5.5.5", "[2001:db8::1]:53"], sample: "all", attempts: 0 })).toMatchObject({
    attempts: 0,
  });
});

test.each([
  ["203.0.113.7", { host: "203.0.113.7" }],
  ["203.0.113.7:8443", { host: "203.0.113.7", port: 8443 }],
  ["2001:db8::1", { host: "2001:db8::1" }],
  ["[2001:db8::1]:443", { host: "2001:db8::1", port: 443 }],
  ["edge.example.com:80", { host: "edge.example.com", port: 80 }],
  ["[edge]:80", undefined],
  ["a b", undefined],
  ["host:0", undefined],
])("address %s", (text, address) => {
  expect(splitAddress(text)).toEqual(address);
});

const page = "http://www.example.com/x";
const alias = { Host: "WWW.Example.com" };
test.each<[string, object, number, string, string | undefined]>([
  [page, {}, 308, "/y?z#part", "http://www.example.com/y?z"],
  [page, {}, 304, "/y", undefined],
  [page, {}, 302, "https://www.example.com/y", "https://www.example.com/y"],
  [page, {}, 302, "https://www.example.com:8443/y", undefined],
  [page, { address: "10.0.0.1" }, 302, "https://www.example.com/y", "https://www.example.com/y"],
  [page, { address: "10.0.0.1:8080" }, 302, "https://www.example.com/y", undefined],
  ["http://a.example/x", { headers: alias }, 302, "https://www.example.com/y?z", "http://a.example/y?z"],
  ["http://a.example/x", {}, 302, "https://www.example.com/y", undefined],
])("%s asked with %j, %i to %s: %s", (asked, request, status, location, next) => {
  expect(leadsTo({ status, headers: { location } }, asked, { headers: {}, ...request })).toBe(next);
});
