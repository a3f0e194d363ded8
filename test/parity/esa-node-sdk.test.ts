/** The vendor's Node SDK, and its generic client with a form body, run ESA's operations against the emulator. */
import { type Emulator, startEmulator } from "edgecache-emulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Dara, Esa, alibabaConfig, esaClient, generic } from "./sdks.ts";

const SITE = "5407498413000";
let emulator: Emulator;
let client: ReturnType<typeof esaClient>;

beforeAll(async () => {
  emulator = await startEmulator({ clock: "2026-11-22T12:00:00Z", randomSeed: 1, limits: { "esa.perSecond": 1000 } });
  client = esaClient(emulator);
});
afterAll(() => emulator.close());

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
  const files = Array.from({ length: 1000 }, (_, index) => `https://www.example.com/a%20b/${index}?x=1&y=+%20`);
  const content = JSON.stringify({ Files: files });
  const answer = await generic(emulator, "2024-09-10")(
    "PurgeCaches",
    { SiteId: SITE, Type: "file", Content: content },
    "form",
  );
  expect(answer).toMatchObject({ statusCode: 200, body: { TaskId: expect.stringMatching(/^\d{11}$/) as string } });
  const [logged] = await emulator.control.requests.find({ action: "PurgeCaches", params: { Type: "file" } });
  expect(JSON.parse(String(logged?.params["Content"]))).toEqual({ Files: files });
});

test.each<[string, ConstructorParameters<typeof Esa.PurgeCachesRequestContent>[0]]>([
  ["file", { files: ["http://www.example.com/1?b=1"] }],
  ["cachekey", { cacheKeys: [{ url: "http://www.example.com/1", headers: { UserGeo: "CN" } }] }],
  ["cachetag", { cacheTags: ["t"] }],
  ["directory", { directories: ["http://www.example.com/d/"] }],
  ["ignoreParams", { ignoreParams: ["http://www.example.com/1"] }],
  ["hostname", { hostnames: ["www.example.com"] }],
  ["purgeall", { purgeAll: true }],
])("purges by %s", async (type, content) => {
  const request = { siteId, type, force: true, edgeComputePurge: true };
  const { body } = await client.purgeCaches(
    new Esa.PurgeCachesRequest({ ...request, content: new Esa.PurgeCachesRequestContent(content) }),
  );
  expect(body?.taskId).toMatch(/^\d{11}$/);
});

test("switches version management on and off", async () => {
  await client.activateVersionManagement(new Esa.ActivateVersionManagementRequest({ siteId }));
  const site = await client.getSite(new Esa.GetSiteRequest({ siteId }));
  expect(site.body?.siteModel?.versionManagement).toBe(true);
  await client.deactivateVersionManagement(new Esa.DeactivateVersionManagementRequest({ siteId }));
});

describe("preloads", () => {
  test("fetch the page into the edge, in the variant asked for", async () => {
    const url = "http://www.example.com/warm";
    await emulator.control.origin.publish({ host: "www.example.com", path: "/warm", body: "hot" });
    await emulator.control.origin.clearLog();
    const { body } = await client.preloadCaches(
      new Esa.PreloadCachesRequest({ siteId, content: [url], headers: { "Accept-Encoding": "br" } }),
    );
    expect(body?.taskId).toMatch(/^\d{11}$/);
    const row = async (): Promise<unknown> => {
      const listed = await client.describePreloadTasks(new Esa.DescribePreloadTasksRequest({ siteId, content: url }));
      return listed.body?.tasks?.[0];
    };
    expect(await row()).toMatchObject({ content: url, status: "Refreshing", process: "0%", taskId: body?.taskId });
    expect(await emulator.control.origin.log()).toEqual([]);
    await emulator.control.clock.advance(3000);
    expect(await row()).toMatchObject({ status: "Complete", process: "100%", createTime: "2026-11-22 12:00:02" });
    const [fetched] = await emulator.control.origin.log();
    expect(fetched).toMatchObject({ host: "www.example.com", path: "/warm", headers: { "accept-encoding": "br" } });
    expect(await emulator.control.visit(url)).toMatchObject({ cache: "HIT", body: "hot" });
  });

  test("fail when the origin does", async () => {
    const url = "http://www.example.com/broken";
    await emulator.control.origin.publish({ host: "www.example.com", path: "/broken", status: 503, body: "no" });
    await client.preloadCaches(new Esa.PreloadCachesRequest({ siteId, content: [url] }));
    await emulator.control.clock.advance(3000);
    const listed = await client.describePreloadTasks(new Esa.DescribePreloadTasksRequest({ siteId, content: url }));
    expect(listed.body?.tasks?.[0]).toMatchObject({ status: "Failed", description: "Origin Return StatusCode 5XX" });
  });
});

