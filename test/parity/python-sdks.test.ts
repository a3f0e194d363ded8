/**
 * Clients that nobody here wrote: the vendors' Python SDKs run every operation against the emulator, errors included.
 * They are installed once into a cache folder; where Python or its packages are not to be had, the title says so.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Emulator, startEmulator } from "edgecache-emulator";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { pythonWith } from "../examples/toolbox.ts";

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The Python of a virtual environment with the SDKs, or why there is none. */
const prepared = await pythonWith("test/parity/python/requirements.txt").then(
  (python) => ({ python }),
  (error: unknown) => ({ reason: String(error) }),
);
const title =
  "reason" in prepared ? `the vendors' Python SDKs: NOT RUN, ${prepared.reason}` : "the vendors' Python SDKs";
if ("reason" in prepared) process.stderr.write(`${title}\n`);

interface Outcome {
  readonly ok?: Record<string, unknown>;
  readonly error?: { type: string; code: string | null; status?: number | null; message: string };
}

const SiteId = "5407498413000";
const ZoneId = "zone-2o1xvpmq7nn1";
let emulator: Emulator;
let child: ChildProcessWithoutNullStreams;
const waiting: ((outcome: Outcome) => void)[] = [];

function call(
  service: string,
  method: string,
  input: Record<string, unknown> = {},
  request?: string,
): Promise<Outcome> {
  const camel = method.replace(/(^|_)(\w)/g, (_match, _line, letter: string) => letter.toUpperCase());
  const line = { service, method, request: request ?? `${camel}Request`, arguments: input };
  child.stdin.write(`${JSON.stringify(line)}\n`);
  return new Promise((resolve) => waiting.push(resolve));
}

async function ok(...parameters: Parameters<typeof call>): Promise<Record<string, unknown>> {
  const outcome = await call(...parameters);
  expect(outcome.error).toBeUndefined();
  return outcome.ok ?? {};
}

