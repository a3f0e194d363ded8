/** ESA's upload tasks: files in, failed lines out, and nothing sent twice. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmulator, type Emulator } from "../../emulator/src/index.ts";
import { Asset } from "../../provider/src/engine/values.ts";
import * as esa from "../../provider/src/services/esa/index.ts";
import { ask, contextOf, resourceOf, Stack } from "./world.ts";

const site = "5407498413000";
const base = { siteId: site, type: "file" };
const urls = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `https://www.example.com/${index}`);
const textAsset = (text: string): Asset => new Asset(createHash("sha256").update(text).digest("hex"), { text });

describe.concurrent("UploadTask", () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());

  async function world(name: string, switches: Record<string, string> = {}) {
    const control = await emulator.control.createTenant(name);
    await control.settings.limits({ "esa.uploadMs": 50 });
    await control.settings.switches(switches);
    const context = contextOf(await control.configuration());
    const calls = async (action: string) =>
      (await control.requests.find({ action })).filter((request) => request.executed).length;
    return { control, context, calls, stack: new Stack(resourceOf(esa, "edgecache:esa:UploadTask"), context) };
  }

  test.each(["auto", "submit"])(
    "a file of lines is uploaded once, whether tasks start by themselves or not (%s)",
    async (start) => {
      const { stack, calls, context } = await world(`start-${start}`, {
        "esa.uploadStart": start,
        "esa.uploadResubmit": "refuse",
      });
      const program = { ...base, file: textAsset(urls(1500).join("\n")), uploadTaskName: "moved" };
      expect((await stack.preview(program))[0]).toContain("will purge 1,500 lines");
      const ran = await stack.up(program);
      expect(ran).toMatchObject({
        problems: [],
        outputs: { status: "complete", uploadCount: 1, tasks: [{ targetCount: 1500, status: "complete" }] },
      });
      await stack.up(program);
      expect(await calls("UploadFile")).toBe(1);
      const listed = await ask(esa, "edgecache:esa:getUploadTasks", context, { siteId: site, type: "file" });
      expect(listed).toMatchObject({
        tasks: [{ uploadTaskName: expect.stringMatching(/^moved-/), status: "Complete" }],
      });
    },
  );

  test("lines that fail are owed, and only they are sent again", async () => {
    const { stack, calls } = await world("lines");
    const foreign = "https://www.example.org/";
    const program = { ...base, targets: [...urls(3), foreign], contentHash: "1" };
    const first = await stack.up(program);
    expect(first.outputs).toMatchObject({ status: "partial", owed: [{ target: foreign, code: "Partial" }] });
    const second = await stack.up(program);
    expect(second.outputs).toMatchObject({
      status: "failed",
      owed: [{ target: foreign }],
      tasks: [{ targetCount: 1 }],
    });
    expect(await calls("UploadFile")).toBe(2);
    // What the program gives up is no longer owed.
    const third = await stack.up({ ...program, targets: urls(3) });
    expect(third).toMatchObject({ problems: [], outputs: { status: "complete", owed: [] } });
    expect(await calls("UploadFile")).toBe(2);
  });

  test("contents: what changed and what was removed", async () => {
    const { stack } = await world("contents");
    const [a = "", b = "", c = ""] = urls(3);
    await stack.up({ ...base, contents: { [a]: "1", [b]: "1", [c]: "1" } });
    const ran = await stack.up({ ...base, contents: { [a]: "1", [b]: "2" } });
    expect(ran.outputs).toMatchObject({ status: "complete", tasks: [{ targetCount: 2 }] });
  });

  test("a lost answer is found by its name", async () => {
    const { stack, control, calls } = await world("lost");
    await control.faults.add({ kind: "resetAfter", action: "UploadFile", count: 1 });
    const ran = await stack.up({ ...base, targets: urls(3), contentHash: "1" });
    expect(ran).toMatchObject({ problems: [], outputs: { status: "complete" } });
    expect(await calls("UploadFile")).toBe(1);
  });

  test("more than 10 MB is split", async () => {
    const { stack, calls } = await world("big");
    const long = "x".repeat(980);
    const ran = await stack.up({ ...base, targets: urls(10_600).map((url) => `${url}${long}`), contentHash: "1" });
    expect(await calls("UploadFile")).toBe(2);
    expect(ran.outputs["tasks"]).toHaveLength(2);
  });

  test("a prefetch from a file", async () => {
    const { stack, control, calls } = await world("preload");
    await control.origin.publish({ host: "www.example.com", path: "/0", body: "page" });
    const ran = await stack.up({ ...base, type: "preload", targets: urls(1), contentHash: "1" });
    expect(ran).toMatchObject({ problems: [], outputs: { status: "complete" } });
    expect(await calls("UploadFile")).toBe(1);
  });

  test("what goes with what", async ({ expect }) => {
    const { stack } = await world("check");
    expect(
      [
        stack.check({ ...base, file: textAsset("a"), contentHash: "1" }),
        stack.check({ ...base, file: textAsset("a"), targets: urls(1) }),
        stack.check({ ...base, targets: urls(1), contentHash: "1", force: true }),
        stack.check({ ...base, type: "directory", targets: ["https://www.example.com/a"], contentHash: "1" }),
      ].flat(),
    ).toMatchInlineSnapshot(`
      [
        "file is its own hash: leave out contentHash and content",
        "file cannot be used together with targets: give one of file, url, targets and contents",
        "force does not apply to type file",
        "targets.0 is no directory; did you mean https://www.example.com/a/?",
      ]
    `);
  });
});
