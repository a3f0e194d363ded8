/**
 * A whole program by other ways to the same place: endpoints in other spellings, the other site's defaults, keys of the
 * configuration, of a profile and of the environment, the default provider and an explicit one. Nothing is replaced and
 * the clouds hear of nothing; the next change is sent once.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { prefetches, subjects, url, type Sender } from "../reliability/subjects.ts";
import { siteId, useClouds } from "./cloud.ts";
import { Stack, type Program, type Run } from "./stack.ts";

const newCloud = useClouds();
const senders: readonly Sender[] = [...subjects, ...prefetches];

test("no way to the same place replaces anything", async () => {
  const cloud = await newCloud({ seed: { limits: Object.fromEntries(senders.map(({ taskMs }) => [taskMs, 50])) } });
  const pages = senders.map((sender) => new URL(url(sender, "a")));
  await cloud.origin.publish(...pages.map(({ hostname: host, pathname }) => ({ host, path: pathname, body: "1" })));
  await using stack = await Stack.create(cloud, { resources: {} });
  const settings = await cloud.configuration();
  const keys = Object.keys(settings).filter((key) => /Key|Secret|Token/.test(key));
  const places = Object.fromEntries(Object.entries(settings).filter(([key]) => key.endsWith("Endpoint")));
  const spelled = mapped(places, (endpoint) => `${endpoint.toUpperCase()}/`);
  const started = succeeded(await stack.write(program("1")).then(() => stack.up()));
  expect(started).toContain("created");
  const ids = async () => Object.fromEntries((await stack.state()).map(({ urn, id }) => [urn, id]));
  const before = await ids();
  const idle = async (what: string, next: Program, config: Readonly<Record<string, string>>): Promise<void> => {
    await cloud.requests.clear();
    await stack.configure(
      mapped(
        config,
        (value) => value,
        (key) => `edgecache:${key}`,
      ),
    );
    await stack.write(next);
    const output = succeeded(await stack.up());
    expect(output, what).not.toMatch(/replac/);
    expect(await stack.writes(), what).toEqual([]);
    expect(await ids(), what).toEqual(before);
  };
  const sites = { alibabaSite: "international", tencentSite: "international" };
  await idle("endpoints in another spelling, the other sites", program("1"), { ...settings, ...spelled, ...sites });
  await idle("an explicit provider for the vendors' own places, written out", program("1", written), {});
  await idle("an explicit provider", program("1", { ...settings, ...spelled }), {});

  const home = await mkdtemp(path.join(tmpdir(), "edgecache-home-"));
  await using _home = { [Symbol.asyncDispose]: () => rm(home, { recursive: true }) };
  await mkdir(path.join(home, ".aliyun"));
  const profile = {
    name: "edge",
    mode: "AK",
    access_key_id: settings["alibabaAccessKeyId"],
    access_key_secret: settings["alibabaAccessKeySecret"],
  };
  await writeFile(path.join(home, ".aliyun/config.json"), JSON.stringify({ current: "edge", profiles: [profile] }));
  stack.env["HOME"] = home;
  stack.env["TENCENTCLOUD_SECRET_ID"] = settings["tencentSecretId"] ?? "";
  stack.env["TENCENTCLOUD_SECRET_KEY"] = settings["tencentSecretKey"] ?? "";
  const bare = Object.fromEntries(Object.entries(settings).filter(([key]) => !keys.includes(key)));
  await idle("keys of a profile and of the environment", program("1"), { ...bare, alibabaProfile: "edge" });

  await cloud.requests.clear();
  await stack.write(program("2"));
  succeeded(await stack.up());
  const sent = (await stack.writes()).toSorted();
  const each = senders.map(({ submit }) => submit);
  expect(sent).toEqual([...each, "UpdateCacheTag"].toSorted());
});

/** The vendors' own places with their region, port and site, in odd spellings. */
const written = {
  esaEndpoint: "HTTPS://ESA.cn-hangzhou.aliyuncs.com:443/",
  cdnEndpoint: "cdn.aliyuncs.com:443",
  dcdnEndpoint: "https://dcdn.aliyuncs.com",
  teoEndpoint: "https://Teo.TencentCloudAPI.com:443",
  alibabaSite: "china",
  tencentSite: "china",
};

/** One of each; a change of `release` is a change of all. */
function program(release: string, provider?: Readonly<Record<string, string>>): Program {
  const options = provider === undefined ? {} : { options: { provider: "${edge}" } };
  const triggers = senders.map((subject) => {
    const properties = { ...subject.base, targets: [url(subject, "a")], contentHash: release };
    return [subject.name.replaceAll(" ", "-"), { type: subject.type, properties, ...options }] as const;
  });
  const setting = {
    type: "edgecache:esa:CacheTagConfig",
    properties: { siteId, tagName: `Tag-${release}` },
    ...options,
  };
  const edge = provider === undefined ? {} : { edge: { type: "pulumi:providers:edgecache", properties: provider } };
  return { resources: { ...edge, ...Object.fromEntries(triggers), setting } };
}

function mapped(
  map: Readonly<Record<string, string>>,
  of: (value: string) => string,
  named = (key: string): string => key,
): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [named(key), of(value)]));
}

function succeeded({ code, output }: Run): string {
  expect(code, output).toBe(0);
  return output;
}
