/** The first whole path on the real engine: CacheTagConfig and PurgeTrigger of ESA, seen by visitors of the edge. */
import type { ControlClient } from "edgecache-emulator";
import { expect, test } from "vitest";
import { siteId, useClouds } from "./cloud.ts";
import { Stack, type Program, type ProgramResource } from "./stack.ts";

const newCloud = useClouds();
const home = "http://www.example.com/";
const about = "http://www.example.com/about";

function tagging(properties: Record<string, unknown> = {}): ProgramResource {
  return {
    type: "edgecache:esa:CacheTagConfig",
    properties: { siteId, tagName: "Edge-Cache-Tag", caseInsensitive: "on", ...properties },
  };
}

function purge(contentHash: unknown, properties: Record<string, unknown> = {}): ProgramResource {
  return {
    type: "edgecache:esa:PurgeTrigger",
    properties: { siteId, type: "cachetag", targets: ["release"], contentHash, ...properties },
  };
}

function release(contentHash: string): Program {
  const after = { dependsOn: ["${tagging}"] };
  return { resources: { tagging: tagging(), release: { ...purge(contentHash), options: after } } };
}

async function publish(cloud: ControlClient, body: string): Promise<void> {
  await cloud.origin.publish(
    {
      host: "www.example.com",
      path: "/",
      body: `home ${body}`,
      headers: { "edge-cache-tag": "Release", "cache-control": "max-age=3600" },
    },
    {
      host: "www.example.com",
      path: "/about",
      body: "about",
      headers: { "edge-cache-tag": "static", "cache-control": "max-age=3600" },
    },
  );
}

async function seen(cloud: ControlClient, url: string): Promise<string> {
  const { cache, body } = await cloud.visit(url);
  return `${cache} ${body}`;
}

test("a release is purged by tag exactly when its hash changes, and preview says so before", async () => {
  const cloud = await newCloud();
  await publish(cloud, "v1");
  await using stack = await Stack.create(cloud, release("v1"));

  expect(await stack.up()).toMatchObject({ code: 0 });
  expect(await stack.writes()).toEqual(["UpdateCacheTag", "PurgeCaches"]);
  expect(await stack.resource("release")).toMatchObject({
    outputs: {
      status: "complete",
      purgeCount: 1,
      tasks: [{ type: "cachetag", targetCount: 1, status: "complete", failures: [] }],
      owed: [],
    },
  });

  expect(await seen(cloud, home)).toBe("MISS home v1");
  expect(await seen(cloud, about)).toBe("MISS about");
  await publish(cloud, "v2");
  expect(await seen(cloud, home)).toBe("HIT home v1");

  await cloud.requests.clear();
  await stack.write(release("v2"));
  const preview = await stack.preview();
  expect(preview.code).toBe(0);
  expect(preview.output).toContain(
    "will purge 1 tag (the content hash changed): 1 call to PurgeCaches, daily quota 29,999 of 30,000 left",
  );
  expect(await stack.writes()).toEqual([]);

  expect(await stack.up()).toMatchObject({ code: 0 });
  expect(await stack.writes()).toEqual(["PurgeCaches"]);
  expect(await seen(cloud, home)).toBe("MISS home v2");
  expect(await seen(cloud, about)).toBe("HIT about");

  await cloud.requests.clear();
  const idle = await stack.up();
  expect(idle.output).toContain("3 unchanged");
  expect(await cloud.requests.find()).toEqual([]);

  expect(await stack.destroy()).toMatchObject({ code: 0 });
  expect(await stack.writes()).toEqual(["UpdateCacheTag"]);
  expect(await seen(cloud, home)).toBe("HIT home v2");
});

test("going back to an earlier hash purges again; with hideDiffs the progress has the place of Pulumi's [diff]", async () => {
  await using stack = await Stack.create(await newCloud(), { resources: { release: purge("A") } });
  const lines: string[] = [];
  for (const hash of ["A", "B", "A"]) {
    const hidden = lines.length === 2 ? { options: { hideDiffs: ["contentHash"] } } : {};
    await stack.write({ resources: { release: { ...purge(hash), ...hidden } } });
    const { code, output } = await stack.up();
    expect(code).toBe(0);
    lines.push(/^.* release (?:created|updated) .*$/m.exec(output)?.[0] ?? output);
  }
  expect(lines.map((line) => line.replace(/^.*\) /, ""))).toEqual([
    "purged 1 tag by 1 task: complete",
    "[diff: ~contentHash]; purged 1 tag by 1 task: complete",
    "purged 1 tag by 1 task: complete",
  ]);
  expect(await stack.calls("PurgeCaches")).toHaveLength(3);
  expect((await stack.resource("release")).outputs["purgeCount"]).toBe(3);
});

test("changed options and a new order purge nothing while the hash stays; an added tag is purged alone", async () => {
  const cloud = await newCloud();
  const targets = ["release", "home"];
  await using stack = await Stack.create(cloud, { resources: { release: purge("A", { targets }) } });
  await stack.up();
  await cloud.requests.clear();
  const changed = { targets: targets.toReversed(), wait: false, force: true };
  await stack.write({ resources: { release: purge("A", changed) } });
  expect((await stack.preview()).output).toContain("nothing to purge");
  expect((await stack.up()).output).toContain("1 updated");
  expect(await stack.writes()).toEqual([]);
  await stack.write({ resources: { release: purge("A", { targets: [...targets, "news"] }) } });
  expect((await stack.preview()).output).toContain("will purge 1 of 3 tags (1 added)");
});

