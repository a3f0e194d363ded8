/** Tens of thousands of anything, megabytes of anything, as Check takes them: refused in a few short lines, or taken. */
import { machine } from "../../provider/src/engine/process/machine.ts";
import { lifecycle } from "../../provider/src/engine/protocol/lifecycle.ts";
import { newCall } from "../../provider/src/engine/protocol/rpc.ts";
import { Session } from "../../provider/src/engine/protocol/session.ts";
import { state } from "../../provider/src/engine/protocol/state.ts";
import { valueMap, type Value, type ValueMap } from "../../provider/src/engine/wire/values.ts";
import { edgecache } from "../../provider/src/provider.ts";
import { expect, test } from "vitest";

const session = new Session(
  edgecache,
  { ...machine, connectEngine: () => ({ write: () => Promise.resolve(), requireVersion: () => Promise.resolve() }) },
  [],
  undefined,
);

/** What the user reads. */
async function told(token: string, news: ValueMap): Promise<string> {
  const call = newCall(new AbortController(), session.secrets);
  const type = `edgecache:${token}`;
  const asked = { urn: `urn:pulumi:s::p::${type}::it`, type, news };
  const { failures = [] } =
    token === "config"
      ? await lifecycle.CheckConfig.handle(session, { urn: "", type: "", news }, call)
      : await state.Check.handle(session, asked, call);
  return failures.map((failure) => `${failure?.property ?? ""}: ${failure?.reason ?? ""}`).join("\n");
}

const url = "https://www.example.com/a";
const most = 20_000;
const megabytes = "x".repeat(2_000_000);
const many = (make: (index: number) => Value): Value[] => Array.from({ length: most }, (_, index) => make(index));
const map = (entry: (index: number) => readonly [string, Value]): ValueMap =>
  valueMap(Array.from({ length: most }, (_, index) => entry(index)));
const names = map((index) => [`p${index}`, "x"]);
const purge = (more: Record<string, Value>): ValueMap =>
  valueMap(Object.entries({ type: "File", targets: [url], contentHash: "1", ...more }));
const atSite = (more: Record<string, Value>): ValueMap =>
  valueMap(Object.entries({ siteId: "1", targets: [url], contentHash: "1", ...more }));

test.each<[string, string, () => ValueMap, string]>([
  ["unknown settings", "config", () => names, "p0: there is no such property"],
  ["unknown properties", "cdn:PurgeTrigger", () => purge(names), "p0: there is no such property"],
  ["unknown parts of one", "cdn:PurgeTrigger", () => purge({ awaitOrigin: names }), "there is no such property"],
  [
    "unknown parts of a cache key",
    "esa:PurgeTrigger",
    () => {
      const cacheKeys = [valueMap([["url", url], ...Object.entries(names)])];
      return valueMap(Object.entries({ siteId: "1", contentHash: "1", type: "cachekey", cacheKeys }));
    },
    "there is no such property",
  ],
  ["odd headers", "esa:PrefetchTrigger", () => atSite({ headers: map((at) => [`a ${at}`, "x\n"]) }), "line break"],
  ["odd targets", "dcdn:PurgeTrigger", () => purge({ targets: many((at) => `a b ${at}`) }), "must be a full URL"],
  ["no targets", "dcdn:PurgeTrigger", () => purge({ targets: many(() => null) }), "is null: is the output"],
  ["odd hosts", "cdn:PurgeTrigger", () => purge({ targets: ["/a"], hosts: many((at) => `x ${at}`) }), "host name"],
  ["a long setting", "config", () => valueMap([["esaEndpoint", megabytes]]), ""],
  ["a long name", "cdn:PurgeTrigger", () => purge({ [megabytes]: 1 }), "there is no such property"],
  ["a long host", "dcdn:PurgeTrigger", () => purge({ type: "CacheTag", domainName: megabytes }), "no host name has"],
  [
    "a long value of a header",
    "esa:PrefetchTrigger",
    () => atSite({ headers: valueMap([["a", `${megabytes}\n`]]) }),
    "line break",
  ],
  [
    "a long target of blanks",
    "cdn:PurgeTrigger",
    () => purge({ targets: [" ".repeat(2_000_000)] }),
    "2,000,000 characters",
  ],
])("%s", { timeout: 30_000 }, async (_, token, news, words) => {
  const text = await told(token, news());
  expect(text).toContain(words);
  const lines = text.split("\n");
  expect(lines.length).toBeLessThanOrEqual(20);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(2_100);
});

test("a password in a value that is refused is not shown", async () => {
  const wrong = "https://user:hush@esa.example.com/";
  expect(await told("config", valueMap([["esaEndpoint", wrong]]))).toBe(
    ": esaEndpoint: must be a host, or http://host:port",
  );
  expect(await told("cdn:PurgeTrigger", purge({ targets: [wrong] }))).not.toContain("hush");
});

test.each([
  ["teoEndpoint", "http://127.0.0.1:99999", "must be a host"],
  ["coordinator", "redis://cache.example.com:99999", "must be redis://"],
  ["coordinator", "redis://cache example.com", "must be redis://"],
  ["tencentSecretKey", "'example'", "is in quotation marks; give the key alone"],
])("%s: %s is refused", async (name, value, words) => {
  expect(await told("config", valueMap([[name, value]]))).toContain(words);
});

test("what is null is explained, and what breaks several rules is told once", async () => {
  expect(await told("cdn:PurgeTrigger", purge({ contentHash: null }))).toMatch(
    /contentHash: is null: is the output that it comes from empty\? It is required/,
  );
  const news = valueMap(Object.entries({ siteId: "1", siteVersion: 2 ** 60 }));
  expect(await told("esa:CacheTagConfig", news)).toMatch(/^siteVersion: is a number above [^\n]*$/);
});
