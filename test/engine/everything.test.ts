/** One program with every resource and every function, in YAML and in TypeScript: in preview, in `up`, without a change, and gone. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ControlClient } from "edgecache-emulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import schema from "../../provider/schema.json" with { type: "json" };
import { siteId, useClouds } from "./cloud.ts";
import { openInline, pulumi, sdk } from "./inline.ts";
import { Stack, type ProgramResource } from "./stack.ts";

const newCloud = useClouds();
const zoneId = "zone-2o1xvpmq7nn1";
const contentHash = "v1";
const esaUrls = ["http://www.example.com/"];
const teoUrls = ["http://www.example.net/"];
const cdnUrls = ["http://cdn.example.com/"];
const dcdnUrls = ["http://dcdn.example.com/"];
const erUrls = ["http://er.example.com/"];

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "edgecache-site-"));
  await writeFile(path.join(folder, "index.html"), "home");
});
afterAll(() => rm(folder, { recursive: true }));

async function cloudWithPages(): Promise<ControlClient> {
  const fast = ["esa.preloadMs", "esa.uploadMs", "teo.purgeMs", "teo.prefetchMs", "cdn.refreshMs", "dcdn.refreshMs"];
  const cloud = await newCloud({ seed: { limits: Object.fromEntries(fast.map((name) => [name, 200])) } });
  const urls = [...esaUrls, ...teoUrls, ...cdnUrls, ...dcdnUrls].map((url) => new URL(url));
  await cloud.origin.publish(...urls.map(({ host }) => ({ host, path: "/", body: "page" })));
  return cloud;
}

const sum = {
  files: 1,
  keys: ["http://www.example.com/", "http://www.example.com/index.html"],
  header: "Edge-Tag",
  quota: 1,
  statuses: Array<string>(10).fill("complete"),
  purged: "http://www.example.com/",
  prefetched: "http://www.example.com/",
  uploaded: "file",
  site: "example.com",
  sites: siteId,
  cdn: "http://cdn.example.com/",
  dcdn: "http://dcdn.example.com/",
  teoPurged: "http://www.example.net/",
  teoPrefetched: "http://www.example.net/",
  zone: "example.net",
};

/** Whoever adds a resource or function adds it to both programs. */
const all = [...Object.keys(schema.resources), ...Object.keys(schema.functions)];

