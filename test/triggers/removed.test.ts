/** Pages that left the program and whose purge was refused: given up where the refusal is about them, and only there. */
import { describe, expect, test } from "vitest";
import * as cdn from "../../provider/src/clouds/alibaba/cdn/index.ts";
import * as teo from "../../provider/src/clouds/tencent/teo/index.ts";
import { useTenants, zoneId } from "./tenants.ts";

describe("a removed page is not given up", () => {
  const world = useTenants();
  const [kept, gone] = ["https://www.example.net/kept", "https://www.example.net/gone"];
  const program = { zoneId, type: "purge_url" };

  test.each([
    "the daily quota of purge_url is exceeded",
    "submitted too frequently, please try again later",
    "internal error",
    "task timeout",
  ])("for a reason in FailedList that may pass: %s", async (reason) => {
    const { control, stack, calls } = await world();
    const trigger = stack(teo, "teo:PurgeTrigger");
    await trigger.up({ ...program, contents: { [kept]: "1", [gone]: "1" } });
    await control.faults.add({ kind: "failTarget", as: "failedList", target: "gone", reason, count: 1 });
    const ran = await trigger.up({ ...program, contents: { [kept]: "2" } });
    expect(ran.outputs).toMatchObject({ status: "partial", owed: [{ target: gone, code: "FailedList", reason }] });
    const next = await trigger.up({ ...program, contents: { [kept]: "2" } });
    expect(next).toMatchObject({ problems: [], outputs: { status: "complete" } });
    expect((await calls("CreatePurgeTask")).at(-1)).toMatchObject({ Targets: [gone] });
  });

  test.each(["FailedOperation", "OperationDenied", "InvalidParameter.TaskNotGenerated"])(
    "for %s, which says nothing of it",
    async (code) => {
      const { control, stack, calls } = await world();
      const trigger = stack(teo, "teo:PurgeTrigger");
      await trigger.up({ ...program, contents: { [kept]: "1", [gone]: "1" } });
      await control.faults.add({ kind: "error", action: "CreatePurgeTask", code, count: 1 });
      const ran = await trigger.up({ ...program, contents: { [kept]: "1" } });
      expect(ran.outputs).toMatchObject({ status: "failed", owed: [{ target: gone, code }] });
      expect((await trigger.up({ ...program, contents: { [kept]: "1" } })).problems).toEqual([]);
      expect((await calls("CreatePurgeTask")).at(-1)).toMatchObject({ Targets: [gone] });
    },
  );

  test("for CDN's IllegalOperation", async () => {
    const { control, stack, calls } = await world();
    const trigger = stack(cdn, "cdn:PurgeTrigger");
    const [page, removed] = ["https://cdn.example.com/kept", "https://cdn.example.com/gone"];
    await trigger.up({ type: "File", contents: { [page]: "1", [removed]: "1" } });
    await control.faults.add({ kind: "error", action: "RefreshObjectCaches", code: "IllegalOperation", count: 1 });
    const ran = await trigger.up({ type: "File", contents: { [page]: "1" } });
    expect(ran.outputs).toMatchObject({ status: "failed", owed: [{ target: removed }] });
    expect((await trigger.up({ type: "File", contents: { [page]: "1" } })).problems).toEqual([]);
    expect((await calls("RefreshObjectCaches")).at(-1)).toMatchObject({ ObjectPath: removed });
  });

  test("and is where the reason is about it", async () => {
    const { control, stack } = await world();
    const trigger = stack(teo, "teo:PurgeTrigger");
    await trigger.up({ ...program, contents: { [kept]: "1", [gone]: "1" } });
    await control.faults.add({ kind: "failTarget", as: "failedList", target: "gone" });
    const ran = await trigger.up({ ...program, contents: { [kept]: "2" } });
    expect(ran).toMatchObject({ problems: [], outputs: { status: "complete", owed: [] } });
    expect(ran.logs.join()).toMatch(/warn: .*No longer owed: https:\/\/www\.example\.net\/gone/);
  });
});
