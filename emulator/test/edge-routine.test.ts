/** Copies that edge routines keep: which purge reaches them, as a visitor sees it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../src/index.ts";
import { alibaba } from "./clients.ts";

const NOW = "2026-11-22T12:00:00Z";
const account = "1234567890123456";
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({
    clock: NOW,
    seed: {
      nodes: ["hangzhou", "frankfurt"],
      services: {
        dcdn: {
          domains: [
            { domain: "api.example.com", account, routine: { id: "prices.shop" } },
            { domain: "sub.example.com", account, routine: { id: "prices.shop", caches: "fetch" } },
            { domain: "east.example.com", account, nodes: ["hangzhou"] },
            { domain: "west.example.com", account, nodes: ["frankfurt"] },
          ],
        },
        esa: {
          sites: [
            {
              siteId: "1000",
              siteName: "example.com",
              account,
              records: ["www.example.com", "fn.example.com"],
              routineHosts: ["fn.example.com"],
            },
          ],
        },
      },
    },
  });
});
beforeEach(async () => {
  await emulator.control.clock.freeze(NOW);
  await emulator.control.reset();
});
afterAll(() => emulator.close());

const visit = async (host: string, node = "hangzhou") =>
  (await emulator.control.visit(`http://${host}/a`, { node })).body;
/** What visitors see of `/a` after the origin has new content and the purge is through. */
async function afterPurge(host: string, action: string, parameters: Record<string, string>, node?: string) {
  const service = action === "PurgeCaches" ? "esa" : "dcdn";
  const publish = (body: string) =>
    emulator.control.origin.publish({
      host,
      path: "/a",
      body,
      headers: { "cache-control": "max-age=600", "cache-tag": "t" },
    });
  await publish("old");
  await visit(host, node);
  await publish("new");
  const { body } = await alibaba(emulator.endpoint, service, action, parameters);
  expect(body["Code"]).toBeUndefined();
  await emulator.control.clock.advance(5000);
  return visit(host, node);
}

describe("DCDN", () => {
  const api = { ObjectPath: "http://api.example.com/a", ObjectType: "File" };
  const sub = { ObjectPath: "http://sub.example.com/a", ObjectType: "File" };
  test.each([
    [
      "the routine's own id reaches what its Cache API wrote",
      "api.example.com",
      "RefreshErObjectCaches",
      { ...api, RoutineId: "prices.shop" },
      "new",
    ],
    [
      "another routine's id does not",
      "api.example.com",
      "RefreshErObjectCaches",
      { ...api, RoutineId: "other.shop" },
      "old",
    ],
    ["nor does no id", "api.example.com", "RefreshErObjectCaches", api, "old"],
    ["nor DCDN's own purge", "api.example.com", "RefreshDcdnObjectCaches", api, "old"],
    [
      "a purge by tag is about every routine",
      "api.example.com",
      "RefreshErObjectCachesByCacheTag",
      { Domain: "api.example.com", CacheTag: "t", Force: "true" },
      "new",
    ],
    ["no id reaches what subrequests fetched", "sub.example.com", "RefreshErObjectCaches", sub, "new"],
    [
      "the routine's id does not",
      "sub.example.com",
      "RefreshErObjectCaches",
      { ...sub, RoutineId: "prices.shop" },
      "old",
    ],
  ])("%s", async (_what, host, action, parameters, seen) => {
    expect(await afterPurge(host, action, parameters)).toBe(seen);
  });

  const east = { ObjectPath: "http://east.example.com/a", ObjectType: "File" };
  test("a purge reaches the nodes of its domain, and with MergeDomainName those of the others too", async () => {
    expect(await afterPurge("east.example.com", "RefreshErObjectCaches", east, "hangzhou")).toBe("new");
    expect(await afterPurge("east.example.com", "RefreshErObjectCaches", east, "frankfurt")).toBe("old");
    const merged = { ...east, MergeDomainName: "east.example.com,west.example.com" };
    expect(await afterPurge("east.example.com", "RefreshErObjectCaches", merged, "frankfurt")).toBe("new");
  });

  test("a wildcard in MergeDomainName is refused", async () => {
    const parameters = { ...east, MergeDomainName: "*.example.com" };
    const { body } = await alibaba(emulator.endpoint, "dcdn", "RefreshErObjectCaches", parameters);
    expect(body["Code"]).toBe("InvalidExtensiveDomain.ValueNotSupported");
  });
});

describe("ESA", () => {
  const purge = (host: string, more: Record<string, string> = {}) =>
    afterPurge(host, "PurgeCaches", {
      SiteId: "1000",
      Type: "file",
      Content: JSON.stringify({ Files: [`http://${host}/a`] }),
      ...more,
    });
  test("EdgeComputePurge alone reaches what edge routines wrote, and the rest with it", async () => {
    expect(await purge("fn.example.com")).toBe("old");
    expect(await purge("fn.example.com", { EdgeComputePurge: "true" })).toBe("new");
    expect(await purge("www.example.com", { EdgeComputePurge: "true" })).toBe("new");
  });
});
