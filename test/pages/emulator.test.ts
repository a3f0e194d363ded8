/** What the emulator has of the vendors' pages: operations, methods, errors with their texts, limits. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmulator, type Emulator } from "../../emulator/src/index.ts";
import * as vendors from "../../emulator/src/vendors/index.ts";
import { alibaba, tencent } from "../../emulator/test/clients.ts";
import { facts, limitOf, operationOf } from "./facts.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

const services = Object.values(vendors).flatMap((vendor) => vendor.services);

const definitionOf = (name: string) => {
  const found = services.find((service) => service.name === name);
  if (found === undefined) throw new Error(`the emulator has no service ${name}`);
  return found;
};

describe.each(facts)("$cloud", ({ service, version, operations }) => {
  const definition = definitionOf(service);

  test("is of the same version", () => {
    expect(definition.version).toBe(version);
  });

  test.each(operations)("knows $operation by its method", async ({ operation, method }) => {
    const code =
      service === "teo"
        ? (await tencent(emulator.endpoint, operation, {})).response.Error?.Code
        : (await alibaba(emulator.endpoint, definition.name, operation, {}, { method })).body["Code"];
    expect(String(code)).not.toMatch(/^InvalidAction/);
  });

  test("answers with every documented error, word by word", () => {
    const documented = operations.flatMap(({ errors }) => errors);
    const has = documented.map(({ code, text }) => {
      const found = definition.catalog.get(code);
      return { status: found?.status, code, text: text === null ? null : found?.message };
    });
    expect(has).toEqual(documented);
  });

  test("says of no documented text that it is ours", () => {
    const documented = new Set(
      operations.flatMap(({ errors }) => errors.filter(({ text }) => text !== null).map(({ code }) => code)),
    );
    const ours = (definition.settings.texts ?? []).map(({ name }) => name.replace(/^\w+\.text\./, ""));
    expect(ours.filter((code) => documented.has(code))).toEqual([]);
  });
});

test("its limits are the documented ones", () => {
  const limits = new Map(
    services.flatMap(({ settings: { limits = [] } }) => limits.map(({ name, value }) => [name, value])),
  );
  const documented = {
    "esa.purge.file.batch": ["esa", "PurgeCaches", "perCall", "file"],
    "esa.purge.cachekey.batch": ["esa", "PurgeCaches", "perCall", "cachekey"],
    "esa.purge.cachetag.batch": ["esa", "PurgeCaches", "perCall", "cachetag"],
    "esa.purge.directory.batch": ["esa", "PurgeCaches", "perCall", "directory"],
    "esa.purge.ignoreParams.batch": ["esa", "PurgeCaches", "perCall", "ignoreParams"],
    "esa.purge.hostname.batch": ["esa", "PurgeCaches", "perCall", "hostname"],
    "esa.purge.domains": ["esa", "PurgeCaches", "domainsPerCall"],
    "esa.preload.batch": ["esa", "PreloadCaches", "perCall"],
    "cdn.batch.file": ["cdn", "RefreshObjectCaches", "perCall", "File"],
    "cdn.batch.directory": ["cdn", "RefreshObjectCaches", "perCall", "Directory"],
    "cdn.batch.regex": ["cdn", "RefreshObjectCaches", "perCall", "Regex"],
    "cdn.daily.file": ["cdn", "RefreshObjectCaches", "perDay", "File"],
    "cdn.daily.directory": ["cdn", "RefreshObjectCaches", "perDay", "Directory"],
    "cdn.domains": ["cdn", "RefreshObjectCaches", "domainsPerCall"],
    "cdn.urlLength": ["cdn", "RefreshObjectCaches", "urlLength"],
    "cdn.urlsPerMinute": ["cdn", "RefreshObjectCaches", "urlsPerMinuteAndDomain"],
    "cdn.refreshPerSecond": ["cdn", "RefreshObjectCaches", "perSecond"],
    "cdn.preloadPerSecond": ["cdn", "PushObjectCache", "perSecond"],
    "cdn.preloadBatch": ["cdn", "PushObjectCache", "perCall"],
    "cdn.preloadDaily": ["cdn", "PushObjectCache", "perDay"],
    "cdn.preloadQueue": ["cdn", "PushObjectCache", "queue"],
    "cdn.tasksPerSecond": ["cdn", "DescribeRefreshTasks", "perSecond"],
    "cdn.pageSize": ["cdn", "DescribeRefreshTasks", "pageSize"],
    "cdn.taskByIdPerSecond": ["cdn", "DescribeRefreshTaskById", "perSecond"],
    "cdn.idsPerCall": ["cdn", "DescribeRefreshTaskById", "idsPerCall"],
    "cdn.quotaPerSecond": ["cdn", "DescribeRefreshQuota", "perSecond"],
    "dcdn.batch.file": ["dcdn", "RefreshErObjectCaches", "perCall", "File"],
    "dcdn.batch.directory": ["dcdn", "RefreshErObjectCaches", "perCall", "Directory"],
    "dcdn.daily.file": ["dcdn", "RefreshErObjectCaches", "perDay", "File"],
    "dcdn.daily.directory": ["dcdn", "RefreshErObjectCaches", "perDay", "Directory"],
    "dcdn.urlsPerMinute": ["dcdn", "RefreshErObjectCaches", "urlsPerMinuteAndDomain"],
    "dcdn.urlLength": ["dcdn", "RefreshErObjectCaches", "urlLength"],
    "dcdn.refreshPerSecond": ["dcdn", "RefreshErObjectCaches", "perSecond"],
    "dcdn.domains": ["dcdn", "RefreshDcdnObjectCaches", "domainsPerCall"],
    "dcdn.preloadPerSecond": ["dcdn", "PreloadDcdnObjectCaches", "perSecond"],
    "dcdn.preloadBatch": ["dcdn", "PreloadDcdnObjectCaches", "perCall"],
    "dcdn.preloadDaily": ["dcdn", "PreloadDcdnObjectCaches", "perDay"],
    "dcdn.preloadQueue": ["dcdn", "PreloadDcdnObjectCaches", "queue"],
    "dcdn.tasksPerSecond": ["dcdn", "DescribeDcdnRefreshTasks", "perSecond"],
    "dcdn.pageSize": ["dcdn", "DescribeDcdnRefreshTasks", "pageSize"],
    "dcdn.taskByIdPerSecond": ["dcdn", "DescribeDcdnRefreshTaskById", "perSecond"],
    "dcdn.idsPerCall": ["dcdn", "DescribeDcdnRefreshTaskById", "idsPerCall"],
    "dcdn.quotaPerSecond": ["dcdn", "DescribeDcdnRefreshQuota", "perSecond"],
    "teo.perSecond": ["teo", "CreatePurgeTask", "perSecond"],
  } as const;
  for (const [name, [service, operation, what, type]] of Object.entries(documented)) {
    expect([name, limits.get(name)]).toEqual([name, limitOf(operationOf(service, operation), what, type)]);
  }
  // Where two pages differ the older number is a switch; of directories both say the same.
  const perDay = operationOf("cdn", "RefreshObjectCaches").limits.filter(({ what }) => what === "perDay");
  const older = perDay.flatMap(({ type, value, newer }) => (newer === true || type !== "File" ? [] : [value]));
  expect([limits.get("cdn.olderDaily.file")]).toEqual(older);
  expect(perDay.filter(({ type }) => type === "Directory")).toHaveLength(1);
});
