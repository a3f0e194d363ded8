/** Tasks over time: not listed yet, moving, final, forgotten; per service as its documents say. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../src/index.ts";
import { alibaba, tencent } from "./clients.ts";

const NOW = "2026-11-22T12:00:00Z";
const SiteId = "5407498413000";
const ZoneId = "zone-2o1xvpmq7nn1";
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ clock: NOW, limits: { "dcdn.tasksPerSecond": 1000 } });
});
beforeEach(async () => {
  await emulator.control.clock.freeze(NOW);
  await emulator.control.reset();
});
afterAll(() => emulator.close());

interface Service {
  readonly name: string;
  readonly delay: string;
  readonly create: () => Promise<unknown>;
  readonly rows: () => Promise<Record<string, unknown>[]>;
  readonly running: readonly string[];
  readonly final: string;
  readonly historyMs: number;
}

const day = 86_400_000;
const byId = async (service: "cdn" | "dcdn", create: string, find: string, input: Record<string, string>) => {
  const { body } = await alibaba(emulator.endpoint, service, create, input);
  const id = String(body["RefreshTaskId"] ?? body["PushTaskId"]);
  return async () =>
    (await alibaba(emulator.endpoint, service, find, { TaskId: id })).body["Tasks"] as Record<string, unknown>[];
};
let find: () => Promise<Record<string, unknown>[]>;

const services: Service[] = [
  {
    name: "ESA purge",
    delay: "esa.listingDelayMs",
    create: () =>
      alibaba(emulator.endpoint, "esa", "PurgeCaches", { SiteId, Type: "purgeall", Content: '{"PurgeAll":true}' }),
    rows: async () =>
      (await alibaba(emulator.endpoint, "esa", "DescribePurgeTasks", { SiteId, Type: "purgeall" })).body["Tasks"] as [],
    running: ["Refreshing", "Refreshing"],
    final: "Complete",
    historyMs: 3 * day,
  },
  {
    name: "ESA preload",
    delay: "esa.listingDelayMs",
    create: async () => {
      await emulator.control.origin.publish({ path: "/", body: "x" });
      await alibaba(emulator.endpoint, "esa", "PreloadCaches", { SiteId, Content: '["http://www.example.com/"]' });
    },
    rows: async () => (await alibaba(emulator.endpoint, "esa", "DescribePreloadTasks", { SiteId })).body["Tasks"] as [],
    running: ["Refreshing", "Refreshing"],
    final: "Complete",
    historyMs: 3 * day,
  },
  {
    name: "CDN refresh",
    delay: "cdn.listingDelayMs",
    create: async () => {
      const input = { ObjectPath: "http://cdn.example.com/" };
      find = await byId("cdn", "RefreshObjectCaches", "DescribeRefreshTaskById", input);
    },
    rows: () => find(),
    running: ["Pending", "Refreshing"],
    final: "Complete",
    historyMs: 3 * day,
  },
  {
    name: "DCDN Edge Routine refresh",
    delay: "dcdn.listingDelayMs",
    create: async () => {
      const input = { ObjectPath: "http://er.example.com/", ObjectType: "File" };
      find = await byId("dcdn", "RefreshErObjectCaches", "DescribeDcdnRefreshTaskById", input);
    },
    rows: () => find(),
    running: ["Pending", "Refreshing"],
    final: "Complete",
    historyMs: 3 * day,
  },
  {
    name: "EdgeOne purge",
    delay: "teo.listingDelayMs",
    create: async () => {
      const input = { ZoneId, Type: "purge_host", Targets: ["www.example.net"] };
      const { response } = await tencent(emulator.endpoint, "CreatePurgeTask", input);
      const Filters = [{ Name: "job-id", Values: [response["JobId"]] }];
      find = async () =>
        (await tencent(emulator.endpoint, "DescribePurgeTasks", { ZoneId, Filters })).response["Tasks"] as [];
    },
    rows: () => find(),
    running: ["processing", "processing"],
    final: "success",
    historyMs: 30 * day,
  },
];

describe.each(services)("$name", ({ delay, create, rows, running, final, historyMs }) => {
  const statuses = async (): Promise<unknown[]> => (await rows()).map(({ Status }) => Status);

  test("moves with the clock and is forgotten when the history ends", async () => {
    await create();
    expect(await statuses()).toEqual([running[0]]);
    await emulator.control.clock.advance(1000);
    expect(await statuses()).toEqual([running[1]]);
    await emulator.control.clock.advance(2000);
    expect(await statuses()).toEqual([final]);
    await emulator.control.clock.advance(historyMs - 3000);
    expect(await statuses()).toEqual([final]);
    await emulator.control.clock.advance(1);
    expect(await statuses()).toEqual([]);
  });

  test("may be missing for a moment after it was made", async () => {
    await emulator.control.settings.limits({ [delay]: 500 });
    await create();
    expect(await statuses()).toEqual([]);
    await emulator.control.clock.advance(499);
    expect(await statuses()).toEqual([]);
    await emulator.control.clock.advance(1);
    expect(await statuses()).toEqual([running[1]]);
  });
});

test("only tasks within StartTime and EndTime are listed", async () => {
  const purge = (): Promise<unknown> =>
    alibaba(emulator.endpoint, "esa", "PurgeCaches", {
      SiteId,
      Type: "hostname",
      Content: '{"Hostnames":["www.example.com"]}',
    });
  await purge();
  await emulator.control.clock.advance(3_600_000);
  await purge();
  const listed = async (StartTime: string, EndTime: string): Promise<unknown[]> => {
    const parameters = { SiteId, Type: "hostname", StartTime, EndTime };
    const { body } = await alibaba(emulator.endpoint, "esa", "DescribePurgeTasks", parameters);
    return (body["Tasks"] as Record<string, unknown>[]).map(({ CreateTime }) => CreateTime);
  };
  const [first, second] = ["2026-11-22T12:00:00Z", "2026-11-22T13:00:00Z"];
  expect(await listed("2026-11-22T11:00:00Z", "2026-11-22T14:00:00Z")).toEqual([second, first]);
  expect(await listed("2026-11-22T12:00:00Z", "2026-11-22T12:30:00Z")).toEqual([first]);
  expect(await listed("2026-11-22T12:00:01Z", "2026-11-22T13:00:00Z")).toEqual([second]);
});