describe("sites", () => {
  test("are listed and read", async () => {
    const listed = await client.listSites(new Esa.ListSitesRequest({ siteName: "example.com", pageSize: 500 }));
    expect(listed.body).toMatchObject({
      totalCount: 1,
      sites: [{ siteId: 5407498413000, siteName: "example.com", status: "active", planName: "enterpriseplan" }],
    });
    const site = await client.getSite(new Esa.GetSiteRequest({ siteId }));
    expect(site.body?.siteModel).toMatchObject({ siteName: "example.com", versionManagement: false });
  });
});

describe("uploads", () => {
  const lines = ["http://www.example.com/1", "http://elsewhere.org/2", "nonsense", "http://www.example.com/3"];

  test("UploadFileAdvance puts a file through the object storage, and its lines are purged", async () => {
    const uploading = esaClient(emulator);
    // the SDK's constructor ignores its own option
    Object.assign(uploading, { _openPlatformEndpoint: alibabaConfig(emulator).endpoint });
    const { Readable } = await import("node:stream");
    const request = new Esa.UploadFileAdvanceRequest({
      siteId,
      type: "file",
      uploadTaskName: "purge_task",
      urlObject: Readable.from(Buffer.from(lines.join("\n"))),
    });
    const runtime = new Dara.RuntimeOptions({ ignoreSSL: true });
    const { body } = await uploading.uploadFileAdvance(request, runtime);
    const uploadId = body?.uploadId;
    expect(String(uploadId)).toMatch(/^1\d{15}$/);

    const status = async (): Promise<unknown> =>
      (await client.getUploadTask(new Esa.GetUploadTaskRequest({ siteId, uploadId: uploadId! }))).body?.status;
    expect(await status()).toBe("init");
    await emulator.control.clock.advance(500);
    expect(await status()).toBe("activacted");
    await emulator.control.clock.advance(500);
    expect(await status()).toBe("running");
    await emulator.control.clock.advance(1000);
    expect(await status()).toBe("partial");

    const listed = await client.listUploadTasks(
      new Esa.ListUploadTasksRequest({
        siteId,
        type: "file",
        startTime: "2026-11-22T00:00:00Z",
        endTime: "2026-11-23T00:00:00Z",
      }),
    );
    expect(listed.body?.tasks).toMatchObject([
      {
        uploadTaskName: "purge_task",
        uploadId: String(uploadId),
        type: "file",
        status: "Failed",
        errorCode: "InvalidDomain,InvalidUrl",
      },
    ]);
    const failed = await generic(emulator, "2024-09-10")(
      "GetFailFile",
      { SiteId: SITE, UploadId: String(uploadId) },
      "query",
      "GET",
    );
    const file = await fetch(String(failed.body["DownloadLink"]));
    expect(await file.text()).toBe("http://elsewhere.org/2\nnonsense\n");
  });

  test("wait for SubmitUploadTask when the switch says so", async () => {
    await emulator.control.settings.switches({ "esa.uploadStart": "submit" });
    const url = await emulator.control.storage.put("list.txt", "http://www.example.com/1\n");
    const { body } = await client.uploadFile(
      new Esa.UploadFileRequest({ siteId, type: "file", uploadTaskName: "later", url }),
    );
    const request = new Esa.GetUploadTaskRequest({ siteId, uploadId: body?.uploadId! });
    await emulator.control.clock.advance(10_000);
    expect((await client.getUploadTask(request)).body?.status).toBe("init");
    const parameters = { SiteId: SITE, UploadId: String(body?.uploadId), Force: "True" };
    const call = generic(emulator, "2024-09-10");
    expect((await call("SubmitUploadTask", parameters, "query", "GET")).body).toMatchObject({
      UploadId: body?.uploadId,
    });
    await emulator.control.clock.advance(2_000);
    expect((await client.getUploadTask(request)).body?.status).toBe("success");
  });
});