test("in TypeScript", async () => {
  const cloud = await cloudWithPages();
  const program = async () => {
    const { esa, teo, cdn, dcdn } = sdk;
    const files = sdk.hashFilesOutput({ path: folder, urlPrefix: "http://www.example.com" });
    const tagging = new esa.CacheTagConfig("tagging", { siteId, tagName: "Edge-Tag" });
    const purge = new esa.PurgeTrigger("esa", { siteId, type: "file", contents: files.contents });
    const warm = new esa.PrefetchTrigger("warm", { siteId, targets: esaUrls, contentHash });
    const upload = new esa.UploadTask("upload", { siteId, type: "file", targets: esaUrls, contentHash });
    const teoPurge = new teo.PurgeTrigger("teo", { zoneId, type: "purge_url", targets: teoUrls, contentHash });
    const teoWarm = new teo.PrefetchTrigger("teoWarm", { zoneId, targets: teoUrls, contentHash });
    const cdnPurge = new cdn.PurgeTrigger("cdn", { type: "File", targets: cdnUrls, contentHash });
    const cdnWarm = new cdn.PrefetchTrigger("cdnWarm", { targets: cdnUrls, contentHash });
    const dcdnPurge = new dcdn.PurgeTrigger("dcdn", { type: "File", targets: dcdnUrls, contentHash });
    const dcdnWarm = new dcdn.PrefetchTrigger("dcdnWarm", { targets: dcdnUrls, contentHash });
    const routine = new dcdn.EdgeRoutinePurgeTrigger("er", { type: "File", targets: erUrls, contentHash });
    const triggers = [purge, warm, upload, teoPurge, teoWarm, cdnPurge, cdnWarm, dcdnPurge, dcdnWarm, routine];
    // Known only after the resource; so in the preview these questions have unknown arguments.
    const at = { dependsOn: triggers };
    const named = { siteId: tagging.siteId };
    return {
      files: files.files,
      keys: files.contents.apply((contents) => Object.keys(contents)),
      header: esa.getCacheTagOutput({ siteId: tagging.siteId, siteVersion: tagging.siteVersion }).tagName,
      quota: esa.getPurgeQuotaOutput({ siteId, type: "ignoreParams" }).apply(({ quota }) => Math.sign(quota)),
      statuses: pulumi.all(triggers.map((trigger) => trigger.status)),
      purged: esa.getPurgeTasksOutput({ ...named, content: esaUrls[0] }, at).apply(({ tasks }) => tasks[0]?.content),
      prefetched: esa.getPrefetchTasksOutput(named, at).apply(({ tasks }) => tasks[0]?.content),
      uploaded: esa.getUploadTasksOutput(named, at).apply(({ tasks }) => tasks[0]?.type),
      site: esa.getSiteOutput({ siteId }).siteName,
      sites: esa.getSitesOutput({ siteName: "example.com" }).apply(({ sites }) => sites[0]?.siteId),
      cdn: cdn.getRefreshTasksOutput({ taskId: cdnPurge.tasks[0]?.taskIds[0] }, at).tasks[0]?.objectPath,
      cdnQuota: cdn.getRefreshQuotaOutput({}).url,
      dcdn: dcdn.getRefreshTasksOutput({ taskId: dcdnPurge.tasks[0]?.taskIds[0] }, at).tasks[0]?.objectPath,
      dcdnQuota: dcdn.getRefreshQuotaOutput({}).url,
      teoPurged: teo.getPurgeTasksOutput({ zoneId }, at).apply(({ tasks }) => tasks[0]?.target),
      teoPrefetched: teo.getPrefetchTasksOutput({ zoneId }, at).apply(({ tasks }) => tasks[0]?.target),
      zone: teo.getZonesOutput({ zoneName: "example.net" }).apply(({ zones }) => zones[0]?.zoneName),
      teoQuota: teo.getContentQuotaOutput({ zoneId }).purge,
      secretSite: esa.getSiteOutput({ siteId: pulumi.secret(siteId) }).siteName,
      policy: sdk.getPolicyOutput({ uses: [{ token: "edgecache:esa:PurgeTrigger", siteId, type: "file" }] }).ram,
    };
  };
  const calls = String(program).matchAll(/(\w+)\.(\w+?)(?:Output)?\(/g);
  const used = new Set(
    [...calls].map(([, module, name]) => `edgecache:${module === "sdk" ? "index" : module}:${name}`),
  );
  expect(all.filter((token) => !used.has(token))).toEqual([]);

  await using inline = await openInline(cloud, program);
  const { stack } = inline;
  expect((await stack.preview()).changeSummary).toEqual({ create: 12 });
  const { outputs } = await stack.up();
  expect(Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]))).toMatchObject(sum);
  expect(outputs).toMatchObject({
    secretSite: { value: "example.com", secret: true },
    site: { secret: false },
    cdnQuota: { value: { quota: 10_000 } },
    dcdnQuota: { value: { quota: 10_000 } },
    teoQuota: { value: expect.arrayContaining([expect.objectContaining({ type: "purge_url" })]) },
  });
  expect((await stack.up()).summary.resourceChanges).toEqual({ same: 12 });
});

