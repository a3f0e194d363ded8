/** ESA's upload tasks: files in, failed lines out, and nothing sent twice. */
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { Asset } from "../../provider/src/engine/wire/values.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import { base, site, textAsset, urls, useUploads } from "./upload-world.ts";
import { ask } from "./world.ts";

describe("UploadTask", () => {
  const world = useUploads();

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

  test("pages of a host that is not ours leave contents: given up with a warning, if lines failed for nothing else", async () => {
    const { stack, control } = await world("retired");
    const [kept = ""] = urls(1);
    const foreign = "https://www.example.org/";
    await stack.up({ ...base, contents: { [kept]: "1", [foreign]: "1" }, onCreate: "skip" });
    await control.faults.add({ kind: "failTarget", as: "row", action: "UploadFile", count: 1 });
    const otherwise = await stack.up({ ...base, contents: { [kept]: "2" } });
    expect(otherwise.outputs).toMatchObject({ status: "failed", ledger: { owed: 2 } });
    const ran = await stack.up({ ...base, contents: { [kept]: "2" } });
    expect(ran).toMatchObject({ problems: [], outputs: { status: "complete", owed: [] } });
    expect(ran.logs.join()).toMatch(/warn: .*No longer owed: https:\/\/www\.example\.org\//);
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

  test("a start whose answer is lost has started it, and is not repeated", async () => {
    const { stack, control, calls } = await world("lost-start", { "esa.uploadStart": "submit" });
    await control.faults.add({ kind: "resetAfter", action: "SubmitUploadTask", count: 1 });
    const ran = await stack.up({ ...base, targets: urls(3), contentHash: "1" });
    expect(ran).toMatchObject({ problems: [], outputs: { status: "complete" } });
    expect(await calls("UploadFile")).toBe(1);
    expect(await calls("SubmitUploadTask")).toBe(1);
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
      sitemap.replaceAll(/<\/url>\s*<url>/g, ""),
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
