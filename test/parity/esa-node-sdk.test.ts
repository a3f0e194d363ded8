/** The vendor's Node SDK, and its generic client with a form body, run ESA's operations against the emulator. */
import type EsaClient from "@alicloud/esa20240910";
import { type Emulator, startEmulator } from "edgecache-emulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Dara, Esa, OpenApi } from "./sdks.ts";

const { $OpenApiUtil } = OpenApi;

const SITE = "5407498413000";
let emulator: Emulator;
let client: EsaClient.default;

beforeAll(async () => {
  emulator = await startEmulator({ clock: "2026-11-22T12:00:00Z", randomSeed: 1 });
  client = new Esa.default(connection(emulator));
});
afterAll(() => emulator.close());

function connection({ endpoint, configuration }: Emulator) {
  return new $OpenApiUtil.Config({
    accessKeyId: configuration.alibabaAccessKeyId,
    accessKeySecret: configuration.alibabaAccessKeySecret,
    endpoint: new URL(endpoint).host,
    protocol: "http",
    regionId: "cn-hangzhou",
  });
}

// the model says number; a text is sent as it is, which is how long ids survive
const siteId = SITE as unknown as number;

describe("the typed client", () => {
  test("configures and reads the cache tag", async () => {
    await client.updateCacheTag(new Esa.UpdateCacheTagRequest({ siteId, tagName: "Edge-Tag", caseInsensitive: "on" }));
    const { body, statusCode } = await client.getCacheTag(new Esa.GetCacheTagRequest({ siteId }));
    expect(statusCode).toBe(200);
    expect(body).toMatchObject({ tagName: "Edge-Tag", caseInsensitive: "on", siteVersion: 0 });
    expect(body?.requestId).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/);
  });

  test("purges, and sees the task move with the clock", async () => {
    const content = new Esa.PurgeCachesRequestContent({ cacheTags: ["a", "b c", "标签"] });
    const { body } = await client.purgeCaches(new Esa.PurgeCachesRequest({ siteId, type: "cachetag", content }));
    expect(body?.taskId).toMatch(/^[1-9]\d{10}$/);
    const rows = async (): Promise<unknown> => {
      const request = new Esa.DescribePurgeTasksRequest({ siteId, type: "cachetag" });
      return (await client.describePurgeTasks(request)).body?.tasks?.map(({ content, status, process, taskId }) => [
        taskId,
        content,
        status,
        process,
      ]);
    };
    const expected = (status: string, process: string): unknown =>
      ["a", "b c", "标签"].map((tag) => [body?.taskId, tag, status, process]);
    expect(await rows()).toEqual(expected("Refreshing", "0%"));
    await emulator.control.clock.advance(1000);
    expect(await rows()).toEqual(expected("Refreshing", "50%"));
    await emulator.control.clock.advance(1000);
    expect(await rows()).toEqual(expected("Complete", "100%"));
    const quota = await client.getPurgeQuota(new Esa.GetPurgeQuotaRequest({ siteId, type: "cachetag" }));
    expect(quota.body).toMatchObject({ quota: "30000", usage: "3" });
  });

  test("surfaces errors as the real cloud's", async () => {
    const request = new Esa.GetCacheTagRequest({ siteId: 42 });
    await expect(client.getCacheTag(request)).rejects.toMatchObject({
      name: "ClientError",
      code: "SiteNotFound",
      statusCode: 404,
      data: { HostId: "127.0.0.1", Code: "SiteNotFound" },
    });
    await emulator.control.faults.add({ kind: "throttle", code: "Throttling.User", retryAfterMs: 250, count: 1 });
    await expect(client.getCacheTag(request)).rejects.toMatchObject({
      name: "ThrottlingError",
      code: "Throttling.User",
      retryAfter: 250,
    });
  });
});

test("the generic client sends a form", async () => {
  const generic = new OpenApi.default(connection(emulator));
  const params = new $OpenApiUtil.Params({
    action: "PurgeCaches",
    version: "2024-09-10",
    protocol: "HTTPS",
    pathname: "/",
    method: "POST",
    authType: "AK",
    style: "RPC",
    reqBodyType: "formData",
    bodyType: "json",
  });
  const files = Array.from({ length: 1000 }, (_, index) => `https://www.example.com/a b/${index}?x=1&y=+%20`.replace(" ", "%20"));
  const body = { SiteId: SITE, Type: "file", Content: JSON.stringify({ Files: files }) };
  const answer = await generic.callApi(
    params,
    new $OpenApiUtil.OpenApiRequest({ body }),
    new Dara.RuntimeOptions({}),
  );
  expect(answer).toMatchObject({ statusCode: 200, body: { TaskId: expect.stringMatching(/^\d{11}$/) as string } });
  const [logged] = await emulator.control.requests.find({ action: "PurgeCaches", params: { Type: "file" } });
  expect(JSON.parse(String(logged?.params["Content"]))).toEqual({ Files: files });
});