test("in YAML", async () => {
  const cloud = await cloudWithPages();
  const ask = (token: string, args: object, more: object = {}) => ({
    "fn::invoke": { function: `edgecache:${token}`, arguments: args, ...more },
  });
  const make = (token: string, properties: Readonly<Record<string, unknown>>): ProgramResource => ({
    type: `edgecache:${token}`,
    properties,
  });
  const triggers = {
    esa: make("esa:PurgeTrigger", { siteId, type: "file", contents: "${files.contents}" }),
    warm: make("esa:PrefetchTrigger", { siteId, targets: esaUrls, contentHash }),
    upload: make("esa:UploadTask", { siteId, type: "file", targets: esaUrls, contentHash }),
    teo: make("teo:PurgeTrigger", { zoneId, type: "purge_url", targets: teoUrls, contentHash }),
    teoWarm: make("teo:PrefetchTrigger", { zoneId, targets: teoUrls, contentHash }),
    cdn: make("cdn:PurgeTrigger", { type: "File", targets: cdnUrls, contentHash }),
    cdnWarm: make("cdn:PrefetchTrigger", { targets: cdnUrls, contentHash }),
    dcdn: make("dcdn:PurgeTrigger", { type: "File", targets: dcdnUrls, contentHash }),
    dcdnWarm: make("dcdn:PrefetchTrigger", { targets: dcdnUrls, contentHash }),
    er: make("dcdn:EdgeRoutinePurgeTrigger", { type: "File", targets: erUrls, contentHash }),
  };
  const options = { dependsOn: Object.keys(triggers).map((name) => `\${${name}}`) };
  const at = { options };
  const named = { siteId: "${tagging.siteId}" };
  const program = {
    variables: {
      files: ask("index:hashFiles", { path: folder, urlPrefix: "http://www.example.com" }),
      header: ask("esa:getCacheTag", { ...named, siteVersion: "${tagging.siteVersion}" }),
      quota: ask("esa:getPurgeQuota", { siteId, type: "ignoreParams" }),
      purged: ask("esa:getPurgeTasks", { ...named, content: esaUrls[0] }, at),
      prefetched: ask("esa:getPrefetchTasks", named, at),
      uploaded: ask("esa:getUploadTasks", named, at),
      site: ask("esa:getSite", { siteId }),
      secretSite: ask("esa:getSite", { siteId: { "fn::secret": siteId } }),
      sites: ask("esa:getSites", { siteName: "example.com" }),
      cdnTasks: ask("cdn:getRefreshTasks", { objectPath: cdnUrls[0] }, at),
      cdnQuota: ask("cdn:getRefreshQuota", {}),
      dcdnTasks: ask("dcdn:getRefreshTasks", { objectPath: dcdnUrls[0] }, at),
      dcdnQuota: ask("dcdn:getRefreshQuota", {}),
      teoPurged: ask("teo:getPurgeTasks", { zoneId }, at),
      teoPrefetched: ask("teo:getPrefetchTasks", { zoneId }, at),
      zones: ask("teo:getZones", { zoneName: "example.net" }),
      teoQuota: ask("teo:getContentQuota", { zoneId }),
      policy: ask("index:getPolicy", { uses: [{ token: "edgecache:esa:PurgeTrigger", siteId, type: "file" }] }),
    },
    resources: { tagging: make("esa:CacheTagConfig", { siteId, tagName: "Edge-Tag" }), ...triggers },
    outputs: {
      files: "${files.files}",
      contents: "${files.contents}",
      header: "${header.tagName}",
      quota: "${quota.quota}",
      statuses: Object.keys(triggers).map((name) => `\${${name}.status}`),
      purged: "${purged.tasks}",
      prefetched: "${prefetched.tasks}",
      uploaded: "${uploaded.tasks}",
      site: "${site.siteName}",
      sites: "${sites.sites[0].siteId}",
      cdn: "${cdnTasks.tasks}",
      cdnQuota: "${cdnQuota.url}",
      dcdn: "${dcdnTasks.tasks}",
      dcdnQuota: "${dcdnQuota.url}",
      teoPurged: "${teoPurged.tasks}",
      teoPrefetched: "${teoPrefetched.tasks}",
      zone: "${zones.zones[0].zoneName}",
      teoQuota: "${teoQuota.purge}",
      secretSite: "${secretSite.siteName}",
      policy: "${policy.ram}",
    },
  };
  const used = new Set(JSON.stringify(program).match(/edgecache:[a-z]+:\w+/g));
  expect(all.filter((token) => !used.has(token))).toEqual([]);

  await using stack = await Stack.create(cloud, program);
  const preview = await stack.preview();
  expect(preview, preview.output).toMatchObject({ code: 0, output: expect.stringContaining("+ 12 to create") });
  const up = await stack.up();
  expect(up, up.output).toMatchObject({ code: 0 });
  // YAML may ask before it acts; the second run hears of what the first one did.
  const again = await stack.up();
  expect(again, again.output).toMatchObject({ code: 0, output: expect.stringContaining("12 unchanged") });
  const { output } = await stack.run("stack", "output", "--json");
  const outputs = JSON.parse(output);
  const first = ([task]: Record<string, unknown>[], key: string): unknown => task?.[key];
  // YAML cannot look into a list that is empty in the preview, so lists come out whole.
  const told = {
    ...outputs,
    keys: Object.keys(outputs.contents),
    quota: Math.sign(outputs.quota),
    purged: first(outputs.purged, "content"),
    prefetched: first(outputs.prefetched, "content"),
    uploaded: first(outputs.uploaded, "type"),
    cdn: first(outputs.cdn, "objectPath"),
    dcdn: first(outputs.dcdn, "objectPath"),
    teoPurged: first(outputs.teoPurged, "target"),
    teoPrefetched: first(outputs.teoPrefetched, "target"),
  };
  expect(told).toMatchObject({
    ...sum,
    secretSite: "[secret]",
    cdnQuota: { quota: 10_000 },
    dcdnQuota: { quota: 10_000 },
    teoQuota: expect.arrayContaining([expect.objectContaining({ type: "purge_url" })]),
  });
  expect(await stack.destroy()).toMatchObject({ code: 0 });
});
