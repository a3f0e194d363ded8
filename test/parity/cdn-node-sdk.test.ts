/** The vendor's Node SDKs for CDN and DCDN run every operation against the emulator. */
import { type Emulator, startEmulator } from "edgecache-emulator";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Cdn, Dcdn, cdnClient, dcdnClient, generic } from "./sdks.ts";

let emulator: Emulator;
let cdn: ReturnType<typeof cdnClient>;
let dcdn: ReturnType<typeof dcdnClient>;

beforeAll(async () => {
  emulator = await startEmulator({ randomSeed: 2 });
  cdn = cdnClient(emulator);
  dcdn = dcdnClient(emulator);
});
beforeEach(async () => {
  await emulator.control.clock.freeze("2026-11-22T12:00:00Z");
  await emulator.control.reset();
});
afterAll(() => emulator.close());

describe("CDN", () => {
  test("refreshes files; the second of two domains gets an id of its own", async () => {
    const objectPath = "http://cdn.example.com/a (1)*!'.jpg\r\nstatic.example.com/b,c.jpg\n".replace(" ", "%20");
    const { body } = await cdn.refreshObjectCaches(new Cdn.RefreshObjectCachesRequest({ objectPath }));
    expect(body?.refreshTaskId).toMatch(/^\d{9,11},\d{9,11}$/);
    const again = await cdn.refreshObjectCaches(
      new Cdn.RefreshObjectCachesRequest({ objectPath: "http://cdn.example.com/z", objectType: "File" }),
    );
    expect(body?.refreshTaskId?.split(",")).toContain(again.body?.refreshTaskId);

    const byId = await cdn.describeRefreshTaskById(
      new Cdn.DescribeRefreshTaskByIdRequest({ taskId: body?.refreshTaskId! }),
    );
    expect(byId.body).toMatchObject({ totalCount: 3 });
    expect(byId.body?.tasks?.[0]).toMatchObject({
      objectPath: "http://cdn.example.com/a%20(1)*!'.jpg",
      objectType: "file",
      status: "Pending",
      process: "0%",
      creationTime: "2026-11-22T12:00:00Z",
    });
    await emulator.control.clock.advance(1000);
    const list = await cdn.describeRefreshTasks(
      new Cdn.DescribeRefreshTasksRequest({ objectType: "file", domainName: "static.example.com" }),
    );
    expect(list.body).toMatchObject({
      totalCount: 1,
      pageNumber: 1,
      pageSize: 20,
      tasks: { CDNTask: [{ objectPath: "static.example.com/b,c.jpg", status: "Refreshing", process: "50%" }] },
    });
    await emulator.control.clock.advance(1000);
    const done = await cdn.describeRefreshTasks(
      new Cdn.DescribeRefreshTasksRequest({ taskId: again.body?.refreshTaskId! }),
    );
    expect(done.body?.tasks?.CDNTask?.map(({ status }) => status)).toEqual(["Complete", "Complete"]);
  });

  test("refreshes by tag and counts the quota", async () => {
    await emulator.control.origin.publish({
      host: "cdn.example.com",
      path: "/t",
      body: "1",
      headers: { "Cache-Tag": "one" },
    });
    await emulator.control.visit("http://cdn.example.com/t");
    const { body } = await cdn.refreshObjectCacheByCacheTag(
      new Cdn.RefreshObjectCacheByCacheTagRequest({ cacheTag: "one,two", domainName: "cdn.example.com", force: true }),
    );
    expect(body?.refreshTaskId).toMatch(/^\d+$/);
    await emulator.control.clock.advance(2000);
    expect((await emulator.control.visit("http://cdn.example.com/t")).cache).toBe("MISS");
    const quota = await cdn.describeRefreshQuota(new Cdn.DescribeRefreshQuotaRequest({}));
    expect(quota.body).toMatchObject({ urlQuota: "10000", urlRemain: "9998", dirQuota: "100", preloadRemain: "1000" });
  });

  test("pushes, and the edge has it", async () => {
    await emulator.control.origin.publish({ host: "cdn.example.com", path: "/p", body: "pushed" });
    const { body } = await cdn.pushObjectCache(
      new Cdn.PushObjectCacheRequest({
        objectPath: "http://cdn.example.com/p\r\nhttp://cdn.example.com/none",
        area: "domestic",
        l2Preload: false,
        withHeader: JSON.stringify({ "Accept-Encoding": ["gzip"] }),
      }),
    );
    await emulator.control.clock.advance(3000);
    const byId = await cdn.describeRefreshTaskById(
      new Cdn.DescribeRefreshTaskByIdRequest({ taskId: body?.pushTaskId! }),
    );
    expect(byId.body?.tasks?.map(({ objectType, status, description }) => [objectType, status, description])).toEqual([
      ["preload", "Complete", undefined],
      ["preload", "Failed", "Origin Return StatusCode 5XX"],
    ]);
    expect((await emulator.control.visit("http://cdn.example.com/p")).cache).toBe("HIT");
  });

  test("surfaces errors", async () => {
    const refresh = (objectPath: string): Promise<unknown> =>
      cdn.refreshObjectCaches(new Cdn.RefreshObjectCachesRequest({ objectPath }));
    await expect(refresh("http://github.com/")).rejects.toMatchObject({
      name: "ClientError",
      code: "InvalidDomain.NotFound",
      statusCode: 404,
      message: expect.stringContaining("The domain [github.com] does not belong to you.") as string,
    });
    await emulator.control.faults.add({ kind: "throttle", count: 1 });
    await expect(refresh("http://cdn.example.com/")).rejects.toMatchObject({
      name: "ThrottlingError",
      code: "Throttling",
      statusCode: 503,
    });
  });
});

