/** Answers that the vendors' pages allow, or do not rule out, and that are nobody's success: rewritten on their way from the emulator. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import type { Module } from "../../provider/src/engine/define/resource.ts";
import * as cdn from "../../provider/src/clouds/alibaba/cdn/index.ts";
import * as dcdn from "../../provider/src/clouds/alibaba/dcdn/index.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import * as teo from "../../provider/src/clouds/tencent/teo/index.ts";
import { Jumping } from "./jumping.ts";
import { rewriting, type Rewriting } from "./rewriting.ts";
import { siteId, zoneId } from "./tenants.ts";
import { resourceOf, type TestContext } from "./world.ts";

const page = "https://www.example.com/a";
const esaPurge = { siteId, type: "file", targets: [page], contentHash: "1" };
const cdnPurge = { type: "File", targets: ["https://cdn.example.com/a"], contentHash: "1" };
const dcdnPurge = { type: "File", targets: ["https://dcdn.example.com/a"], contentHash: "1" };
const teoPurge = { zoneId, type: "purge_url", targets: ["https://www.example.net/a"], contentHash: "1" };

let ground: Jumping;
let proxy: Rewriting;
let tenants = 0;
beforeAll(async () => {
  ground = await Jumping.start();
  proxy = await rewriting(ground.emulator.endpoint);
  await ground.slowly(async () => {
    const { stack } = await world();
    await stack(esa, "esa:PurgeTrigger").up(esaPurge);
    await stack(teo, "teo:PurgeTrigger").up(teoPurge);
  });
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await ground[Symbol.asyncDispose]();
});

async function world() {
  proxy.rewrite = () => undefined;
  const control = await ground.emulator.control.createTenant(`o${++tenants}`);
  const endpoints = ["esaEndpoint", "cdnEndpoint", "dcdnEndpoint", "teoEndpoint"].map((name) => [name, proxy.origin]);
  const configuration = { ...(await control.configuration()), ...Object.fromEntries(endpoints) };
  const process = () => {
    const context = ground.context(configuration);
    return (module: Module<TestContext>, token: string) =>
      ground.stack(resourceOf(module, `edgecache:${token}`), context);
  };
  const calls = async (action: string) => (await control.requests.find({ action })).length;
  return { control, stack: process(), other: process(), calls };
}

const receipts = z.array(z.looseObject({ taskIds: z.array(z.string()) }));
const idsIn = ({ tasks }: { readonly tasks?: unknown }) => receipts.parse(tasks).flatMap(({ taskIds }) => taskIds);

const row = z.record(z.string(), z.unknown());
const list = z.looseObject({ Tasks: z.array(row) });
const wrapped = z.looseObject({ Response: list });

/** The rows of every answer of this operation, as `change` makes them. */
function rowsOf(
  action: string,
  change: (rows: z.output<typeof row>[]) => z.output<typeof row>[],
  total: (rows: number) => number = (rows) => rows,
) {
  const changed = (answer: z.output<typeof list>) => {
    const rows = change(answer.Tasks);
    return { ...answer, Tasks: rows, TotalCount: total(rows.length) };
  };
  proxy.rewrite = (asked, { body }) => {
    if (asked !== action) return undefined;
    const answer: unknown = JSON.parse(body);
    const inner = wrapped.safeParse(answer);
    const rewritten = inner.success ? { Response: changed(inner.data.Response) } : changed(list.parse(answer));
    return { body: JSON.stringify(rewritten) };
  };
}

/** Every answer of this operation with these fields. */
function fieldsOf(action: string, fields: object): void {
  proxy.rewrite = (asked, { body }) =>
    asked === action ? { body: JSON.stringify({ ...row.parse(JSON.parse(body)), ...fields }) } : undefined;
}

