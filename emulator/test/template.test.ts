/** The template's cloud, as a client and a visitor see it: it is there only where it is registered. */
import { describe, expect, test } from "vitest";
import { startEmulator } from "../src/index.ts";
import { template } from "../src/vendors/template/index.ts";
import { askTemplate } from "./conformance/template.ts";
import { alibaba } from "./clients.ts";
import { useEmulator } from "./use-emulator.ts";

const url = "http://www.example.org/";
const bench = useEmulator({ vendors: [template] });

const ask = async (action: string, input: object = {}): Promise<Record<string, unknown>> =>
  (await askTemplate(bench.emulator.endpoint, { action, input })).body;

test("a purge is listed, completes by the clock, and the visitor sees the new page", async () => {
  const { control } = bench.emulator;
  const publish = (body: string): Promise<void> => control.origin.publish({ host: "www.example.org", path: "/", body });
  await publish("old");
  await control.visit(url);
  await publish("new");
  expect((await control.visit(url)).body).toBe("old");

  const { taskId } = await ask("PurgeUrls", { urls: [url] });
  const row = { taskId, url, createdAt: "2026-11-22T12:00:00Z" };
  expect(await ask("ListPurges", { taskId })).toMatchObject({ total: 1, tasks: [{ ...row, status: "running" }] });
  await control.clock.advance(1_000);
  expect(await ask("ListPurges", { taskId })).toMatchObject({ total: 1, tasks: [{ ...row, status: "done" }] });
  expect((await control.visit(url)).body).toBe("new");
  expect(await ask("GetQuota")).toMatchObject({ batch: 10, daily: 1_000, left: 999 });
});

test("a target that fails says so in its row and stays in the cache", async () => {
  await bench.emulator.control.faults.add({ kind: "failTarget", reason: "the node is gone" });
  await ask("PurgeUrls", { urls: [url] });
  await bench.emulator.control.clock.advance(1_000);
  expect(await ask("ListPurges")).toMatchObject({ tasks: [{ status: "failed", reason: "the node is gone" }] });
});

test("a snapshot takes tasks and quota and brings them back", async () => {
  await ask("PurgeUrls", { urls: [url] });
  await bench.emulator.control.snapshots.take("one");
  await ask("PurgeUrls", { urls: [url] });
  await bench.emulator.control.snapshots.restore("one");
  expect([(await ask("ListPurges"))["total"], (await ask("GetQuota"))["left"]]).toEqual([1, 999]);
});

describe("a key", () => {
  test.each(["TEMPLATEKEY:wrong", "NONE:emulator-secret", "LTAI5tEMULATOR:emulator-secret", "TEMPLATEKEY", ""])(
    '"%s" is refused',
    async (key) => {
      const { status, body } = await askTemplate(bench.emulator.endpoint, { action: "GetQuota" }, key);
      expect([status, body["code"]]).toEqual([401, "KeyRefused"]);
    },
  );

  test("may be allowed some actions", async () => {
    const keys = template.keys.map((key) => ({ ...key, allow: ["template:GetQuota"] }));
    await bench.emulator.control.seed({ keys });
    expect((await ask("ListPurges"))["code"]).toBe("Denied");
    expect((await ask("GetQuota"))["left"]).toBe(1_000);
    await bench.emulator.control.seed({});
  });
});

test("an unknown action or version is not found", async () => {
  const { endpoint } = bench.emulator;
  expect((await askTemplate(endpoint, { action: "PurgeAll" })).body["code"]).toBe("NoSuchAction");
  const old = await askTemplate(endpoint, { action: "GetQuota" }, undefined, "2020-01-01");
  expect([old.status, old.body["code"]]).toEqual([404, "NoSuchAction"]);
});

test("a throttled client is told when to come back", async () => {
  await bench.emulator.control.faults.add({ kind: "throttle", retryAfterMs: 1_500, count: 1 });
  const { status, headers } = await askTemplate(bench.emulator.endpoint, { action: "GetQuota" });
  expect([status, headers.get("retry-after")]).toEqual([429, "2"]);
});

test.each([
  ["newest", ["b", "a"]],
  ["oldest", ["a", "b"]],
])("ListPurges names the %s first where the switch says so", async (order, expected) => {
  await bench.emulator.control.settings.switches({ "template.taskOrder": order });
  for (const name of ["a", "b"]) await ask("PurgeUrls", { urls: [`${url}${name}`] });
  const { tasks } = (await ask("ListPurges")) as { tasks: { url: string }[] };
  expect(tasks.map((task) => task.url.slice(url.length))).toEqual(expected);
});

test("its configuration and state are shown beside the others'", async () => {
  const { configuration, control, endpoint } = bench.emulator;
  expect(configuration).toMatchObject({ templateKeyId: "TEMPLATEKEY", templateEndpoint: endpoint });
  expect((await control.configuration())["templateKeySecret"]).toBe("emulator-secret");
  expect((await control.state()).services["template"]).toMatchObject({ places: [{ name: "www.example.org" }] });
  expect((await alibaba(endpoint, "esa", "ListSites")).status).toBe(200);
});

test("an emulator that does not register it has no trace of it", async () => {
  await using plain = await startEmulator();
  const { actions, tenant } = await plain.control.info();
  const { switches, limits } = await plain.control.settings.get();
  const names = [...actions, ...Object.keys(tenant.configuration), ...[...switches, ...limits].map(({ name }) => name)];
  expect(names.filter((name) => /template|PurgeUrls/i.test(name))).toEqual([]);
  await expect(startEmulator({ seed: { keys: [...template.keys] } })).rejects.toThrow(
    'the seed\'s key TEMPLATEKEY is of no known cloud: "template"; there are alibaba, tencent',
  );
});
