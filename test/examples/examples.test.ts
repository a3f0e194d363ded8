/**
 * Every program of examples/, in a copy outside the repository: the real engine, the packed plugin and SDK, the
 * emulator as its cloud, and visitors of the edge. `release-by-tag` in its four languages is in test/packaging.
 */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { ControlClient, LogEntry } from "edgecache-emulator";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { siteId, useClouds } from "../engine/cloud.ts";
import { Project } from "./project.ts";
import { whyNot } from "./toolbox.ts";

const newCloud = useClouds();
const withoutPython = whyNot("python");
if (withoutPython !== undefined) console.warn(`examples: the Python programs were NOT run: ${withoutPython}`);
const ttl = { "cache-control": "max-age=3600" };

describe("static-site", () => {
  test("typescript", () => staticSite("static-site"));
  test.skipIf(withoutPython !== undefined)("python", () => staticSite("static-site-python"));
  test.skipIf(whyNot("go") !== undefined)("go", () => staticSite("static-site-go"));
});

async function staticSite(example: string): Promise<void> {
  const cloud = await newCloud({ seed: { limits: { "esa.preloadMs": 200 } } });
  const host = "www.example.com";
  const urls = ["/", "/about.html", "/docs/"].map((page) => `http://${host}${page}`);
  const publish = (body: string) =>
    cloud.origin.publish(...["/", "/about.html", "/docs/"].map((page) => ({ host, path: page, body, headers: ttl })));
  await publish("v1");
  await using project = await Project.ofExample(example, cloud, { siteId });
  await project.up();
  expect(await project.outputs()).toMatchObject({ purged: "complete", warmed: "complete" });
  for (const url of urls) await cloud.visit(url);

  await publish("v2");
  await writeFile(path.join(project.folder, "site/index.html"), "<p>Home, version 2.</p>\n");
  await cloud.requests.clear();
  expect(await project.preview()).toContain("will purge 2 of 5 files (2 changed): 1 call to PurgeCaches");
  await project.up();
  // Python sends maps in no order of ours.
  const purged = (await calls(cloud, "PurgeCaches")).map((call) => content(call) as { Files: string[] });
  expect(purged.map(({ Files }) => Files.toSorted())).toEqual([[`http://${host}/`, `http://${host}/index.html`]]);
  expect((await calls(cloud, "PreloadCaches")).map(content)).toEqual([[`http://${host}/`]]);
  const seen = await Promise.all(urls.map((url) => cloud.visit(url)));
  // The home page was purged and is warm again; the others were left alone.
  expect(seen.map(({ cache, body }) => `${cache} ${body}`)).toEqual(["HIT v2", "HIT v1", "HIT v1"]);
}

test("two-clouds: what the second cannot purge is owed and does not stop the release", async () => {
  const cloud = await newCloud({ seed: { limits: { "teo.purgeMs": 200 } } });
  const settings = { siteId, zoneId: "zone-2o1xvpmq7nn1", release: "v1" };
  await using project = await Project.ofExample("two-clouds", cloud, settings);
  const owed = "http://www.example.net/app.css";
  await cloud.faults.add({ kind: "failTarget", target: owed, as: "row", reason: "Internal Error", count: 1 });
  expect(await project.up()).toContain(owed);
  expect(await project.outputs()).toEqual({ esa: "complete", edgeone: "partial", owed: [owed] });
  await cloud.requests.clear();
  await project.up();
  expect(await project.outputs()).toEqual({ esa: "complete", edgeone: "complete", owed: [] });
  expect((await calls(cloud, "CreatePurgeTask")).map(({ params }) => params["Targets"])).toEqual([[owed]]);
  expect(await calls(cloud, "PurgeCaches")).toEqual([]);
});

describe("edge-routine", () => {
  test("typescript", () => edgeRoutine("edge-routine"));
  test("yaml", () => edgeRoutine("edge-routine-yaml"));
});

async function edgeRoutine(example: string): Promise<void> {
  const cloud = await newCloud({ seed: { limits: { "dcdn.refreshMs": 200 } } });
  await using project = await Project.ofExample(example, cloud);
  await project.up();
  expect(await project.outputs()).toEqual({ status: "complete", purges: 1 });
  await writeFile(path.join(project.folder, "prices.json"), `{ "apple": 130 }\n`);
  await cloud.clock.advance(1500);
  await cloud.requests.clear();
  expect(await project.preview()).toContain("1 call to RefreshErObjectCaches");
  await project.up();
  expect((await calls(cloud, "RefreshErObjectCaches")).map(({ params }) => params)).toMatchObject([
    { ObjectPath: "http://er.example.com/prices", RoutineId: "shop.prices" },
  ]);
  expect(await project.outputs()).toEqual({ status: "complete", purges: 2 });
}

test.skipIf(withoutPython !== undefined)("upload-task-python: fifty thousand URLs", async () => {
  const cloud = await newCloud({ seed: { limits: { "esa.uploadMs": 200 } } });
  await using project = await Project.ofExample("upload-task-python", cloud, { siteId });
  await project.up();
  expect(await project.outputs()).toEqual({ status: "complete", targets: 50_000 });
  expect(await calls(cloud, "SubmitUploadTask")).toHaveLength(1);
  const state = await project.must("stack", "export");
  expect(state.length).toBeLessThan(20_000);
  await cloud.requests.clear();
  expect(await project.up()).toContain("2 unchanged");
  expect(await cloud.requests.find()).toEqual([]);
});

test("moving-in: pulumi import, and a release is recorded without one write", async () => {
  // What somebody set in the console or by Terraform.
  const tagging = { tagName: "Edge-Cache-Tag", caseInsensitive: "on" } as const;
  const versions = [{ version: 0, ...tagging }];
  const site = { siteId, siteName: "example.com", account: "1234567890123456", records: ["www.example.com"], versions };
  const cloud = await newCloud({
    seed: { limits: { "teo.purgeMs": 200 }, services: { esa: { sites: [site] } } },
  });
  const settings = { siteId, zoneId: "zone-2o1xvpmq7nn1", release: "v1" };
  await using project = await Project.ofExample("moving-in", cloud, settings);

  const token = "edgecache:esa:CacheTagConfig";
  const imported = await project.must("import", token, "tagging", siteId, "--protect=false", "--yes");
  const printed = parse(/^resources:\n(?: .*\n)+/m.exec(imported)?.[0] ?? "");
  expect(printed).toMatchObject({ resources: { tagging: { type: token, properties: { siteId, ...tagging } } } });
  expect(await project.preview("--json")).not.toContain('"update"');
  expect(await project.up()).toMatch(/\+ 2 created\n\s+2 unchanged/);
  expect(await project.outputs()).toEqual({ esa: "skipped", teo: "skipped" });
  const wrote = (await cloud.requests.find()).filter(({ action }) => !/^(Get|Describe|List)/.test(action));
  expect(wrote).toEqual([]);

  await project.configure({ release: "v2" });
  await project.up();
  expect(await project.outputs()).toEqual({ esa: "complete", teo: "complete" });
  expect(await calls(cloud, "PurgeCaches")).toHaveLength(1);
  expect(await calls(cloud, "CreatePurgeTask")).toHaveLength(1);
});

/** The calls of an action that ran, oldest first. */
async function calls(cloud: ControlClient, action: string): Promise<LogEntry[]> {
  return (await cloud.requests.find({ action })).filter(({ executed }) => executed);
}

function content({ params }: LogEntry): unknown {
  return JSON.parse(String(params["Content"]));
}
