/** The vendor's Node SDK for EdgeOne runs every operation against the emulator. */
import { type Emulator, startEmulator } from "edgecache-emulator";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { teoClient } from "./sdks.ts";

const ZoneId = "zone-2o1xvpmq7nn1";
let emulator: Emulator;
let client: ReturnType<typeof teoClient>;

beforeAll(async () => {
  emulator = await startEmulator({ randomSeed: 3 });
  client = teoClient(emulator);
});
beforeEach(async () => {
  await emulator.control.clock.freeze("2026-11-22T12:00:00Z");
  await emulator.control.reset();
});
afterAll(() => emulator.close());

const rows = async (JobId: string | undefined): Promise<unknown[]> => {
  const Filters = [{ Name: "job-id", Values: [JobId!] }];
  const { Tasks = [] } = await client.DescribePurgeTasks({ ZoneId, Filters, Limit: 1000 });
  return Tasks.map(({ Target, Status, Method, Type }) => [Target, Status, Method, Type]);
};

describe("CreatePurgeTask", () => {
  test("gives good targets a job and returns the bad ones", async () => {
    const good = ["http://www.example.net/a b.txt".replace(" ", "%20"), "https://img.example.net/ü"];
    const bad = ["ftp://www.example.net/", "http://www.example.org/", "/path", "http://*.example.net/"];
    const answer = await client.CreatePurgeTask({ ZoneId, Type: "purge_url", Targets: [...good, ...bad] });
    expect(answer).toEqual({
      JobId: expect.stringMatching(/^[0-9a-z]{12}$/) as string,
      FailedList: [{ Reason: "domain not valid", Targets: bad }],
      RequestId: expect.stringMatching(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ) as string,
    });
    expect(await rows(answer.JobId)).toEqual(good.map((url) => [url, "processing", "delete", "purge_url"]));
    await emulator.control.clock.advance(1500);
    expect(await rows(answer.JobId)).toEqual(good.map((url) => [url, "success", "delete", "purge_url"]));
    const { PurgeQuota } = await client.DescribeContentQuota({ ZoneId });
    expect(PurgeQuota?.[0]).toEqual({ Type: "purge_url", Batch: 2000, Daily: 10_000, DailyAvailable: 9_998 });
  });

  test("purges the edge by tag, on the named hosts only", async () => {
    const hosts = ["www.example.net", "img.example.net"];
    for (const host of hosts) {
      await emulator.control.origin.publish({ host, path: "/", body: host, headers: { "Cache-Tag": "t1, t2" } });
      await emulator.control.visit(`http://${host}/`);
    }
    await client.CreatePurgeTask({
      ZoneId,
      Type: "purge_cache_tag",
      Targets: ["t2"],
      CacheTag: { Domains: ["img.example.net"] },
    });
    await emulator.control.clock.advance(1500);
    const states = await Promise.all(
      hosts.map(async (host) => (await emulator.control.visit(`http://${host}/`)).cache),
    );
    expect(states).toEqual(["HIT", "MISS"]);
  });

  test("surfaces errors, all with HTTP 200", async () => {
    await expect(client.CreatePurgeTask({ ZoneId: "zone-unknown", Type: "purge_all" })).rejects.toMatchObject({
      code: "InvalidParameter.ZoneNotFound",
    });
    const wrong = teoClient(emulator, { id: "AKIDNOBODY" });
    await expect(wrong.DescribeContentQuota({ ZoneId })).rejects.toMatchObject({
      code: "AuthFailure.SecretIdNotFound",
      message: "The SecretId is not found, please ensure that your SecretId is correct.",
    });
  });

  test("accepts temporary keys with their token only", async () => {
    const temporary = teoClient(emulator, { id: "AKIDTMPEMULATOR", token: "emulator-token" });
    expect((await temporary.DescribeContentQuota({ ZoneId })).PurgeQuota).toHaveLength(5);
    const other = teoClient(emulator, { id: "AKIDTMPEMULATOR", token: "another" });
    await expect(other.DescribeContentQuota({ ZoneId })).rejects.toMatchObject({ code: "AuthFailure.TokenFailure" });
  });
});

test("CreatePrefetchTask fetches; what the origin does not have is invalid", async () => {
  await emulator.control.origin.publish({ host: "www.example.net", path: "/here", body: "x" });
  const { JobId } = await client.CreatePrefetchTask({
    ZoneId,
    Targets: ["http://www.example.net/here", "http://www.example.net/gone"],
    Headers: [{ Name: "X-Warm", Value: "1" }],
  });
  await emulator.control.clock.advance(3000);
  const { Tasks, TotalCount } = await client.DescribePrefetchTasks({
    ZoneId,
    StartTime: "2026-11-22T20:00:00+08:00",
    EndTime: "2026-11-23T00:00:00+08:00",
    Filters: [{ Name: "job-id", Values: [JobId!] }],
  });
  expect(TotalCount).toBe(2);
  expect(Tasks?.map(({ Status, FailType, Type }) => [Type, Status, FailType])).toEqual([
    ["prefetch_url", "success", ""],
    ["prefetch_url", "invalid", "originPullFailed"],
  ]);
  expect((await emulator.control.origin.log())[0]?.headers["x-warm"]).toBe("1");
  expect((await emulator.control.visit("http://www.example.net/here")).cache).toBe("HIT");
});

test("DescribeZones finds a zone by name", async () => {
  const found = await client.DescribeZones({ Filters: [{ Name: "zone-name", Values: ["example.net"] }] });
  expect(found).toMatchObject({ TotalCount: 1, Zones: [{ ZoneId, ZoneName: "example.net", Status: "active" }] });
  const none = await client.DescribeZones({ Filters: [{ Name: "zone-name", Values: ["example.org"] }] });
  expect(none).toMatchObject({ TotalCount: 0, Zones: [] });
});
