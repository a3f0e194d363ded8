/** Where credentials come from, and what is said when there are none. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { startEmulator, type Emulator } from "../../emulator/src/index.ts";
import { systemClock } from "../../provider/src/core/clock.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import * as teo from "../../provider/src/clouds/tencent/teo/index.ts";
import { esaClient, getSite } from "../../provider/src/clouds/alibaba/esa/client.ts";
import { describeZones, teoClient } from "../../provider/src/clouds/tencent/teo/client.ts";
import { config } from "../../provider/src/config.ts";
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
  ask(
    esa,
    "edgecache:esa:getSite",
    contextOf({ esaEndpoint: emulator.configuration.esaEndpoint, ...config }, systemClock, process.env),
    {
      siteId,
    },
  );
const zones = (config: object) =>
  ask(
    teo,
    "edgecache:teo:getZones",
    contextOf({ teoEndpoint: emulator.configuration.teoEndpoint, ...config }, systemClock, process.env),
    {},
  );
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

describe("a key that no cloud would know is told before anything is sent", () => {
  test.each([
    ["a line break at its end", `${alibabaAccessKeySecret}\n`],
    ["a line break at its end", `${alibabaAccessKeySecret}\r\n`],
    ["a blank at its end", `${alibabaAccessKeySecret} `],
    ["a blank at its start", ` ${alibabaAccessKeySecret}`],
    ["a blank inside", "emulator secret"],
    ["a character that no key has at its start", `\u200b${alibabaAccessKeySecret}`],
  ])("%s", async (flaw, key) => {
    await emulator.control.requests.clear();
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
    expect(await emulator.control.requests.find({})).toEqual([]);
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

describe("~/.aliyun/config.json is never quoted", () => {
  const hush = "canary-of-a-profile";
  const inFile = (text: string): void => {
    mkdirSync(path.join(home, ".aliyun"), { recursive: true });
    writeFileSync(path.join(home, ".aliyun", "config.json"), text);
  };

  test.each([
    [
      `{\n  "profiles": [\n    { "name": "main" "access_key_secret": "${hush}" }\n`,
      "is no JSON: comma expected at line 3, column 22",
    ],
    [`{"profiles": [{"name": "main", "access_key_secret": "${hush}",}]}`, "is no JSON: a comma too many at line 1"],
    [`access_key_secret = ${hush}`, "is no JSON: invalid symbol at line 1, column 1"],
    [`["${hush}"]`, "holds no profiles"],
    [`{"profiles": []}`, "holds no profiles"],
    [
      `{"profiles": [{"name": "other", "access_key_secret": "${hush}"}]}`,
      "has no profile main; its profiles are other",
    ],
    [
      `{"profiles": [{"name": "main", "mode": "AK", "access_key_secret": "${hush}"}]}`,
      "profile main in .*config.json \\(mode AK\\) lacks access_key_id",
    ],
    [
      `{"profiles": [{"name": "main", "mode": "StsToken", "access_key_secret": "${hush}"}]}`,
      "profile main in .*config.json \\(mode StsToken\\) lacks access_key_id, sts_token",
    ],
    [
      `{"profiles": [{"name": "main", "mode": "External", "process_command": "echo ${hush}; false"}]}`,
      "the service that it names gave none",
    ],
  ])("%s", async (text, problem) => {
    inFile(text);
    const asked = site({ alibabaProfile: "main" });
    await expect(asked).rejects.toThrow(new RegExp(`profile main gave no credentials: .*${problem}`));
    await expect(asked).rejects.not.toThrow(hush);
  });

  test("as one link of the chain: told beside what was tried", async () => {
    inFile(`{"profiles": [${hush}`);
    await expect(site({})).rejects.toThrow(/no credentials were found; .*config\.json is no JSON.*Tried: /);
    await expect(site({})).rejects.not.toThrow(hush);
  });
});

describe("what is wrong with a file or variable is said with its place, and without its text", () => {
  const hush = "canary-of-a-file";
  const put = (name: string, text: string | Buffer): void => {
    mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
    writeFileSync(path.join(home, name), text);
  };
  const profile = { name: "a", mode: "AK", access_key_id: hush, access_key_secret: hush };
  const cli = JSON.stringify({ current: "a", profiles: [profile] });
  const oidc = { name: "a", mode: "OIDC", oidc_provider_arn: "p", ram_role_arn: "r", oidc_token_file: "/none/token" };

  test.each<[string, (config: object) => Promise<unknown>, string, string | Buffer, RegExp]>([
    [
      "UTF-16",
      site,
      ".aliyun/config.json",
      Buffer.from(cli, "utf16le"),
      /config\.json is no UTF-8 text; is it UTF-16\?/,
    ],
    ["a mark", site, ".aliyun/config.json", `\uFEFF${cli}`, /config\.json begins with a byte order mark/],
    [
      "no token file",
      site,
      ".aliyun/config.json",
      JSON.stringify({ current: "a", profiles: [oidc] }),
      /oidc_token_file of profile a in .*config\.json, which is \/none\/token, cannot be read/,
    ],
    [
      "no INI",
      site,
      ".alibabacloud/credentials",
      `[default]\ntype = access_key\naccess_key_secret ${hush}\n`,
      /\.alibabacloud\/credentials, line 3, is neither \[section\] nor name = value/,
    ],
    ["no type", site, ".alibabacloud/credentials", `[default]\nkey = ${hush}\n`, /\[default\] of .* lacks type/],
    ["another section", site, ".alibabacloud/credentials", `[x]\ntype = ${hush}\n`, /has no section \[default\]/],
    [
      "no INI",
      zones,
      ".tencentcloud/credentials",
      `# keys\n\n[default\nsecret_id=${hush}\n`,
      /credentials, line 3, is neither/,
    ],
    ["half", zones, ".tencentcloud/credentials", `[default]\nsecret_id = ${hush}\n`, /lacks secret_key/],
    [
      "a mark",
      zones,
      ".tencentcloud/credentials",
      `\uFEFF[default]\nsecret_id=${hush}`,
      /begins with a byte order mark/,
    ],
  ])("%s", async (_, asked, name, text, problem) => {
    put(name, text);
    const told = asked({}).then(String, String);
    expect(await told).toMatch(problem);
    expect(await told).toMatch(/no credentials were found; .*Tried: /);
    expect(await told).not.toContain(hush);
  });

  test.each<[string, (config: object) => Promise<unknown>, Record<string, string>, RegExp]>([
    [
      "half a pair",
      site,
      { ALIBABA_CLOUD_ACCESS_KEY_ID: hush },
      /ALIBABA_CLOUD_ACCESS_KEY_ID is set .*, and ALIBABA_CLOUD_ACCESS_KEY_SECRET is not/,
    ],
    [
      "half a pair",
      zones,
      { TENCENTCLOUD_SECRET_KEY: hush },
      /TENCENTCLOUD_SECRET_KEY is set .*, and TENCENTCLOUD_SECRET_ID is not/,
    ],
    [
      "no file",
      site,
      { ALIBABA_CLOUD_OIDC_TOKEN_FILE: "/none" },
      /\/none, which ALIBABA_CLOUD_OIDC_TOKEN_FILE names, cannot be read/,
    ],
    [
      "no file",
      zones,
      { TKE_WEB_IDENTITY_TOKEN_FILE: "/none" },
      /\/none, which TKE_WEB_IDENTITY_TOKEN_FILE names, cannot be read/,
    ],
  ])("%s in the environment", async (_, asked, variables, problem) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    const told = await asked({}).then(String, String);
    expect(told).toMatch(problem);
    expect(told).not.toContain(hush);
  });
});

test("keys and tokens from anywhere are hidden before anything is sent with them", async () => {
  vi.stubEnv("ALIBABA_CLOUD_ACCESS_KEY_ID", "STS.EMULATOR");
  vi.stubEnv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", alibabaAccessKeySecret);
  vi.stubEnv("ALIBABA_CLOUD_SECURITY_TOKEN", "emulator-token");
  vi.stubEnv("TENCENTCLOUD_SECRET_ID", "AKIDTMPEMULATOR");
  vi.stubEnv("TENCENTCLOUD_SECRET_KEY", tencentSecretKey);
  vi.stubEnv("TENCENTCLOUD_TOKEN", "emulator-token");
  const { esaEndpoint, teoEndpoint } = emulator.configuration;
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