describe("lists", () => {
  test.each([
    ["ESA", esa, "esa:PurgeTrigger", esaPurge, "DescribePurgeTasks", { Complete: "Failed" }],
    ["EdgeOne", teo, "teo:PurgeTrigger", teoPurge, "DescribePurgeTasks", { success: "failed" }],
    ["CDN", cdn, "cdn:PurgeTrigger", cdnPurge, "DescribeRefreshTaskById", { Complete: "Failed" }],
  ] as const)(
    "%s: of two rows of one target, one failed: it is owed",
    async (_name, module, token, program, action, ends) => {
      const { stack } = await world();
      const failed = new Map<unknown, string>(Object.entries(ends));
      rowsOf(action, (rows) =>
        rows.flatMap((each) => {
          const end = failed.get(each["Status"]);
          return end === undefined ? [each] : [{ ...each, Status: end }, each];
        }),
      );
      const ran = stack(module, token).up(program);
      await expect(ran).resolves.toMatchObject({
        outputs: { status: "failed", owed: [{ target: program.targets[0] }] },
      });
    },
  );

  test("EdgeOne: a state that no page lists is no end, and words in another case are the same", async () => {
    const { control, stack } = await world();
    let looks = 0;
    rowsOf("DescribePurgeTasks", (rows) =>
      rows.map((each) => ({ ...each, Status: ++looks < 4 ? "Submitting" : String(each["Status"]).toUpperCase() })),
    );
    const ran = await stack(teo, "teo:PurgeTrigger").up(teoPurge);
    expect(ran).toMatchObject({ problems: [], outputs: { status: "complete", owed: [] } });
    expect(looks).toBeGreaterThanOrEqual(4);
    await control.faults.add({ kind: "failTarget", as: "row", count: 1 });
    const { outputs } = await stack(teo, "teo:PurgeTrigger").up(teoPurge);
    expect(outputs).toMatchObject({ status: "failed", owed: [{ target: teoPurge.targets[0] }] });
  });

  test("CDN: tags whose rows name them one after another are awaited", async () => {
    const { stack } = await world();
    const tags = ["a", "b", "c"];
    let looks = 0;
    rowsOf("DescribeRefreshTaskById", ([first]) =>
      tags
        .slice(0, ++looks < 6 ? 1 : 3)
        .map((tag) => ({ ...first, ObjectPath: tag, Status: tag === "c" ? "Failed" : "Complete" })),
    );
    const program = { type: "CacheTag", domainName: "cdn.example.com", targets: tags, contentHash: "1" };
    const { outputs } = await stack(cdn, "cdn:PurgeTrigger").up(program);
    expect(outputs).toMatchObject({ status: "partial", owed: [{ target: "c" }] });
  });

  test("a cloud that answers the same page whatever is asked for, with a total beyond it, is read to an end", async () => {
    const { stack, calls } = await world();
    const others = (at: number) => ({ TaskId: "7", Content: `${page}-${at}`, Type: "file", Status: "Complete" });
    rowsOf(
      "DescribePurgeTasks",
      (rows) => [...rows, ...Array.from({ length: 49 }, (_, at) => others(at))],
      () => 1e9,
    );
    expect((await stack(esa, "esa:PurgeTrigger").up(esaPurge)).outputs).toMatchObject({ status: "complete" });
    expect(await calls("DescribePurgeTasks")).toBeLessThan(40);
  });

  test("pages without end hold a run no longer than its time", async () => {
    const { stack, calls } = await world();
    let made = 0;
    const other = () => ({ TaskId: String(++made), Content: page, Type: "file", Status: "Complete" });
    rowsOf(
      "DescribePurgeTasks",
      () => Array.from({ length: 50 }, other),
      () => 1e9,
    );
    const ran = await stack(esa, "esa:PurgeTrigger").up(esaPurge, { timeoutMs: 5000 });
    expect(ran.outputs).toMatchObject({ status: "submitted" });
    expect(await calls("DescribePurgeTasks")).toBeLessThan(200);
  });
});

