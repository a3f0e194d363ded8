/** ESA's upload tasks: files in, failed lines out, and nothing sent twice. */
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Asset } from "../../provider/src/engine/wire/values.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import { cheaperVia } from "../../provider/src/clouds/alibaba/esa/purges.ts";
import { Jumping } from "./jumping.ts";
import { ask, contextOf, resourceOf, Stack } from "./world.ts";

const site = "5407498413000";
const base = { siteId: site, type: "file" };
const urls = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `https://www.example.com/${index}`);
const textAsset = (text: string): Asset => new Asset(createHash("sha256").update(text).digest("hex"), { text });

describe("UploadTask", () => {
  let ground: Jumping;
  beforeAll(async () => {
    ground = await Jumping.start();
    await ground.slowly(async () => (await world("first")).stack.up({ ...base, targets: urls(1), contentHash: "1" }));
  });
  afterAll(() => ground[Symbol.asyncDispose]());

  async function world(name: string, switches: Record<string, string> = {}) {
    const control = await ground.emulator.control.createTenant(name);
    await control.settings.limits({ "esa.uploadMs": 50 });
    await control.settings.switches(switches);
    const context = ground.context(await control.configuration());
    const purger = () => ground.stack(resourceOf(esa, "edgecache:esa:PurgeTrigger"), context);
    const calls = async (action: string) =>
      (await control.requests.find({ action })).filter((request) => request.executed).length;
    return {
      control,
      context,
      calls,
      purger,
      stack: ground.stack(resourceOf(esa, "edgecache:esa:UploadTask"), context),
    };
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

  test("the order of the lines, their ends and blank ones send nothing, and the state does not list them", async () => {
    const { stack, calls } = await world("order");
    const program = { ...base, file: textAsset(urls(500).join("\n")) };
    const { problems, outputs } = await stack.up(program);
    expect(problems).toEqual([]);
    expect(JSON.stringify(outputs["ledger"]).length).toBeLessThan(200);
    const reordered = textAsset(`${urls(500).toReversed().join("\r\n\r\n")}\r\n`);
    expect((await stack.up({ ...program, file: reordered })).outputs).toMatchObject({ uploadCount: 1 });
    expect(await calls("UploadFile")).toBe(1);
    await stack.up({ ...program, file: textAsset(urls(501).join("\n")) });
    expect(await calls("UploadFile")).toBe(2);
  });

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

  test("a lost answer is found by its name though the list is some seconds late", async () => {
    const { stack, control, calls } = await world("lost-late");
    await control.settings.limits({ "esa.listingDelayMs": 4000 });
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

  test.each(["directory", "ignoreParams"])("a purge of type %s: a visitor gets the new page", async (type) => {
    const { stack, control, calls } = await world(`type-${type}`);
    const page = (body: string) => ({ host: "www.example.com", path: "/0?a=1", body });
    await control.origin.publish(page("v1"));
    const seen = async () => (await control.visit("http://www.example.com/0?a=1")).body;
    expect(await seen()).toBe("v1");
    await control.origin.publish(page("v2"));
    expect(await seen()).toBe("v1");
    const target = type === "directory" ? "http://www.example.com/" : "http://www.example.com/0";
    const ran = await stack.up({ ...base, type, targets: [target], contentHash: "1" });
    expect(ran).toMatchObject({ problems: [], outputs: { status: "complete" } });
    expect(await seen()).toBe("v2");
    expect([await calls("UploadFile"), await calls("PurgeCaches")]).toEqual([1, 0]);
  });

  test("a file that lies elsewhere, by its pre-signed URL: fires with the hash, and seen by visitors", async () => {
    const { stack, control, calls } = await world("url");
    const page = (body: string) => ({ host: "www.example.com", path: "/0", body });
    const visit = async () => (await control.visit("http://www.example.com/0")).body;
    await control.origin.publish(page("v1"));
    await visit();
    await control.origin.publish(page("v2"));
    const url = await control.storage.put("lists/1.txt", `${urls(3).join("\n")}\n`);
    const program = { ...base, url, contentHash: "1" };
    expect(await stack.preview(program)).toContainEqual(
      expect.stringContaining(
        "info: will purge everything (new trigger: what the edge holds is unknown): 1 call to UploadFile",
      ),
    );
    const ran = await stack.up(program);
    expect(ran).toMatchObject({ problems: [], outputs: { status: "complete", owed: [] } });
    expect(await visit()).toBe("v2");
    await stack.up(program);
    expect(await calls("UploadFile")).toBe(1);
    const sent = await control.requests.find({ action: "UploadFile" });
    expect(sent[0]?.params).toMatchObject({ Url: url, Type: "file" });
    expect(await calls("AuthorizeFileUpload")).toBe(0);
    // Its failed lines are no targets of the program's, but they are named.
    const mixed = await control.storage.put("lists/2.txt", "https://www.example.com/1\nhttps://www.example.org/\n");
    const partly = await stack.up({ ...base, url: mixed, contentHash: "2" });
    expect(partly.outputs).toMatchObject({ owed: [{ target: "all", code: "Partial" }] });
    expect(partly.problems.join()).toContain("Failed lines: https://www.example.org/");
  });

  test("a list of failed lines that cannot be fetched is asked for again", async () => {
    const { stack, control, calls } = await world("failfile");
    await control.faults.add({
      kind: "error",
      action: "GetFailFile",
      code: "InternalException",
      status: 400,
      count: 1,
    });
    const ran = await stack.up({ ...base, targets: [...urls(2), "https://www.example.org/"], contentHash: "1" });
    expect(ran.outputs).toMatchObject({ status: "partial", owed: [{ target: "https://www.example.org/" }] });
    expect(await calls("UploadFile")).toBe(1);
  });

  describe('PurgeTrigger with bulk: "auto"', () => {
    const folders = (count: number, version = "1") =>
      Object.fromEntries(urls(count).map((url) => [`${url}/`, version]));

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
      expect(await stack.preview(first)).toContainEqual(
        expect.stringMatching(/401 directories .*1 call to UploadFile/),
      );
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

  test("a file's lines are looked at before anything is sent", async () => {
    const { stack, control } = await world("bad-line");
    const program = { ...base, file: textAsset(`${urls(1).join()}\n\nwww.example.com/a\n`) };
    await expect(stack.preview(program)).rejects.toThrow(
      "file, line 3: www.example.com/a lacks its scheme; did you mean https://www.example.com/a?",
    );
    await expect(stack.up({ ...base, file: textAsset("\n") })).rejects.toThrow("file: lists no targets");
    expect(await control.requests.find({ action: "UploadFile" })).toEqual([]);
  });

  test("a file is read as editors and builds write it", async () => {
    const { stack, control } = await world("written");
    const lines = urls(3);
    const text = `# what moved\r\n${lines.join("\r\n\r\n")}\r\n  \r\n#end`;
    const folder = await mkdtemp(path.join(tmpdir(), "edgecache-lists-"));
    const file = async (bytes: Buffer | string): Promise<Asset> => {
      const name = path.join(folder, "list.txt");
      await writeFile(name, bytes);
      return new Asset(createHash("sha256").update(bytes).digest("hex"), { path: name });
    };
    const entry = (url: string): string =>
      `<url><loc>${url}</loc><image:image><image:loc>${url}.jpg</image:loc></image:image></url>`;
    const sitemap = `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
      xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">${lines.map(entry).join("")}</urlset>`;
    await stack.up({ ...base, file: textAsset(lines.join("\n")) });
    for (const bytes of [
      text,
      `\uFEFF${text}`,
      Buffer.from(`\uFEFF${text}`, "utf16le"),
      Buffer.from(text, "utf16le"),
      Buffer.from(`\uFEFF${text}`, "utf16le").swap16(),
      text.replaceAll("\r\n", "\r"),
      sitemap,
    ]) {
      expect((await stack.up({ ...base, file: await file(bytes) })).problems).toEqual([]);
    }
    expect(await control.requests.find({ action: "UploadFile" })).toHaveLength(1);
    const refusal = async (given: Asset): Promise<unknown> => stack.preview({ ...base, file: given }).catch(String);
    const elsewhere = (name: string): Asset => new Asset("0".repeat(64), { path: path.join(folder, name) });
    const index = sitemap.replaceAll("urlset", "sitemapindex").replaceAll(/<(\/?)url>/g, "<$1sitemap>");
    expect([
      await refusal(await file(Buffer.from("https://www.example.com/t\u00E4g", "latin1"))),
      await refusal(await file(Buffer.from([0x1f, 0x8b, 8, 0]))),
      await refusal(await file(index)),
      await refusal(await file("<urlset><url></urlset>")),
      await refusal(elsewhere("none.txt")),
      await refusal(elsewhere(".")),
    ]).toEqual([
      `Refusal: file: ${folder}/list.txt is no UTF-8 text (byte 0xE4 in line 1); is it Latin-1 or another encoding? Save it as UTF-8.`,
      `Refusal: file: ${folder}/list.txt is compressed (gzip); give it unpacked.`,
      "Refusal: file: is an index of sitemaps; give the sitemaps themselves, such as https://www.example.com/0.",
      expect.stringContaining("Refusal: file: begins with < and is no XML: Unexpected close tag"),
      `Refusal: file: ${folder}/none.txt does not exist.`,
      `Refusal: file: ${folder} is a folder; give a file.`,
    ]);
    await rm(folder, { recursive: true });
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