describe.skipIf("reason" in prepared)(title, () => {
  beforeAll(async () => {
    emulator = await startEmulator({ randomSeed: 4 });
    child = spawn("python" in prepared ? prepared.python : "", [here("./python/calls.py")], {
      // a self-signed certificate is what this is about
      env: { ...process.env, PYTHONWARNINGS: "ignore" },
    });
    child.stderr.pipe(process.stderr);
    createInterface(child.stdout).on("line", (line) => waiting.shift()?.(JSON.parse(line) as Outcome));
    const ready = new Promise((resolve) => waiting.push(resolve));
    const settings = { ...emulator.configuration, endpoint: new URL(emulator.endpoint).host };
    child.stdin.write(`${JSON.stringify(settings)}\n`);
    await ready;
  }, 60_000);
  beforeEach(async () => {
    await emulator.control.clock.freeze("2026-11-22T12:00:00Z");
    await emulator.control.reset();
  });
  afterAll(async () => {
    child?.kill();
    await emulator?.close();
  });

  test("ESA: cache tag, purge of every type, tasks, quota", async () => {
    await ok("esa", "update_cache_tag", { SiteId, TagName: "Edge-Tag", CaseInsensitive: "on", SiteVersion: 0 });
    expect(await ok("esa", "get_cache_tag", { SiteId })).toMatchObject({ TagName: "Edge-Tag", CaseInsensitive: "on" });
    const contents: Record<string, object> = {
      file: { Files: ["http://www.example.com/ä?b=1"] },
      cachekey: { CacheKeys: [{ Url: "http://www.example.com/", Headers: { UserGeo: "CN" } }] },
      cachetag: { CacheTags: ["a b", "标签"] },
      directory: { Directories: ["http://www.example.com/d/"] },
      ignoreParams: { IgnoreParams: ["http://www.example.com/i"] },
      hostname: { Hostnames: ["www.example.com"] },
      purgeall: { PurgeAll: true },
    };
    for (const [Type, Content] of Object.entries(contents)) {
      const { TaskId } = await ok("esa", "purge_caches", {
        SiteId,
        Type,
        Content,
        Force: true,
        EdgeComputePurge: false,
      });
      expect(TaskId).toMatch(/^\d{11}$/);
    }
    const [logged] = await emulator.control.requests.find({ action: "PurgeCaches" });
    // Python's own way to write a boolean
    expect(logged?.params).toMatchObject({ Force: "True", EdgeComputePurge: "False" });
    await emulator.control.clock.advance(2000);
    const listed = await ok("esa", "describe_purge_tasks", { SiteId, Type: "cachetag", PageSize: 1, PageNumber: 2 });
    expect(listed).toMatchObject({ TotalCount: 2, Tasks: [{ Content: "标签", Status: "Complete", Process: "100%" }] });
    expect(await ok("esa", "get_purge_quota", { SiteId, Type: "cachetag" })).toMatchObject({
      Quota: "30000",
      Usage: "2",
      Quota30Day: "0",
      Usage30Day: "0",
    });
  });

  test("ESA: preload, sites, versions", async () => {
    const preload = { SiteId, Content: ["http://www.example.com/p"], Headers: { "Accept-Encoding": "br" } };
    await ok("esa", "preload_caches", preload);
    await emulator.control.clock.advance(3000);
    const listed = await ok("esa", "describe_preload_tasks", { SiteId });
    expect(listed).toMatchObject({ Tasks: [{ Status: "Failed", Description: "Origin Return StatusCode 5XX" }] });
    expect(await ok("esa", "list_sites", { SiteName: "example", SiteSearchType: "fuzzy" })).toMatchObject({
      TotalCount: 1,
      Sites: [{ SiteId: Number(SiteId), SiteName: "example.com" }],
    });
    await ok("esa", "activate_version_management", { SiteId });
    expect(await ok("esa", "get_site", { SiteId })).toMatchObject({ SiteModel: { VersionManagement: true } });
    await ok("esa", "deactivate_version_management", { SiteId });
  });

  test("ESA: an upload through the object storage, submitted, listed, its failed lines", async () => {
    await emulator.control.settings.switches({ "esa.uploadStart": "submit" });
    const upload = { SiteId, Type: "file", UploadTaskName: "t", $file: "http://www.example.com/1\nbad\r\n" };
    const { UploadId } = await ok("esa", "upload_file_advance", upload, "UploadFileAdvanceRequest");
    await ok("esa", "submit_upload_task", { SiteId, UploadId, Force: true });
    await emulator.control.clock.advance(2000);
    expect(await ok("esa", "get_upload_task", { SiteId, UploadId })).toMatchObject({ Status: "partial" });
    const times = { StartTime: "2026-11-22T00:00:00Z", EndTime: "2026-11-23T00:00:00Z" };
    const listed = await ok("esa", "list_upload_tasks", { SiteId, ...times });
    expect(listed["Tasks"]).toMatchObject([{ UploadId: String(UploadId), ErrorCode: "InvalidUrl" }]);
    const { DownloadLink } = await ok("esa", "get_fail_file", { SiteId, UploadId });
    expect(await (await fetch(String(DownloadLink))).text()).toBe("bad\n");
    await ok("esa", "upload_file", { SiteId, Type: "file", UploadTaskName: "t2", Url: "https://example.com/list.txt" });
  });

  test("CDN: every operation", async () => {
    const ObjectPath = "http://cdn.example.com/a (1)*!'.jpg".replace(" ", "%20");
    const { RefreshTaskId } = await ok("cdn", "refresh_object_caches", { ObjectPath, ObjectType: "File", Force: true });
    const tag = { CacheTag: "a,b", DomainName: "cdn.example.com", Force: true };
    expect((await ok("cdn", "refresh_object_cache_by_cache_tag", tag))["RefreshTaskId"]).toBe(RefreshTaskId);
    const push = { ObjectPath: "http://cdn.example.com/p", Area: "domestic", L2Preload: true };
    const { PushTaskId } = await ok("cdn", "push_object_cache", push);
    await emulator.control.clock.advance(3000);
    const byId = await ok("cdn", "describe_refresh_task_by_id", {
      TaskId: [RefreshTaskId, PushTaskId].join(","),
    });
    expect((byId["Tasks"] as { ObjectPath: string }[]).map((task) => task.ObjectPath)).toEqual([
      ObjectPath,
      "a",
      "b",
      "http://cdn.example.com/p",
    ]);
    expect(await ok("cdn", "describe_refresh_tasks", { ObjectType: "preload" })).toMatchObject({
      TotalCount: 1,
      Tasks: { CDNTask: [{ Status: "Failed", Description: "Origin Return StatusCode 5XX" }] },
    });
    expect(await ok("cdn", "describe_refresh_quota")).toMatchObject({ UrlRemain: "9997", PreloadRemain: "999" });
  });

  test("DCDN: every operation, Edge Routine's tags too", async () => {
    const host = "http://dcdn.example.com";
    await ok("dcdn", "refresh_dcdn_object_caches", { ObjectPath: `${host}/d/`, ObjectType: "Directory", Force: false });
    const er = { ObjectPath: "http://er.example.com/1", ObjectType: "File", RoutineId: "name.sub" };
    const { RefreshTaskId } = await ok("dcdn", "refresh_er_object_caches", er);
    await ok("dcdn", "refresh_dcdn_object_cache_by_cache_tag", { CacheTag: "x", DomainName: "dcdn.example.com" });
    await ok("dcdn", "refresh_er_object_caches_by_cache_tag", { CacheTag: "x", Domain: "er.example.com", Force: true });
    await ok("dcdn", "preload_dcdn_object_caches", { ObjectPath: `${host}/p` });
    const byId = await ok("dcdn", "describe_dcdn_refresh_task_by_id", { TaskId: String(RefreshTaskId) });
    expect(byId).toMatchObject({ TotalCount: 2 });
    expect(await ok("dcdn", "describe_dcdn_refresh_tasks", { ObjectType: "directory" })).toMatchObject({
      Tasks: { Task: [{ ObjectType: "path", Status: "Pending", Process: "0" }] },
    });
    expect(await ok("dcdn", "describe_dcdn_refresh_quota")).toMatchObject({ DirRemain: "99" });
  });

  test("EdgeOne: every operation", async () => {
    const targets = ["http://www.example.net/ä", "http://elsewhere.org/"];
    const created = await ok("teo", "CreatePurgeTask", { ZoneId, Type: "purge_url", Targets: targets });
    expect(created).toMatchObject({ FailedList: [{ Targets: ["http://elsewhere.org/"], Reason: "domain not valid" }] });
    const Filters = [{ Name: "job-id", Values: [created["JobId"]] }];
    await emulator.control.clock.advance(1500);
    expect(await ok("teo", "DescribePurgeTasks", { ZoneId, Filters })).toMatchObject({
      TotalCount: 1,
      Tasks: [{ Target: "http://www.example.net/ä", Status: "success" }],
    });
    const prefetch = await ok("teo", "CreatePrefetchTask", { ZoneId, Targets: ["http://www.example.net/p"] });
    const range = { StartTime: "2026-11-22T00:00:00Z", EndTime: "2026-11-23T00:00:00Z" };
    expect(await ok("teo", "DescribePrefetchTasks", { ZoneId, ...range })).toMatchObject({
      Tasks: [{ JobId: prefetch["JobId"], Status: "processing" }],
    });
    expect(await ok("teo", "DescribeContentQuota", { ZoneId })).toMatchObject({
      PurgeQuota: [{ Type: "purge_url", DailyAvailable: 9999 }, {}, {}, {}, {}],
    });
    expect(await ok("teo", "DescribeZones")).toMatchObject({ Zones: [{ ZoneId, ZoneName: "example.net" }] });
  });

  test("errors arrive as errors, with code and text", async () => {
    const errors = [
      await call("esa", "get_cache_tag", { SiteId: "1" }),
      await call("cdn", "refresh_object_caches", { ObjectPath: "http://github.com/" }),
      await call("dcdn", "describe_dcdn_refresh_task_by_id", { TaskId: "x" }),
      await call("teo", "CreatePurgeTask", { ZoneId: "zone-none", Type: "purge_all" }),
    ];
    expect(errors.map(({ error }) => [error?.code, error?.status ?? null])).toEqual([
      ["SiteNotFound", 404],
      ["InvalidDomain.NotFound", 404],
      ["InvalidTaskId.Malformed", 400],
      ["InvalidParameter.ZoneNotFound", null],
    ]);
    expect(errors[1]?.error?.message).toContain("The domain [github.com] does not belong to you.");
    expect(errors[3]?.error).toMatchObject({ type: "TencentCloudSDKException", message: "The site does not exist." });
  });

  test("throttling, a broken gateway and a cut connection surface as the SDK's own errors", async () => {
    const read = (): Promise<Outcome> => call("esa", "get_site", { SiteId });
    // here the hint, not the code, makes it a ThrottlingException
    await emulator.control.faults.add({ kind: "throttle", code: "Throttling.User", retryAfterMs: 250, count: 1 });
    expect((await read()).error).toMatchObject({ type: "ThrottlingException", code: "Throttling.User", status: 400 });
    await emulator.control.faults.add({ kind: "badGateway", count: 1 });
    expect((await read()).error?.type).toBe("UnretryableException");
    await emulator.control.faults.add({ kind: "resetBefore", count: 1 });
    expect((await read()).error?.type).toBe("UnretryableException");
    expect((await read()).error).toBeUndefined();
  });
});