test("ESA: somebody's purge in the second before is not taken for a lost call", async () => {
  const { control, stack, other } = await world();
  await control.settings.limits({ "esa.purgeMs": 50 });
  const clock = ground.clock.of(control);
  const until = (phase: number) => clock.sleep((1000 + phase - (clock.now() % 1000)) % 1000);
  const ran = await ground.clock.during(async () => {
    // Answers late in one second and early in another tell the cloud's clock well.
    for (const phase of [990, 10]) {
      await until(phase);
      await stack(esa, "esa:PurgeTrigger").preview(esaPurge);
    }
    await other(esa, "esa:PurgeTrigger").up(esaPurge);
    await until(0);
    await control.faults.add({ kind: "resetBefore", action: "PurgeCaches", count: 1 });
    return await stack(esa, "esa:PurgeTrigger").up(esaPurge);
  });
  expect(ran.outputs).toMatchObject({ status: "complete" });
  const sent = (await control.requests.find({ action: "PurgeCaches" })).map(({ executed }) => executed);
  expect(sent).toEqual([true, false, true]);
});

test.each(["in the same run", "in a later one"])("ESA: the task of an earlier call, %s: it is owed", async (when) => {
  const { control, stack } = await world();
  await control.settings.limits({ "esa.purgeMs": 2000 });
  const trigger = stack(esa, "esa:PurgeTrigger");
  await trigger.up(esaPurge);
  const [first] = idsIn(trigger.state?.outputs ?? {});
  fieldsOf("PurgeCaches", { TaskId: first });
  const other = when === "in the same run" ? stack(esa, "esa:PurgeTrigger") : trigger;
  const ran = await other.up({ ...esaPurge, failurePolicy: "warn", contentHash: "2" });
  expect(ran.outputs).toMatchObject({ status: "failed", owed: [{ target: page, code: "EarlierTask" }] });
  proxy.rewrite = () => undefined;
  expect((await other.up({ ...esaPurge, contentHash: "2" })).outputs).toMatchObject({ status: "complete" });
});

test.each([
  ["ESA", esa, "esa:PurgeTrigger", esaPurge, "PurgeCaches", "TaskId"],
  ["CDN", cdn, "cdn:PurgeTrigger", cdnPurge, "RefreshObjectCaches", "RefreshTaskId"],
  ["DCDN", dcdn, "dcdn:PurgeTrigger", dcdnPurge, "RefreshDcdnObjectCaches", "RefreshTaskId"],
] as const)(
  "%s: a call that is answered with the task of an earlier one is owed, as often as that comes",
  async (_name, module, token, program, action, field) => {
    const { control, stack, other } = await world();
    await control.settings.limits({ "esa.purgeMs": 2000, "cdn.refreshMs": 2000, "dcdn.refreshMs": 2000 });
    const trigger = stack(module, token);
    await trigger.up(program);
    const first = idsIn(trigger.state?.outputs ?? {});
    fieldsOf(action, { [field]: first.join(",") });
    const next = { ...program, failurePolicy: "warn", contentHash: "2" };
    const later = other(module, token);
    later.state = trigger.state;
    for (const run of ["second", "third"]) {
      const { outputs } = await later.up(next);
      expect({ run, ...outputs }).toMatchObject({ run, owed: [{ target: program.targets[0], code: "EarlierTask" }] });
    }
    proxy.rewrite = () => undefined;
    const { outputs } = await later.up(next);
    expect(outputs).toMatchObject({ status: "complete", owed: [] });
    expect(idsIn(outputs)).not.toEqual(expect.arrayContaining(first));
  },
);