describe("DCDN", () => {
  test("refreshes a directory, which its listing calls a path", async () => {
    const { body } = await dcdn.refreshDcdnObjectCaches(
      new Dcdn.RefreshDcdnObjectCachesRequest({ objectPath: "http://dcdn.example.com/d/", objectType: "Directory" }),
    );
    expect(body?.refreshTaskId).toMatch(/^\d{8,11}$/);
    await emulator.control.clock.advance(1000);
    const listed = await dcdn.describeDcdnRefreshTasks(
      new Dcdn.DescribeDcdnRefreshTasksRequest({ taskId: body?.refreshTaskId! }),
    );
    expect(listed.body?.tasks).toMatchObject({
      task: [{ objectType: "path", process: "50", status: "Refreshing", objectPath: "http://dcdn.example.com/d/" }],
    });
    const byId = await dcdn.describeDcdnRefreshTaskById(
      new Dcdn.DescribeDcdnRefreshTaskByIdRequest({ taskId: body?.refreshTaskId! }),
    );
    expect(byId.body?.tasks).toMatchObject([{ objectType: "directory", process: "50" }]);
  });

  test("refreshes Edge Routine caches, by URL and by tag", async () => {
    const { body } = await dcdn.refreshErObjectCaches(
      new Dcdn.RefreshErObjectCachesRequest({
        objectPath: "http://er.example.com/a",
        objectType: "File",
        routineId: "test.mysubdomain",
        mergeDomainName: "dcdn.example.com,er.example.com",
      }),
    );
    expect(body?.refreshTaskId).toMatch(/^\d{8,11}$/);
    const byTag = await generic(emulator, "2018-01-15")("RefreshErObjectCachesByCacheTag", {
      Domain: "er.example.com",
      CacheTag: "a,b",
      Force: "False",
    });
    expect(byTag.body).toMatchObject({ RefreshTaskId: body?.refreshTaskId });
  });

  test("refreshes by tag, preloads, tells quotas", async () => {
    const tag = await dcdn.refreshDcdnObjectCacheByCacheTag(
      new Dcdn.RefreshDcdnObjectCacheByCacheTagRequest({ cacheTag: "x", domainName: "dcdn.example.com" }),
    );
    expect(tag.body?.refreshTaskId).toMatch(/^\d+$/);
    const preload = await dcdn.preloadDcdnObjectCaches(
      new Dcdn.PreloadDcdnObjectCachesRequest({ objectPath: "http://dcdn.example.com/a", area: "overseas" }),
    );
    expect(preload.body?.preloadTaskId).toMatch(/^\d+$/);
    const quota = await dcdn.describeDcdnRefreshQuota(new Dcdn.DescribeDcdnRefreshQuotaRequest({}));
    expect(quota.body).toMatchObject({ urlRemain: "9999", preloadRemain: "999", regexQuota: "20" });
  });

  test("surfaces errors as plain errors", async () => {
    await emulator.control.faults.add({ kind: "throttle", count: 1 });
    const request = new Dcdn.RefreshDcdnObjectCachesRequest({ objectPath: "http://dcdn.example.com/a" });
    await expect(dcdn.refreshDcdnObjectCaches(request)).rejects.toMatchObject({
      name: "Error",
      code: "TooManyRequests",
      data: { statusCode: 429, Code: "TooManyRequests" },
    });
  });
});
