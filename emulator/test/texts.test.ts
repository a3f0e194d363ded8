/** Every text that no document states can be set, and a client then reads what was set. */
import { expect, test } from "vitest";
import { alibaba, tencent } from "./clients.ts";
import { ZoneId, useBench } from "./settings.ts";

const bench = useBench();
const { esa, teo } = bench;
const OTHER = "What the vendor really says.";

/** The texts of no error. */
const elsewhere: Record<string, () => Promise<unknown>> = {
  "esa.text.uploadUnreadable": async () => {
    const { body } = await esa("UploadFile", { Type: "file", UploadTaskName: "x", Url: "https://a.com/none" });
    return (await esa("GetUploadTask", { UploadId: String(body["UploadId"]) })).body["Description"];
  },
  "esa.text.uploadLinesFailed": async () => {
    const Url = await bench.emulator.control.storage.put("lines.txt", "http://www.example.com/\nbad\nworse\n");
    const { body } = await esa("UploadFile", { Type: "file", UploadTaskName: "x", Url });
    return (await esa("GetUploadTask", { UploadId: String(body["UploadId"]) })).body["Description"];
  },
  "teo.text.refusedReason": async () => {
    const Targets = ["http://www.example.net/", "http://elsewhere.org/"];
    const { FailedList } = await teo("CreatePurgeTask", { ZoneId, Type: "purge_url", Targets });
    return (FailedList as { Reason: string }[])[0]?.Reason;
  },
  "teo.text.taskFailed": async () => {
    await bench.emulator.control.faults.add({ kind: "failTarget" });
    return failMessage("CreatePurgeTask", { Type: "purge_url", Targets: ["http://www.example.net/"] });
  },
  "teo.text.originStatus": async () => failMessage("CreatePrefetchTask", { Targets: ["http://www.example.net/"] }),
  "teo.text.originTimeout": async () => {
    await bench.emulator.control.settings.limits({ "edge.originTimeoutMs": 20 });
    await bench.emulator.control.origin.publish({ path: "/late", delayMs: 200 });
    return failMessage("CreatePrefetchTask", { Targets: ["http://www.example.net/late"] });
  },
};

async function failMessage(action: string, input: object): Promise<unknown> {
  const { JobId } = await teo(action, { ZoneId, ...input });
  await bench.emulator.control.clock.advance(5000);
  const Filters = [{ Name: "job-id", Values: [JobId] }];
  const { Tasks } = await teo(action.replace("Create", "Describe").replace(/Task$/, "Tasks"), { ZoneId, Filters });
  return (Tasks as { FailMessage: string }[])[0]?.FailMessage;
}

test.each(Object.entries(elsewhere))("%s", async (name, see) => {
  const { texts } = await bench.emulator.control.settings.get();
  const usual = texts.find((text) => text.name === name)?.value ?? "";
  expect(await see()).toBe(usual.replace("{failed}", "2").replace("{lines}", "3"));
  await bench.emulator.control.reset();
  await bench.emulator.control.settings.texts({ [name]: OTHER });
  expect(await see()).toBe(OTHER);
});

test("the message of every error whose text is our choice", async () => {
  const { texts } = await bench.emulator.control.settings.get();
  const errors = texts.filter(({ name }) => !(name in elsewhere));
  expect(errors.length).toBeGreaterThan(80);
  await bench.emulator.control.settings.limits({ "esa.perSecond": 1e9, "teo.perSecond": 1e9 });
  await bench.emulator.control.settings.limits({ "cdn.quotaPerSecond": 1e9, "dcdn.quotaPerSecond": 1e9 });
  for (const { name, value } of errors) {
    const [, family = "", code = ""] = /^(\w+)\.text\.(.+)$/.exec(name) ?? [];
    await bench.emulator.control.faults.clear();
    await bench.emulator.control.faults.add({ kind: "error", code });
    expect([name, await messageFrom(family)]).toEqual([name, value]);
    await bench.emulator.control.settings.texts({ [name]: `${OTHER} ${name}` });
    expect(await messageFrom(family)).toBe(`${OTHER} ${name}`);
  }
});

test("also of errors that come by themselves, even before a service is found; a fault's own words stay", async () => {
  await bench.emulator.control.settings.texts({
    "tencent.text.UnknownParameter": "No such field.",
    "tencent.text.NoSuchVersion": "No such date.",
    "esa.text.QuotaExceeded": "No more today.",
    "alibaba.text.InvalidSecurityToken.MismatchWithAccessKey": "Not this token.",
  });
  expect((await teo("DescribeZones", { Wait: true })).Error?.Message).toBe("No such field.");
  const { response } = await tencent(bench.emulator.endpoint, "DescribeZones", {}, { version: "1999-01-01" });
  expect(response.Error?.Message).toBe("No such date.");
  await bench.emulator.control.settings.limits({ "esa.quota.enterprise.cachetag": 0 });
  expect((await bench.purgeTags("a")).body["Message"]).toBe("No more today.");
  const options = { key: "STS.EMULATOR", token: "another" };
  const refused = await alibaba(bench.emulator.endpoint, "cdn", "DescribeRefreshQuota", {}, options);
  expect(refused.body["Message"]).toBe("Not this token.");
  await bench.emulator.control.faults.add({ kind: "error", code: "LockFailed", message: "As I say." });
  expect((await esa("GetSite")).body["Message"]).toBe("As I say.");
});

const quotas = { cdn: "DescribeRefreshQuota", dcdn: "DescribeDcdnRefreshQuota" } as const;

async function messageFrom(family: string): Promise<unknown> {
  if (family === "teo" || family === "tencent") return (await teo("DescribeZones", {})).Error?.Message;
  if (family === "cdn" || family === "dcdn") {
    return (await alibaba(bench.emulator.endpoint, family, quotas[family])).body["Message"];
  }
  return (await esa("GetSite")).body["Message"];
}
