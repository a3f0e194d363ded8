/** Where credentials come from, and what is said when there are none. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import { systemClock } from "../../provider/src/core/clock.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import { esaClient, getSite } from "../../provider/src/clouds/alibaba/esa/client.ts";
import { describeZones, teoClient } from "../../provider/src/clouds/tencent/teo/client.ts";
import { config } from "../../provider/src/config.ts";
import { keys, siteId, useMachine } from "./machine.ts";
import { ask, contextOf } from "./world.ts";

const machine = useMachine();
const { site, zones } = machine;
const { alibabaAccessKeyId, alibabaAccessKeySecret, tencentSecretId, tencentSecretKey } = keys;

test("explicit keys, also temporary ones", async () => {
  expect(await site({ alibabaAccessKeyId, alibabaAccessKeySecret })).toMatchObject({ siteId });
  expect(
    await site({ alibabaAccessKeyId: "STS.EMULATOR", alibabaAccessKeySecret, alibabaSecurityToken: "emulator-token" }),
  ).toMatchObject({ siteId });
  expect(await zones({ tencentSecretId, tencentSecretKey })).toMatchObject({ zones: [{}] });
});

test("the environment", async () => {
  vi.stubEnv("ALIBABA_CLOUD_ACCESS_KEY_ID", alibabaAccessKeyId);
  vi.stubEnv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", alibabaAccessKeySecret);
  vi.stubEnv("TENCENTCLOUD_SECRET_ID", tencentSecretId);
  vi.stubEnv("TENCENTCLOUD_SECRET_KEY", tencentSecretKey);
  expect(await site({})).toMatchObject({ siteId });
  expect(await zones({})).toMatchObject({ zones: [{}] });
});

test("a named profile of the CLI, and the default one", async () => {
  mkdirSync(path.join(machine.home(), ".aliyun"));
  const profile = (name: string) => ({
    name,
    mode: "AK",
    access_key_id: alibabaAccessKeyId,
    access_key_secret: alibabaAccessKeySecret,
  });
  writeFileSync(
    path.join(machine.home(), ".aliyun", "config.json"),
    JSON.stringify({ current: "main", profiles: [profile("main"), profile("other")] }),
  );
  expect(await site({ alibabaProfile: "other" })).toMatchObject({ siteId });
  expect(await site({})).toMatchObject({ siteId });
  await expect(site({ alibabaProfile: "nobody" })).rejects.toThrow(
    /profile nobody gave no credentials.*Check alibabaProfile/,
  );
});

test("none at all: which keys and which variables were tried, and nothing was sent", async () => {
  await machine.emulator().control.requests.clear();
  await expect(site({})).rejects.toThrow(
    /no credentials were found\. Tried: .*alibabaAccessKeyId.*ALIBABA_CLOUD_ACCESS_KEY_ID.*ALIBABA_CLOUD_ROLE_ARN.*CREDENTIALS_URI/,
  );
  await expect(site({ alibabaAccessKeyId })).rejects.toThrow(/alibabaAccessKeySecret is not set/);
  await expect(zones({ tencentSecretKey })).rejects.toThrow(/tencentSecretId is not set/);
  expect(await machine.emulator().control.requests.find({})).toEqual([]);
});

test("a chain that failed is asked anew: keys that come later are found by the same plugin", async () => {
  const context = contextOf({ esaEndpoint: machine.emulator().configuration.esaEndpoint });
  await expect(ask(esa, "edgecache:esa:getSite", context, { siteId })).rejects.toThrow("no credentials were found");
  vi.stubEnv("ALIBABA_CLOUD_ACCESS_KEY_ID", alibabaAccessKeyId);
  vi.stubEnv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", alibabaAccessKeySecret);
  expect(await ask(esa, "edgecache:esa:getSite", context, { siteId })).toMatchObject({ siteId });
});

test("secrets are in no message", async () => {
  const secret = "a-very-secret-secret";
  const wrong = site({ alibabaAccessKeyId, alibabaAccessKeySecret: secret });
  await expect(wrong).rejects.toThrow(/SignatureDoesNotMatch/);
  await expect(wrong).rejects.not.toThrow(secret);
});

describe("a key that no cloud would know is told before anything is sent", () => {
  test.each([
    ["a line break at its end", `${alibabaAccessKeySecret}\n`],
    ["a line break at its end", `${alibabaAccessKeySecret}\r\n`],
    ["a blank at its end", `${alibabaAccessKeySecret} `],
    ["a blank at its start", ` ${alibabaAccessKeySecret}`],
    ["a blank inside", "emulator secret"],
    ["a character that no key has at its start", `\u200b${alibabaAccessKeySecret}`],
  ])("%s", async (flaw, key) => {
    await machine.emulator().control.requests.clear();
    vi.stubEnv("ALIBABA_CLOUD_ACCESS_KEY_ID", alibabaAccessKeyId);
    vi.stubEnv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", key);
    await expect(site({})).rejects.toThrow(
      `ESA GetSite failed: MalformedKey: the environment variable ALIBABA_CLOUD_ACCESS_KEY_SECRET has ${flaw}. Give the key alone.`,
    );
    vi.stubEnv("TENCENTCLOUD_SECRET_ID", key);
    vi.stubEnv("TENCENTCLOUD_SECRET_KEY", tencentSecretKey);
    await expect(zones({})).rejects.toThrow(
      `EdgeOne DescribeZones failed: MalformedKey: the environment variable TENCENTCLOUD_SECRET_ID has ${flaw}. Give the key alone.`,
    );
    expect(await machine.emulator().control.requests.find({})).toEqual([]);
  });

  test("in the provider's configuration: CheckConfig names the property, and not the key", async () => {
    const given = {
      alibabaAccessKeyId: "LTAI5t\n",
      alibabaAccessKeySecret: "hush hush",
      alibabaSecurityToken: "\thush",
      tencentSecretId: "AKID\u00a0",
      tencentSecretKey: "hush\r\n",
      tencentToken: " hush",
    };
    const configuration = await config();
    const { failures } = configuration.check(given);
    expect(failures.map(({ path: at }) => at.join("."))).toEqual(Object.keys(given));
    const reasons = failures.map(({ reason }) => reason).join("\n");
    expect(reasons).toContain("has a line break at its end; give the key alone");
    expect(reasons).not.toMatch(/hush|LTAI5t|AKID/);
    expect(
      configuration.check({ alibabaAccessKeyId, alibabaAccessKeySecret, tencentSecretId, tencentSecretKey }).failures,
    ).toEqual([]);
  });

  test.each([
    [{ alibabaAccessKeyId: "hush", alibabaAccessKeySecret: "LTAI5tHUSH" }, "alibabaAccessKeySecret", /id and secret/],
    [{ tencentSecretId: "hush", tencentSecretKey: "AKIDHUSH" }, "tencentSecretKey", /id and secret/],
    [{ alibabaAccessKeyId: "AKIDHUSH", alibabaAccessKeySecret: "hush" }, "alibabaAccessKeyId", /two clouds/],
    [{ tencentSecretId: "LTAI5tHUSH", tencentSecretKey: "hush" }, "tencentSecretId", /two clouds/],
  ])("keys that were swapped: %j", async (given, property, advice) => {
    const { failures } = (await config()).check(given);
    expect(failures.map(({ path: at }) => at.join("."))).toEqual([property]);
    expect(failures[0]?.reason).toMatch(advice);
    expect(failures[0]?.reason).not.toMatch(/hush/i);
  });
});

test.each(["TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"])(
  "temporary keys with their token in %s",
  async (variable) => {
    vi.stubEnv("TENCENTCLOUD_SECRET_ID", "AKIDTMPEMULATOR");
    vi.stubEnv("TENCENTCLOUD_SECRET_KEY", tencentSecretKey);
    await expect(zones({})).rejects.toThrow(/AuthFailure/);
    vi.stubEnv(variable, "emulator-token");
    expect(await zones({})).toMatchObject({ zones: [{}] });
  },
);

test("keys and tokens from anywhere are hidden before anything is sent with them", async () => {
  vi.stubEnv("ALIBABA_CLOUD_ACCESS_KEY_ID", "STS.EMULATOR");
  vi.stubEnv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", alibabaAccessKeySecret);
  vi.stubEnv("ALIBABA_CLOUD_SECURITY_TOKEN", "emulator-token");
  vi.stubEnv("TENCENTCLOUD_SECRET_ID", "AKIDTMPEMULATOR");
  vi.stubEnv("TENCENTCLOUD_SECRET_KEY", tencentSecretKey);
  vi.stubEnv("TENCENTCLOUD_TOKEN", "emulator-token");
  const { esaEndpoint, teoEndpoint } = machine.emulator().configuration;
  const context = contextOf({ esaEndpoint, teoEndpoint }, systemClock, process.env);
  const hidden = new Set<string>();
  const call = {
    signal: new AbortController().signal,
    deadline: systemClock.monotonic() + 10_000,
    log: { debug() {}, info() {}, warn() {}, status() {} },
    hide: (texts: Iterable<string>) => [...texts].forEach((text) => hidden.add(text)),
  };
  await getSite(esaClient(context), siteId, call);
  expect([...hidden]).toEqual(["emulator-secret", "emulator-token"]);
  hidden.clear();
  await describeZones(teoClient(context), undefined, call);
  expect([...hidden]).toEqual(["emulator-secret", "emulator-token"]);
});