test("a hash that is not known yet previews as an open plan", async () => {
  const program: Program = {
    resources: { first: purge("A"), second: purge("${first.lastPurgedAt}", { targets: ["home"] }) },
  };
  await using stack = await Stack.create(await newCloud(), program);
  const preview = await stack.preview();
  expect(preview.code).toBe(0);
  expect(preview.output).toContain("known only during up");
  expect(await stack.writes()).toEqual([]);
  expect(await stack.up()).toMatchObject({ code: 0 });
  expect(await stack.calls("PurgeCaches")).toHaveLength(2);
});

test("refresh shows drift on one field and up mends it", async () => {
  const cloud = await newCloud();
  await using stack = await Stack.create(cloud, { resources: { tagging: tagging() } });
  await stack.up();
  await using other = await Stack.create(cloud, {
    resources: { other: tagging({ caseInsensitive: "off", onDelete: "retain" }) },
  });
  await cloud.clock.advance(1000);
  expect(await other.up()).toMatchObject({ code: 0 });

  const refresh = await stack.refresh();
  expect(refresh.output).toMatch(/~ caseInsensitive: "on" => "off"/);
  expect(refresh.output).not.toMatch(/~ tagName/);
  await cloud.clock.advance(1000);
  await cloud.requests.clear();
  expect((await stack.up()).output).toContain("1 updated");
  expect(await stack.writes()).toEqual(["UpdateCacheTag"]);
});

test("an imported setting previews without changes", async () => {
  const cloud = await newCloud();
  await using before = await Stack.create(cloud, { resources: { tagging: tagging({ onDelete: "retain" }) } });
  await before.up();
  await cloud.requests.clear();
  await using stack = await Stack.create(cloud, { resources: {} });
  const imported = await stack.run(
    "import",
    "edgecache:esa:CacheTagConfig",
    "tagging",
    siteId,
    "--yes",
    "--skip-preview",
    "--protect=false",
  );
  expect(imported).toMatchObject({ code: 0 });
  expect((await stack.resource("tagging")).inputs).toMatchObject({
    siteId,
    tagName: "Edge-Cache-Tag",
    caseInsensitive: "on",
  });
  await stack.write({ resources: { tagging: tagging() } });
  const preview = await stack.run("preview", "--expect-no-changes");
  expect(preview).toMatchObject({ code: 0 });
  expect(await stack.writes()).toEqual([]);
});

test("bad input is refused before anything is sent, with the property's path and a hint", async () => {
  const cloud = await newCloud();
  const targets = ["http://www.example.com/", "www.example.com/about", "http://www.example.com/"];
  const refused: [ProgramResource, string][] = [
    [
      tagging({ tagName: "Cache Tag" }),
      "edgecache:esa:CacheTagConfig resource 'it': property tagName value {Cache Tag} has a problem: must be the name of a response header: letters, digits and - _ . ! # $ % & ' * + ^ ` | ~",
    ],
    [
      tagging({ siteId: "www.example.com" }),
      "edgecache:esa:CacheTagConfig resource 'it': property siteId value {www.example.com} has a problem: must be the site's id: digits only, 19 at most. `getSites` finds it by name",
    ],
    [
      purge("A", { type: "file", targets }),
      "edgecache:esa:PurgeTrigger resource 'it' has a problem: targets[1]: www.example.com/about lacks its scheme; did you mean https://www.example.com/about?",
    ],
    [purge("A", { type: "file", targets }), "targets[2]: http://www.example.com/ is the same as targets[0]"],
  ];
  await using stack = await Stack.create(cloud, { resources: {} });
  for (const [resource, message] of refused) {
    await stack.write({ resources: { it: resource } });
    const preview = await stack.preview();
    expect(preview.code).not.toBe(0);
    expect(preview.output).toContain(message);
  }
  expect(await cloud.requests.find()).toEqual([]);
});

test("wrong credentials and unknown sites fail with the vendor's words and what to do", async () => {
  const cloud = await newCloud();
  await using stack = await Stack.create(
    cloud,
    { resources: { tagging: tagging() } },
    { "edgecache:alibabaAccessKeySecret": "not-the-secret" },
  );
  const refused = await stack.up();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toMatch(
    new RegExp(
      "error: ESA GetCacheTag failed: SignatureDoesNotMatch: Specified signature does not match our calculation\\. " +
        "server StringToSign is \\[ACS3-HMAC-SHA256\\s+[0-9a-f]{64}\\] \\(request id [0-9A-F-]{36}\\)\\. " +
        "The AccessKey secret is wrong, or a proxy changed the request\\.",
    ),
  );
  expect(refused.output).not.toContain("not-the-secret");

  await using elsewhere = await Stack.create(cloud, { resources: { tagging: tagging({ siteId: "1" }) } });
  const unknown = await elsewhere.up();
  expect(unknown.code).not.toBe(0);
  expect(unknown.output).toMatch(
    /error: ESA GetCacheTag failed: SiteNotFound: The website does not exist or does not belong to you \(request id [0-9A-F-]{36}\)\. Check siteId: the site must exist and belong to the account of these credentials\./,
  );
});

test("a cloud that is out of reach delays no preview, and up says what kept the purge", async () => {
  const program: Program = {
    resources: { release: { ...purge("A"), options: { customTimeouts: { create: "6s" } } } },
  };
  await using stack = await Stack.create(await newCloud(), program, { "edgecache:esaEndpoint": "http://127.0.0.1:1" });
  const preview = await stack.preview();
  expect(preview.code).toBe(0);
  expect(preview.output).toMatch(
    /1 call to PurgeCaches, daily quota unknown \((ECONNREFUSED: [^)]+|no answer in time)\)/,
  );
  const up = await stack.up();
  expect(up.code).not.toBe(0);
  expect(up.output).toMatch(/NotSent: time was up before it was sent; what kept it: ECONNREFUSED/);
});
