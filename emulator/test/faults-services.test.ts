/** Each fault in each of the four services: what the client gets, and whether the task was made all the same. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, type FaultSeed, startEmulator } from "../src/index.ts";
import { type Answer, alibaba, tencent } from "./clients.ts";

const SiteId = "5407498413000";
const ZoneId = "zone-2o1xvpmq7nn1";
const NOW = "2026-11-22T12:00:00Z";
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ clock: NOW });
});
beforeEach(async () => {
  await emulator.control.clock.freeze(NOW);
  await emulator.control.reset();
});
afterAll(() => emulator.close());

type Rows = Promise<Record<string, unknown>[]>;
interface Service {
  readonly write: string;
  readonly call: () => Promise<Answer>;
  readonly code: (answer: Answer) => unknown;
  readonly rows: () => Rows;
  readonly statuses: { readonly done: string; readonly running: string; readonly failed: string };
  /** Status and code of each fault that answers with an error of the service. */
  readonly errors: Readonly<
    Record<"throttle" | "quotaExhausted" | "permissionDenied" | "lockFailed", [number, string]>
  >;
}

const codeOf = ({ body }: Answer): unknown => body["Code"];
const alibabaStatuses = { done: "Complete", running: "Refreshing", failed: "Failed" };
const refresh = (service: "cdn" | "dcdn", write: string, list: string, wrapper: string): Service => ({
  write,
  call: () => alibaba(emulator.endpoint, service, write, { ObjectPath: `http://${service}.example.com/` }),
  code: codeOf,
  rows: async () => {
    const { body } = await alibaba(emulator.endpoint, service, list);
    return (body["Tasks"] as Record<string, []>)[wrapper] ?? [];
  },
  statuses: alibabaStatuses,
  errors: {
    throttle: service === "cdn" ? [503, "Throttling"] : [429, "TooManyRequests"],
    quotaExhausted: [400, "QuotaExceeded.Refresh"],
    permissionDenied: [403, "NoPermission"],
    lockFailed: [403, "ServiceBusy"],
  },
});

const services: Record<string, Service> = {
  esa: {
    write: "PurgeCaches",
    call: () =>
      alibaba(emulator.endpoint, "esa", "PurgeCaches", {
        SiteId,
        Type: "file",
        Content: '{"Files":["http://www.example.com/"]}',
      }),
    code: codeOf,
    rows: async () => (await alibaba(emulator.endpoint, "esa", "DescribePurgeTasks", { SiteId })).body["Tasks"] as [],
    statuses: alibabaStatuses,
    errors: {
      throttle: [400, "TooManyRequests"],
      quotaExhausted: [400, "QuotaExceeded"],
      permissionDenied: [403, "NoPermission"],
      lockFailed: [400, "LockFailed"],
    },
  },
  cdn: refresh("cdn", "RefreshObjectCaches", "DescribeRefreshTasks", "CDNTask"),
  dcdn: refresh("dcdn", "RefreshDcdnObjectCaches", "DescribeDcdnRefreshTasks", "Task"),
  teo: {
    write: "CreatePurgeTask",
    call: () =>
      tencent(emulator.endpoint, "CreatePurgeTask", {
        ZoneId,
        Type: "purge_url",
        Targets: ["http://www.example.net/"],
      }),
    code: ({ body }) => (body["Response"] as { Error?: { Code: string } } | undefined)?.Error?.Code,
    rows: async () => {
      const range = { StartTime: "2026-11-22T00:00:00Z", EndTime: "2026-11-23T00:00:00Z" };
      return (await tencent(emulator.endpoint, "DescribePurgeTasks", { ZoneId, ...range })).response["Tasks"] as [];
    },
    statuses: { done: "success", running: "processing", failed: "failed" },
    errors: {
      throttle: [200, "RequestLimitExceeded"],
      quotaExhausted: [200, "LimitExceeded.DailyQuota"],
      permissionDenied: [200, "UnauthorizedOperation.CamUnauthorized"],
      lockFailed: [200, "InvalidParameter.ActionInProgress"],
    },
  },
};

describe.each(Object.entries(services))("%s", (name, { write, call, code, rows, statuses, errors }) => {
  const inject = (fault: FaultSeed): Promise<string> =>
    emulator.control.faults.add({ action: write, count: 1, ...fault });
  const after = async (ms: number): Promise<unknown[]> => {
    await emulator.control.clock.advance(ms);
    return (await rows()).map(({ Status }) => Status);
  };

  test.each([
    ["badGateway", 502, /502 Bad Gateway/],
    ["emptyError", 500, /^$/],
  ] as const)("%s: nothing ran", async (kind, expected, body) => {
    await inject({ kind });
    const { status, text } = await call();
    expect(status).toBe(expected);
    expect(text).toMatch(body);
    expect(await rows()).toEqual([]);
    expect((await call()).status).toBe(200);
  });

  test.each([
    ["resetBefore", 0],
    ["resetAfter", 1],
  ] as const)("%s leaves %i tasks", async (kind, count) => {
    await inject({ kind });
    await expect(call()).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await rows()).toHaveLength(count);
  });

  test("slow and truncatedJson: the task is there", async () => {
    await inject({ kind: "slow", delayMs: 30 });
    const started = performance.now();
    expect((await call()).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThanOrEqual(29);
    await inject({ kind: "truncatedJson" });
    const { status, body } = await call();
    expect([status, body]).toEqual([200, {}]);
    expect(await rows()).toHaveLength(2);
  });

  test.each(["throttle", "quotaExhausted", "permissionDenied", "lockFailed"] as const)("%s", async (kind) => {
    await inject(kind === "throttle" ? { kind, retryAfterMs: 250 } : { kind });
    const answer = await call();
    expect([answer.status, code(answer)]).toEqual(errors[kind]);
    expect(answer.headers["x-acs-retry-after"]).toBe(kind === "throttle" && name !== "teo" ? "250" : undefined);
    expect(await rows()).toEqual([]);
  });

  test("error: any code", async () => {
    await inject({ kind: "error", code: "Made.Up", message: "Why not." });
    const answer = await call();
    expect([answer.status, code(answer)]).toEqual([name === "teo" ? 200 : 400, "Made.Up"]);
    expect(answer.text).toContain("Why not.");
  });

  test("failTarget, taskStuck", async () => {
    await inject({ kind: "failTarget", reason: "No luck." });
    await call();
    expect(await after(5000)).toEqual([statuses.failed]);
    expect(Object.values((await rows())[0] ?? {})).toContain("No luck.");
    await inject({ kind: "taskStuck" });
    await call();
    expect(await after(3_600_000)).toEqual([statuses.running, statuses.failed]);
    await call();
    expect((await after(5000))[0]).toBe(statuses.done);
  });
});
