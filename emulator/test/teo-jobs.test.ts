/** EdgeOne's jobs: several zones, filters, purge_all. */
import { describe, expect, test } from "vitest";
import { tencent } from "./clients.ts";
import { useSuite } from "./conformance/suite.ts";
import { suite } from "./conformance/teo.ts";

const ZoneId = "zone-1";
const range = { StartTime: "2026-11-22T00:00:00Z", EndTime: "2026-11-22T13:00:00Z" };
const bench = useSuite(suite);

describe("EdgeOne", () => {
  const tasks = async (more: object): Promise<Record<string, unknown>[]> =>
    (await tencent(bench.emulator.endpoint, "DescribePurgeTasks", { ZoneId, ...range, ...more })).response[
      "Tasks"
    ] as [];

  test("takes targets of several zones under one job with the zone *", async () => {
    const Targets = ["http://x.a.com/1", "http://b.com/2", "http://c.com/3"];
    const { response } = await tencent(bench.emulator.endpoint, "CreatePurgeTask", {
      ZoneId: "*",
      Type: "purge_url",
      Targets,
    });
    expect(response["FailedList"]).toEqual([{ Reason: "domain not valid", Targets: ["http://c.com/3"] }]);
    const both = await tasks({ ZoneId: "*", Filters: [{ Name: "job-id", Values: [response["JobId"]] }] });
    expect(both.map(({ Target }) => Target)).toEqual(["http://x.a.com/1", "http://b.com/2"]);
    expect(await tasks({})).toHaveLength(1);
  });

  test("finds rows by type, status, domain, and a part of the target", async () => {
    const create = (Type: string, Targets: string[]): Promise<unknown> =>
      tencent(bench.emulator.endpoint, "CreatePurgeTask", { ZoneId, Type, Targets });
    await create("purge_url", ["http://a.com/one", "http://x.a.com/two"]);
    await bench.emulator.control.clock.advance(1500);
    await create("purge_host", ["x.a.com"]);
    const targets = async (Name: string, Values: string[], Fuzzy = false): Promise<unknown[]> =>
      (await tasks({ Filters: [{ Name, Values, Fuzzy }] })).map(({ Target }) => Target);
    expect(await targets("type", ["purge_host"])).toEqual(["x.a.com"]);
    expect(await targets("statuses", ["success", "failed"])).toEqual(["http://a.com/one", "http://x.a.com/two"]);
    expect(await targets("domains", ["x.a.com"])).toEqual(["x.a.com", "http://x.a.com/two"]);
    expect(await targets("target", ["two"], true)).toEqual(["http://x.a.com/two"]);
    expect(await targets("target", ["two"])).toEqual([]);
    expect((await tasks({ Offset: 1, Limit: 1 })).map(({ Target }) => Target)).toEqual(["http://a.com/one"]);
  });

  test("purge_all counts one and has one row", async () => {
    await tencent(bench.emulator.endpoint, "CreatePurgeTask", { ZoneId, Type: "purge_all", Method: "delete" });
    expect(await tasks({})).toMatchObject([{ Target: "", Type: "purge_all", Method: "delete", Status: "processing" }]);
    const { response } = await tencent(bench.emulator.endpoint, "DescribeContentQuota", { ZoneId });
    expect(response["PurgeQuota"]).toContainEqual({ Type: "purge_all", Batch: 1, Daily: 1000, DailyAvailable: 999 });
  });
});
