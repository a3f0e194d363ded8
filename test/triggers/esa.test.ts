/** ESA's resources against the emulator: what the cloud received, and what a visitor sees. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import { Jumping } from "./jumping.ts";
import { resourceOf } from "./world.ts";

const site = "5407498413000";
let ground: Jumping;
beforeAll(async () => {
  ground = await Jumping.start();
  await ground.slowly(async () => (await tenant("first")).config().import(site));
});
afterAll(() => ground[Symbol.asyncDispose]());

async function tenant(name: string) {
  const control = await ground.emulator.control.createTenant(name);
  const context = ground.context(await control.configuration());
  await control.settings.limits({ "esa.purgeMs": 100 });
  const calls = async (action: string) =>
    (await control.requests.find({ action })).filter((request) => request.executed).length;
  const trigger = () => ground.stack(resourceOf(esa, "edgecache:esa:PurgeTrigger"), context);
  const config = () => ground.stack(resourceOf(esa, "edgecache:esa:CacheTagConfig"), context);
  return { control, calls, trigger, config };
}

describe("CacheTagConfig", () => {
  test("writes, shows drift, and resets on delete", async () => {
    const { calls, config } = await tenant("config");
    const stack = config();
    await stack.up({ siteId: site, tagName: "Edge-Cache-Tag", caseInsensitive: true });
    expect(stack.state?.id).toBe(`${site}/0`);
    await stack.refresh();
    expect(stack.state?.inputs).toMatchObject({ tagName: "Edge-Cache-Tag", caseInsensitive: "on" });
    const imported = config();
    await imported.import(site);
    expect(imported.state).toMatchObject({ id: `${site}/0`, inputs: { siteVersion: 0, tagName: "Edge-Cache-Tag" } });
    await stack.destroy();
    expect(await calls("UpdateCacheTag")).toBe(2);
    await imported.refresh();
    expect(imported.state?.inputs).toMatchObject({ tagName: "Cache-Tag", caseInsensitive: "off" });
  });
});

describe("PurgeTrigger", () => {
  test("a cache key is the same in whatever order it is written", async () => {
    const { calls, trigger } = await tenant("keys");
    const stack = trigger();
    const [url, headers] = ["https://www.example.com/a", { UserGeo: "CN", UserDeviceType: "mobile" }];
    const turned = Object.fromEntries(Object.entries(headers).toReversed());
    const [one, other] = [
      JSON.stringify({ Url: url, Headers: headers }),
      JSON.stringify({ Headers: turned, Url: url }),
    ];
    const program = { siteId: site, type: "cachekey" };
    await stack.up({ ...program, contents: { [one]: "1" } });
    const again = await stack.up({ ...program, contents: { [other]: "1" } });
    expect(again).toMatchObject({ problems: [], outputs: { status: "complete", purgeCount: 1 } });
    expect(await calls("PurgeCaches")).toBe(1);
    expect(stack.check({ ...program, contents: { [one]: "1", [other]: "2" } })).toEqual([
      expect.stringContaining("is the same as"),
    ]);
  });

  test("a tag purge: create, nothing, change, A to B to A", async () => {
    const { calls, trigger } = await tenant("tags");
    const stack = trigger();
    const program = (contentHash: string) => ({
      siteId: site,
      type: "cachetag",
      targets: ["home", "blog"],
      contentHash,
    });
    expect(await stack.preview(program("a"))).toMatchInlineSnapshot(`
      [
        "info: will purge 2 tags (new trigger: what the edge holds is unknown): 1 call to PurgeCaches, daily quota 30,000 of 30,000 left",
      ]
    `);
    const first = await stack.up(program("a"));
    expect(first).toMatchObject({ problems: [], outputs: { status: "complete", purgeCount: 1, owed: [] } });
    expect(await calls("PurgeCaches")).toBe(1);
    expect(await stack.preview(program("a"))).toMatchInlineSnapshot(`
      [
        "info: nothing to purge: content hash unchanged",
      ]
    `);
    await stack.up(program("a"));
    expect(await calls("PurgeCaches")).toBe(1);
    await stack.up(program("b"));
    const last = await stack.up(program("a"));
    expect(await calls("PurgeCaches")).toBe(3);
    expect(last.outputs).toMatchObject({ status: "complete", purgeCount: 3 });
    await stack.refresh();
    await stack.destroy();
    expect(await calls("PurgeCaches")).toBe(3);
  });

  test("a failed row is owed, and only it is sent again", async () => {
    const { control, calls, trigger } = await tenant("owed");
    const stack = trigger();
    const bad = "https://www.example.com/b";
    const program = { siteId: site, type: "file", targets: ["https://www.example.com/a", bad], contentHash: "1" };
    await control.faults.add({ kind: "failTarget", target: bad, as: "row", reason: "Internal Error", count: 1 });
    const first = await stack.up(program);
    expect(first.outputs).toMatchObject({ status: "partial", owed: [{ target: bad, reason: "Internal Error" }] });
    expect(first.problems).toMatchInlineSnapshot(`
      [
        "ESA PurgeCaches: 1 file not purged: Failed: Internal Error. File: https://www.example.com/b. The next \`pulumi up\` sends what is owed, and nothing else.",
      ]
    `);
    const second = await stack.up(program);
    expect(second.outputs).toMatchObject({ status: "complete", owed: [] });
    const sent = await control.requests.find({ action: "PurgeCaches" });
    expect(sent.map((request) => JSON.parse(String(request.params["Content"])))).toEqual([
      { Files: program.targets },
      { Files: [bad] },
    ]);
    expect(await calls("PurgeCaches")).toBe(2);
  });

  test("an answer that was lost is found in the list and not sent again", async () => {
    const { control, calls, trigger } = await tenant("lost");
    await control.faults.add({ kind: "resetAfter", action: "PurgeCaches", count: 1 });
    const ran = await trigger().up({
      siteId: site,
      type: "file",
      targets: ["https://www.example.com/a"],
      contentHash: "1",
    });
    expect(ran.outputs).toMatchObject({ status: "complete" });
    expect(await calls("PurgeCaches")).toBe(1);
  });

  test("a deadline saves the tasks, and the next run watches them", async () => {
    const { control, calls, trigger } = await tenant("resume");
    const stack = trigger();
    const program = { siteId: site, type: "file", targets: ["https://www.example.com/a"], contentHash: "1" };
    await control.settings.limits({ "esa.purgeMs": 6000 });
    const first = await stack.up(program, { timeoutMs: 2500 });
    expect(first.outputs).toMatchObject({ status: "submitted", owed: [] });
    expect(first.problems).toMatchInlineSnapshot(`
      [
        "ESA: 1 file of 1 not final when this run ended (https://www.example.com/a). The next \`pulumi up\` watches on; nothing is sent again. Raise customTimeouts to wait longer, or set wait: false.",
      ]
    `);
    const second = await stack.up(program, { timeoutMs: 20_000 });
    expect(second).toMatchObject({ problems: [], outputs: { status: "complete", tasks: [{ status: "complete" }] } });
    expect(await calls("PurgeCaches")).toBe(1);
  });
});