describe("CDN: calls of one second are one task, whose rows are listed as old as they are", () => {
  const [file, tag] = ["https://cdn.example.com/x/", "tagged"];
  const tags = { type: "CacheTag", domainName: "cdn.example.com", contentHash: "1" };

  test.each([
    ["a directory's row", { type: "Directory", targets: [file], contentHash: "1" }, { type: "File", targets: [file] }],
    ["a file's row", { type: "File", targets: [file], contentHash: "1" }, { ...tags, targets: [tag] }],
    [
      "the row of a tag of another trigger's",
      { ...tags, force: true, targets: ["other"] },
      { ...tags, targets: [tag] },
    ],
  ])("%s does not stand for what is listed after it, and fails", async (_name, first, second) => {
    const { control, stack } = await world();
    await control.settings.limits({ "cdn.listingDelayMs": 3000, "cdn.refreshMs": 50 });
    await control.faults.add({
      kind: "failTarget",
      target: second.targets[0] ?? "",
      after: first.type === "Directory" ? 1 : 0,
    });
    const clock = ground.clock.of(control);
    const trigger = () => stack(cdn, "cdn:PurgeTrigger");
    const [before, after] = await ground.clock.during(async () => {
      await clock.sleep(1020 - (clock.now() % 1000));
      const late = clock.sleep(700).then(() => trigger().up({ ...second, contentHash: "1" }));
      return await Promise.all([trigger().up(first), late]);
    });
    expect([before, after].map(({ outputs }) => outputs["status"])).toEqual(["complete", "failed"]);
    expect([before, after].map(({ outputs }) => idsIn(outputs))).toEqual([
      idsIn(before.outputs),
      idsIn(before.outputs),
    ]);
  });
});

describe("refusals with status 200", () => {
  test.each([
    ["esa:CacheTagConfig", "UpdateCacheTag", "LockFailed", { siteId, tagName: "X-Tags" }],
    ["esa:PurgeTrigger", "PurgeCaches", "TooManyRequests", esaPurge],
    ["esa:PurgeTrigger", "DescribePurgeTasks", "TooManyRequests", esaPurge],
  ] as const)("%s: %s answers %s and is asked again", async (token, action, code, program) => {
    const { control, stack } = await world();
    await control.faults.add({ kind: "error", action, code, status: 200, count: 1 });
    expect((await stack(esa, token).up(program)).problems).toEqual([]);
    const asked = await control.requests.find({ action });
    expect(asked.slice(0, 2).map(({ executed }) => executed)).toEqual([false, true]);
  });

  test("what the code says is told, and nothing is looked for", async () => {
    const { control, stack, calls } = await world();
    const code = "InvalidParameter.RecordNotBelongToSite";
    await control.faults.add({ kind: "error", action: "PurgeCaches", code, status: 200 });
    await expect(stack(esa, "esa:PurgeTrigger").up(esaPurge)).rejects.toThrow(`not purged: ${code}: `);
    expect(await calls("DescribePurgeTasks")).toBe(0);
  });

  test.each(["OK", "Success", "200"])("%s is none", async (Code) => {
    const { stack } = await world();
    fieldsOf("PurgeCaches", { Code });
    expect((await stack(esa, "esa:PurgeTrigger").up(esaPurge)).outputs).toMatchObject({ status: "complete" });
  });
});

test.each([
  ["ESA", esa, "esa:PurgeTrigger", esaPurge, "GetPurgeQuota", { Quota: null, Usage: null }],
  ["ESA", esa, "esa:PurgeTrigger", esaPurge, "GetPurgeQuota", { Quota: "", Usage: "" }],
  ["CDN", cdn, "cdn:PurgeTrigger", cdnPurge, "DescribeRefreshQuota", { UrlQuota: "", UrlRemain: "" }],
] as const)(
  "%s: a quota of nothing (%#) is unknown, and no reason to refuse",
  async (_name, module, token, program, action, fields) => {
    const { stack } = await world();
    fieldsOf(action, fields);
    expect(await stack(module, token).preview(program)).toContainEqual(
      expect.stringContaining("info: will purge 1 file"),
    );
  },
);

test("ESA: an upload that is answered without its id is found by its name, and not sent again", async () => {
  const { stack, calls } = await world();
  fieldsOf("UploadFile", { UploadId: "" });
  const ran = await stack(esa, "esa:UploadTask").up(esaPurge);
  expect(ran).toMatchObject({ problems: [], outputs: { status: "complete" } });
  expect(await calls("UploadFile")).toBe(1);
});
