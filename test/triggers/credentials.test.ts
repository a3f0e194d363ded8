/** Where credentials come from, and what is said when there are none. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { startEmulator, type Emulator } from "../../emulator/src/index.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import * as teo from "../../provider/src/clouds/tencent/teo/index.ts";
import { ask, contextOf } from "./world.ts";

const siteId = "5407498413000";
let emulator: Emulator;
let home: string;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "credentials-"));
  vi.stubEnv("HOME", home);
  vi.stubEnv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

const site = (config: object) =>
  ask(esa, "edgecache:esa:getSite", contextOf({ esaEndpoint: emulator.configuration.esaEndpoint, ...config }), {
    siteId,
  });
const zones = (config: object) =>
  ask(teo, "edgecache:teo:getZones", contextOf({ teoEndpoint: emulator.configuration.teoEndpoint, ...config }), {});
const { alibabaAccessKeyId, alibabaAccessKeySecret, tencentSecretId, tencentSecretKey } = {
  alibabaAccessKeyId: "LTAI5tEMULATOR",
  alibabaAccessKeySecret: "emulator-secret",
  tencentSecretId: "AKIDEMULATOR",
  tencentSecretKey: "emulator-secret",
};

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
  mkdirSync(path.join(home, ".aliyun"));
  const profile = (name: string) => ({
    name,
    mode: "AK",
    access_key_id: alibabaAccessKeyId,
    access_key_secret: alibabaAccessKeySecret,
  });
  writeFileSync(
    path.join(home, ".aliyun", "config.json"),
    JSON.stringify({ current: "main", profiles: [profile("main"), profile("other")] }),
  );
  expect(await site({ alibabaProfile: "other" })).toMatchObject({ siteId });
  expect(await site({})).toMatchObject({ siteId });
  await expect(site({ alibabaProfile: "nobody" })).rejects.toThrow(
    /profile nobody gave no credentials.*Check alibabaProfile/,
  );
});

test("none at all: which keys and which variables were tried, and nothing was sent", async () => {
  await emulator.control.requests.clear();
  await expect(site({})).rejects.toThrow(
    /no credentials were found\. Tried: .*alibabaAccessKeyId.*ALIBABA_CLOUD_ACCESS_KEY_ID.*ALIBABA_CLOUD_ROLE_ARN.*CREDENTIALS_URI/,
  );
  await expect(site({ alibabaAccessKeyId })).rejects.toThrow(/alibabaAccessKeySecret is not set/);
  await expect(zones({ tencentSecretKey })).rejects.toThrow(/tencentSecretId is not set/);
  expect(await emulator.control.requests.find({})).toEqual([]);
});

test("a chain that failed is asked anew: keys that come later are found by the same plugin", async () => {
  const context = contextOf({ esaEndpoint: emulator.configuration.esaEndpoint });
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
