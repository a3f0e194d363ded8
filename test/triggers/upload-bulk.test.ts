/** `bulk: "auto"`: a purge goes by calls or by a file, by whichever takes less. */
import { describe, expect, test } from "vitest";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import { cheaperVia } from "../../provider/src/clouds/alibaba/esa/purges.ts";
import { site, urls, useUploads } from "./upload-world.ts";
import { contextOf, resourceOf, Stack } from "./world.ts";

const world = useUploads();

describe('PurgeTrigger with bulk: "auto"', () => {
  const folders = (count: number, version = "1") => Object.fromEntries(urls(count).map((url) => [`${url}/`, version]));

  test.each([
    ["file", 4000, "call"],
    ["file", 4001, "upload"],
    ["directory", 400, "call"],
    ["directory", 401, "upload"],
    ["ignoreParams", 401, "upload"],
  ] as const)("type %s, %i targets: by files from where that takes fewer calls", (kind, count, via) => {
    expect(cheaperVia(kind, urls(count))).toBe(via);
  });

  test("many hosts need many calls, so files pay off sooner", () => {
    const spread = (hosts: number) => Array.from({ length: hosts }, (_, host) => `https://h${host}.example.com/`);
    expect(cheaperVia("file", spread(40))).toBe("call");
    expect(cheaperVia("file", spread(41))).toBe("upload");
  });

  test("chooses by what there is to send in each run, and only if asked", async () => {
    const { purger, calls, control } = await world("bulk");
    await control.settings.limits({ "esa.purgeMs": 50 });
    const stack = purger();
    const program = { siteId: site, type: "directory", bulk: "auto", force: true };
    const first = { ...program, contents: folders(401) };
    expect(await stack.preview(first)).toContainEqual(expect.stringMatching(/401 directories .*1 call to UploadFile/));
    const ran = await stack.up(first);
    expect(ran).toMatchObject({
      problems: [],
      outputs: {
        status: "complete",
        purgeCount: 1,
        tasks: [{ taskIds: [expect.stringMatching(/^\d+$/)], via: "upload", type: "directory", targetCount: 401 }],
      },
    });
    expect([await calls("UploadFile"), await calls("PurgeCaches")]).toEqual([1, 0]);
    const [submitted] = await control.requests.find({ action: "SubmitUploadTask" });
    expect(submitted?.params).toMatchObject({ Force: "true" });
    // Few changes go by request.
    const some = { ...folders(401), ...folders(2, "2") };
    expect(await stack.up({ ...program, contents: some })).toMatchObject({
      outputs: { tasks: [{ targetCount: 2 }] },
    });
    expect([await calls("UploadFile"), await calls("PurgeCaches")]).toEqual([1, 1]);
    await purger().up({ siteId: site, type: "directory", contents: folders(401) });
    expect([await calls("UploadFile"), await calls("PurgeCaches")]).toEqual([1, 6]);
  });

  test("a task that was not seen to its end is watched on beside new requests", async () => {
    const { purger, calls, control } = await world("bulk-resumed");
    await control.settings.limits({ "esa.purgeMs": 50, "esa.uploadMs": 3000 });
    const stack = purger();
    const program = { siteId: site, type: "directory", bulk: "auto" };
    const early = await stack.up({ ...program, contents: folders(401) }, { timeoutMs: 1500 });
    expect(early.outputs).toMatchObject({ status: "submitted" });
    const later = await stack.up({ ...program, contents: { ...folders(401), ...folders(1, "2") } });
    expect(later).toMatchObject({ problems: [], outputs: { status: "complete", owed: [] } });
    expect([await calls("UploadFile"), await calls("PurgeCaches")]).toEqual([1, 1]);
  });

  test("lines that fail are owed, and the few are sent by request", async () => {
    const { purger, calls, control } = await world("bulk-lines");
    await control.settings.limits({ "esa.purgeMs": 50 });
    const stack = purger();
    const foreign = "https://www.example.org/";
    const program = { siteId: site, type: "directory", bulk: "auto", contents: { ...folders(401), [foreign]: "1" } };
    const ran = await stack.up(program);
    expect(ran.outputs).toMatchObject({ status: "partial", owed: [{ target: foreign, code: "Partial" }] });
    const again = await stack.up(program);
    expect(again.problems.join()).toContain("PurgeCaches: 1 directory not purged");
    expect(await calls("UploadFile")).toBe(1);
  });

  test("what it does not go with", async () => {
    const check = (more: Record<string, string | boolean | string[]>) =>
      new Stack(resourceOf(esa, "edgecache:esa:PurgeTrigger"), contextOf({})).check({
        siteId: site,
        bulk: "auto",
        contentHash: "1",
        ...more,
      });
    expect([
      check({ type: "cachetag", targets: ["a"] }),
      check({ type: "file", targets: urls(1), edgeComputePurge: true }),
    ]).toEqual([
      ["bulk does not apply to type cachetag, which no upload can carry"],
      ["bulk cannot be used together with edgeComputePurge: uploads do not know it"],
    ]);
  });
});
