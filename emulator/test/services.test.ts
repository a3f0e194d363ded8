/** What a registered service must have: a table of its errors, a rate for each operation, a conformance suite. */
import { expect, test } from "vitest";
import { DrivenClock } from "../src/clock/clock.ts";
import type { ServiceDefinition } from "../src/ports/service.ts";
import { knownSettings } from "../src/tenant/settings.ts";
import { readSeed } from "../src/tenant/seed.ts";
import { Tenant } from "../src/tenant/tenant.ts";
import { Storage } from "../src/vendors/alibaba/oss/storage.ts";
import { registered, suiteOf } from "./conformance/registered.ts";
import type { Suite } from "./conformance/suite.ts";

test.each(registered)("$name has all that a service needs", async ({ name, service }) => {
  expect(lacking(service, await suiteOf(name))).toEqual([]);
});

test("names of services, vendors and settings are taken once", () => {
  const vendors = [...new Set(registered.map(({ vendor }) => vendor))];
  const folders = [...vendors, ...registered.map(({ service }) => service)].map(({ settings }) => settings);
  const settings = folders.flatMap(({ switches = [], limits = [], texts = [] }) => [...switches, ...limits, ...texts]);
  const names = [...vendors.map(({ name }) => `vendor ${name}`), ...registered.map(({ name }) => `service ${name}`)];
  const all = [...names, ...settings.map(({ name }) => name)];
  expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
});

test("what a service lacks is named", async () => {
  const [first] = registered.filter(({ name }) => name === "template");
  if (!first) throw new Error("the template is registered");
  const suite = await suiteOf("template");
  const rows = suite.rows.filter(({ action }) => action !== "ListPurges");
  expect(lacking({ ...first.service, catalog: new Map(), settings: {} }, { ...suite, rows })).toEqual([
    "no table of errors",
    "its table of errors has no TooManyCalls, QuotaUsedUp, Denied, SiteBusy",
    "PurgeUrls has no rate among its limits",
    "ListPurges has no rate among its limits",
    "GetQuota has no rate among its limits",
    "its conformance suite never calls ListPurges",
  ]);
  await expect(suiteOf("none")).rejects.toThrow("the service none has no conformance suite");
});

function lacking(service: ServiceDefinition, suite: Suite): string[] {
  const tenant = openTenant(service);
  const operations = [...(tenant.services.get(service.name)?.operations ?? [])];
  const { throttled, quotaExhausted, permissionDenied, locked } = service.errors;
  const [key] = tenant.keys;
  const answers = [
    throttled(1, 2, tenant.settings),
    quotaExhausted,
    ...(key ? [permissionDenied("Action", key, tenant.settings)] : []),
    locked,
  ];
  const unlisted = answers.map(({ code }) => code).filter((code) => !service.catalog.has(code));
  const limits = service.settings.limits ?? [];
  return [
    ...(service.catalog.size === 0 ? ["no table of errors"] : []),
    ...(unlisted.length > 0 ? [`its table of errors has no ${[...new Set(unlisted)].join(", ")}`] : []),
    ...operations
      .filter(([, { perSecond }]) => !perSecond || !limits.includes(perSecond))
      .map(([action]) => `${action} has no rate among its limits`),
    ...limits
      .filter(({ source, readOn }) => source === "" || Number.isNaN(Date.parse(readOn)))
      .map(({ name }) => `${name} has no source or no date`),
    ...operations
      .filter(([action]) => !suite.rows.some((row) => row.action === action))
      .map(([action]) => `its conformance suite never calls ${action}`),
  ];
}

/** A tenant in which this service alone is open. */
function openTenant(service: ServiceDefinition): Tenant {
  const vendors = registered.flatMap(({ name, vendor }) =>
    name === service.name ? [{ ...vendor, services: [service] }] : [],
  );
  return new Tenant({
    name: "one",
    seed: readSeed({}, vendors),
    clock: new DrivenClock(0, () => 0),
    randomSeed: 1,
    logSize: 1,
    vendors,
    known: knownSettings([]),
    fetchOrigin: () => () => Promise.reject(new Error("no visit is made here")),
    storage: new Storage({ downloadUrl: (objectKey) => objectKey, fetch, mayFetch: () => false }),
  });
}
