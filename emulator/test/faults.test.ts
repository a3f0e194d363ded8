/** Every fault, as a client meets it, and whether the operation ran all the same. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, type FaultSeed, startEmulator } from "../src/index.ts";
import { faultSchema } from "../src/ports/faults.ts";
import { type Answer, alibaba, tencent } from "./clients.ts";

const SITE = "5407498413000";
const ZoneId = "zone-2o1xvpmq7nn1";
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ clock: "2026-11-22T12:00:00Z" });
});
beforeEach(async () => {
  await emulator.control.clock.freeze("2026-11-22T12:00:00Z");
  await emulator.control.reset();
});
afterAll(() => emulator.close());

const purge = (...files: string[]): Promise<Answer> =>
  alibaba(emulator.endpoint, "esa", "PurgeCaches", {
    SiteId: SITE,
    Type: "file",
    Content: JSON.stringify({ Files: files.length === 0 ? ["http://www.example.com/"] : files }),
  });
const rows = async (): Promise<Record<string, unknown>[]> =>
  (await alibaba(emulator.endpoint, "esa", "DescribePurgeTasks", { SiteId: SITE }, { method: "GET" })).body[
    "Tasks"
  ] as [];
const inject = (fault: FaultSeed): Promise<string> => emulator.control.faults.add({ action: "PurgeCaches", ...fault });
const logged = async (): Promise<unknown[]> =>
  (await emulator.control.requests.find({ action: "PurgeCaches" })).map(({ status, outcome, executed, faults }) => [
    status,
    outcome,
    executed,
    faults,
  ]);

const covered = new Set<string>();
const covers = (kind: FaultSeed["kind"]): FaultSeed["kind"] => {
  covered.add(kind);
  return kind;
};

describe("on the wire", () => {
  test(covers("badGateway"), async () => {
    await inject({ kind: "badGateway" });
    const answer = await purge();
    expect([answer.status, answer.headers["content-type"]]).toEqual([502, "text/html"]);
    expect(answer.text).toContain("<h1>502 Bad Gateway</h1>");
    expect(await rows()).toEqual([]);
    expect(await logged()).toEqual([[502, "fault", false, ["badGateway"]]]);
  });

  test(covers("emptyError"), async () => {
    await inject({ kind: "emptyError" });
    const { status, text } = await purge();
    expect([status, text]).toEqual([500, ""]);
    expect(await rows()).toEqual([]);
  });

  test(covers("resetBefore"), async () => {
    await inject({ kind: "resetBefore" });
    await expect(purge()).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await rows()).toEqual([]);
    expect(await logged()).toEqual([[0, "fault", false, ["resetBefore"]]]);
  });

  test(covers("resetAfter"), async () => {
    await inject({ kind: "resetAfter" });
    await expect(purge()).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await rows()).toHaveLength(1);
    expect(await logged()).toEqual([[0, "fault", true, ["resetAfter"]]]);
  });

  test(covers("slow"), async () => {
    await inject({ kind: "slow", delayMs: 120 });
    const started = performance.now();
    const slow = purge();
    // the task is there long before the answer
    while ((await rows()).length === 0) expect(performance.now() - started).toBeLessThan(110);
    expect((await slow).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThanOrEqual(119);
  });

  test(covers("truncatedJson"), async () => {
    await inject({ kind: "truncatedJson" });
    const { status, text, body } = await purge();
    expect([status, body, text.startsWith('{"RequestId":')]).toEqual([200, {}, true]);
    expect(await rows()).toHaveLength(1);
  });
});

describe("answers", () => {
  test(covers("throttle"), async () => {
    await inject({ kind: "throttle", count: 1 });
    await inject({ kind: "throttle", code: "Throttling.Api", status: 429, retryAfterMs: 250, after: 1 });
    const plain = await purge();
    expect([plain.status, plain.body["Code"], plain.headers["x-acs-retry-after"]]).toEqual([
      400,
      "TooManyRequests",
      undefined,
    ]);
    const hinted = await purge();
    expect([hinted.status, hinted.body["Code"], hinted.headers["x-acs-retry-after"]]).toEqual([
      429,
      "Throttling.Api",
      "250",
    ]);
  });

  test(covers("error"), async () => {
    await inject({ kind: "error", code: "Made.Up", status: 418, message: "A teapot." });
    const { status, body } = await purge();
    expect([status, body["Code"], body["Message"]]).toEqual([418, "Made.Up", "A teapot."]);
  });

  test(covers("quotaExhausted"), async () => {
    await inject({ kind: "quotaExhausted" });
    expect((await purge()).body["Code"]).toBe("QuotaExceeded");
    await emulator.control.faults.add({ kind: "quotaExhausted", service: "teo" });
    const { response } = await tencent(emulator.endpoint, "CreatePurgeTask", { ZoneId, Type: "purge_all" });
    expect(response.Error?.Code).toBe("LimitExceeded.DailyQuota");
  });

  test(covers("permissionDenied"), async () => {
    await inject({ kind: "permissionDenied" });
    const { status, body } = await purge();
    expect([status, body["Code"]]).toEqual([403, "NoPermission"]);
    expect(body["AccessDeniedDetail"]).toMatchObject({ AuthAction: "esa:PurgeCaches" });
  });

  test(covers("lockFailed"), async () => {
    await emulator.control.faults.add({ kind: "lockFailed", action: "UpdateCacheTag", count: 2 });
    const update = async (): Promise<unknown> =>
      (await alibaba(emulator.endpoint, "esa", "UpdateCacheTag", { SiteId: SITE, TagName: "x" })).body["Code"];
    expect([await update(), await update(), await update()]).toEqual(["LockFailed", "LockFailed", undefined]);
  });
});

describe("tasks", () => {
  test(covers("failTarget"), async () => {
    await inject({ kind: "failTarget", target: "/bad" });
    const [good, bad] = ["http://www.example.com/good", "http://www.example.com/bad"];
    for (const url of [good, bad]) {
      await emulator.control.origin.publish({ host: "www.example.com", path: new URL(url).pathname, body: "x" });
      await emulator.control.visit(url);
    }
    await purge(good, bad);
    await emulator.control.clock.advance(2000);
    expect((await rows()).map(({ Content, Status, Description }) => [Content, Status, Description])).toEqual([
      [good, "Complete", undefined],
      [bad, "Failed", "Internal Error"],
    ]);
    // what failed is still in the cache
    expect((await emulator.control.visit(good)).cache).toBe("MISS");
    expect((await emulator.control.visit(bad)).cache).toBe("HIT");
  });

  test("failTarget in EdgeOne: rows with and without FailType, other final states, and FailedList", async () => {
    const fail = (target: string, more: object): Promise<string> =>
      emulator.control.faults.add({ kind: "failTarget", service: "teo", target, ...more });
    await fail("/null", { failType: null });
    await fail("/quota", { failType: "quotaExceeded", reason: "No quota left." });
    await fail("/timeout", { status: "timeout" });
    await fail("/listed", { as: "failedList", reason: "target denied" });
    const Targets = ["/null", "/quota", "/timeout", "/listed", "/fine"].map((path) => `http://www.example.net${path}`);
    const { response } = await tencent(emulator.endpoint, "CreatePurgeTask", { ZoneId, Type: "purge_url", Targets });
    expect(response["FailedList"]).toEqual([{ Reason: "target denied", Targets: ["http://www.example.net/listed"] }]);
    await emulator.control.clock.advance(1500);
    const described = await tencent(emulator.endpoint, "DescribePurgeTasks", {
      ZoneId,
      Filters: [{ Name: "job-id", Values: [response["JobId"]] }],
    });
    const shown = described.response["Tasks"] as Record<string, unknown>[];
    expect(shown.map(({ Status, FailType, FailMessage }) => [Status, FailType, FailMessage])).toEqual([
      ["failed", null, "The task failed."],
      ["failed", "quotaExceeded", "No quota left."],
      ["timeout", "taskFailed", "The task failed."],
      ["success", "", ""],
    ]);
  });

  test(covers("nullFailedList"), async () => {
    await emulator.control.faults.add({ kind: "nullFailedList" });
    const { response } = await tencent(emulator.endpoint, "CreatePurgeTask", { ZoneId, Type: "purge_all" });
    expect(response["FailedList"]).toBeNull();
  });

  test(covers("taskStuck"), async () => {
    await inject({ kind: "taskStuck" });
    await purge();
    await emulator.control.clock.advance(2 * 86_400_000);
    expect((await rows()).map(({ Status, Process }) => [Status, Process])).toEqual([["Refreshing", "50%"]]);
  });

  test(covers("numericTaskId"), async () => {
    await inject({ kind: "numericTaskId", count: 1 });
    expect((await purge()).body["TaskId"]).toBeTypeOf("number");
    expect((await purge()).body["TaskId"]).toBeTypeOf("string");
  });
});

test("faults hit by count, after, probability and target", async () => {
  const codes = async (count: number): Promise<unknown[]> => {
    const seen = [];
    for (let index = 0; index < count; index += 1) seen.push((await purge()).body["Code"] ?? "ok");
    return seen;
  };
  await inject({ kind: "error", code: "X", count: 2, after: 1 });
  expect(await codes(4)).toEqual(["ok", "X", "X", "ok"]);
  const [standing] = await emulator.control.faults.list();
  expect(standing).toMatchObject({ id: "fault-1", hits: 2, fault: { kind: "error", code: "X" } });

  await emulator.control.faults.clear();
  await inject({ kind: "error", code: "X", target: "/only" });
  expect([(await purge()).status, (await purge("http://www.example.com/only")).status]).toEqual([200, 400]);

  await emulator.control.faults.clear();
  await emulator.control.settings.limits({ "esa.perSecond": 1000 });
  await inject({ kind: "error", code: "X", probability: 0.5 });
  const hits = (await codes(100)).filter((code) => code === "X").length;
  expect(hits).toBeGreaterThan(25);
  expect(hits).toBeLessThan(75);
});

test("every kind of fault is tried here", () => {
  expect([...covered].sort()).toEqual(faultSchema.options.map((option) => option.shape.kind.value).sort());
});
