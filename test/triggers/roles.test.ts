/**
 * Credentials that no program and no variable holds: roles by OIDC token, by
 * another key, by the instance. The vendors' own libraries ask their token and
 * metadata services for them; a stand-in on this machine answers in their
 * place, since most of those addresses cannot be configured.
 */
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { startEmulator, type Emulator } from "../../emulator/src/index.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import * as teo from "../../provider/src/clouds/tencent/teo/index.ts";
import { ask, contextOf, resourceOf, Stack } from "./world.ts";

const siteId = "5407498413000";
const [temporaryId, temporaryKey, temporaryToken] = ["EMULATOR", "emulator-secret", "emulator-token"];
const keyPair = { access_key_id: "LTAI5tEMULATOR", access_key_secret: "emulator-secret" };

let emulator: Emulator;
let standIn: http.Server;
let home: string;
/** What the stand-in was asked: `host METHOD path`, and the form that came along. */
let asked: { readonly line: string; readonly form: string }[] = [];
let instanceHasRole = true;

beforeAll(async () => {
  emulator = await startEmulator();
  standIn = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      // As it was sent on by the spies below: `/host/path`.
      const [, host = "", url = ""] = /^\/([^/]*)(.*)$/.exec(request.url ?? "") ?? [];
      asked.push({ line: `${host} ${request.method} ${url}`, form: Buffer.concat(chunks).toString() });
      response.statusCode = host.startsWith("metadata") && !instanceHasRole ? 404 : 200;
      response.end(answer(host, url));
    });
  });
  await new Promise<void>((resolve) => void standIn.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  standIn.close();
  await emulator.close();
});

beforeEach(() => {
  asked = [];
  instanceHasRole = true;
  home = mkdtempSync(path.join(tmpdir(), "roles-"));
  vi.stubEnv("HOME", home);
  vi.stubEnv("ALIBABA_CLOUD_STS_REGION", "cn-hangzhou");
  const { port } = standIn.address() as AddressInfo;
  const send = http.request.bind(http);
  for (const module of [http, https]) {
    const request = module.request.bind(module);
    vi.spyOn(module, "request").mockImplementation(((options: http.RequestOptions, ...rest: never[]) => {
      const host = String(options.hostname ?? options.host);
      if (host === "127.0.0.1" || host === "localhost") return request(options, ...rest);
      const { agent: _, ...kept } = options;
      const there = {
        protocol: "http:",
        hostname: "127.0.0.1",
        host: "127.0.0.1",
        port,
        path: `/${host}${options.path}`,
      };
      return send({ ...kept, ...there }, ...rest);
    }) as typeof http.request);
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

/** As each vendor's service answers; what it does not know it does not say. */
function answer(host: string, url: string): string {
  const ends = Date.now() + 3_600_000;
  const alibaba = {
    AccessKeyId: `STS.${temporaryId}`,
    AccessKeySecret: temporaryKey,
    SecurityToken: temporaryToken,
    Expiration: new Date(ends).toISOString().replace(/\.\d+Z$/, "Z"),
  };
  const tencent = { TmpSecretId: `AKIDTMP${temporaryId}`, TmpSecretKey: temporaryKey, Token: temporaryToken };
  const ExpiredTime = Math.floor(ends / 1000);
  if (host === "100.100.100.200") {
    if (url.endsWith("/api/token")) return "metadata-token";
    return url.endsWith("/security-credentials/") ? "edge-role" : JSON.stringify({ Code: "Success", ...alibaba });
  }
  if (host === "metadata.tencentyun.com") {
    return url.endsWith("/security-credentials/")
      ? "edge-role"
      : JSON.stringify({ Code: "Success", ...tencent, ExpiredTime });
  }
  if (host === "sts.tencentcloudapi.com") {
    return JSON.stringify({ Response: { RequestId: "r", Credentials: tencent, ExpiredTime } });
  }
  return JSON.stringify({ RequestId: "r", Credentials: alibaba });
}

const site = (config: object = {}) =>
  ask(esa, "edgecache:esa:getSite", contextOf({ esaEndpoint: emulator.configuration.esaEndpoint, ...config }), {
    siteId,
  });
const zones = () =>
  ask(teo, "edgecache:teo:getZones", contextOf({ teoEndpoint: emulator.configuration.teoEndpoint }), {});
const signedBy = async (): Promise<string> => JSON.stringify((await emulator.control.requests.find()).at(-1));

function file(name: string, text: string): string {
  const full = path.join(home, name);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

function oidc(): void {
  vi.stubEnv("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/edge");
  vi.stubEnv("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/ci");
  vi.stubEnv("ALIBABA_CLOUD_OIDC_TOKEN_FILE", file("token", "the-oidc-token"));
  vi.stubEnv("ALIBABA_CLOUD_ROLE_SESSION_NAME", "release");
}

describe("Alibaba Cloud", () => {
  test("a role by OIDC token, as CI systems give one", async () => {
    oidc();
    expect(await site()).toMatchObject({ siteId });
    expect(asked.map(({ line }) => line)).toEqual([
      expect.stringMatching(/^sts\.cn-hangzhou\.aliyuncs\.com POST .*Action=AssumeRoleWithOIDC/),
    ]);
    expect(asked[0]?.form).toContain("OIDCToken=the-oidc-token");
    expect(await signedBy()).toContain("STS.EMULATOR");
  });

  test("a role that a profile of the CLI assumes with its key", async () => {
    const profile = { name: "edge", mode: "RamRoleArn", ...keyPair, ram_role_arn: "acs:ram::1:role/edge" };
    file(".aliyun/config.json", JSON.stringify({ current: "edge", profiles: [{ ...profile, ram_session_name: "s" }] }));
    expect(await site({ alibabaProfile: "edge" })).toMatchObject({ siteId });
    expect(asked.map(({ line }) => line)).toEqual([expect.stringMatching(/Action=AssumeRole&.*LTAI5tEMULATOR/)]);
  });

  test("a chain: a profile assumes a role with what another profile's role gave it", async () => {
    const first = { name: "first", mode: "RamRoleArn", ...keyPair, ram_role_arn: "acs:ram::1:role/one" };
    const second = {
      name: "second",
      mode: "ChainableRamRoleArn",
      source_profile: "first",
      ram_role_arn: "acs:ram::2:role/two",
    };
    const profiles = [first, second].map((each) => ({ ...each, ram_session_name: "s" }));
    file(".aliyun/config.json", JSON.stringify({ current: "first", profiles }));
    expect(await site({ alibabaProfile: "second" })).toMatchObject({ siteId });
    expect(asked.map(({ form }) => decodeURIComponent(form))).toEqual([
      expect.stringContaining("RoleArn=acs:ram::1:role/one"),
      expect.stringContaining("RoleArn=acs:ram::2:role/two"),
    ]);
    expect(asked[1]?.line).toContain("STS.EMULATOR");
  });

  test("the role of the instance", async () => {
    expect(await site()).toMatchObject({ siteId });
    expect(asked.map(({ line }) => line)).toContain(
      "100.100.100.200 GET /latest/meta-data/ram/security-credentials/edge-role",
    );
  });

  test("a credential that a link of the chain gives is asked for once, for many calls", async () => {
    oidc();
    const context = contextOf({ esaEndpoint: emulator.configuration.esaEndpoint });
    for (let call = 0; call < 3; call++) await ask(esa, "edgecache:esa:getSite", context, { siteId });
    expect(asked).toHaveLength(1);
  });

  test("called over by the cloud in a long wait: renewed once, and nothing is sent twice", async () => {
    oidc();
    const { control, configuration } = emulator;
    await control.requests.clear();
    await control.settings.limits({ "esa.purgeMs": 300 });
    const { esaEndpoint } = configuration;
    const stack = new Stack(resourceOf(esa, "edgecache:esa:PurgeTrigger"), contextOf({ esaEndpoint }));
    const expired = { code: "InvalidSecurityToken.Expired", status: 400, message: "expired" };
    await control.faults.add({ kind: "error", action: "DescribePurgeTasks", ...expired, count: 1 });
    const targets = ["https://www.example.com/a"];
    expect(await stack.up({ siteId, type: "file", targets, contentHash: "1" })).toMatchObject({ problems: [] });
    expect(asked).toHaveLength(2);
    expect(await control.requests.find({ action: "PurgeCaches" })).toHaveLength(1);
  });

  test("a role that cannot be assumed: what was tried, and nothing of the token", async () => {
    oidc();
    vi.stubEnv("ALIBABA_CLOUD_OIDC_TOKEN_FILE", path.join(home, "absent"));
    vi.stubEnv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
    await expect(site()).rejects.toThrow(/no credentials were found\. Tried: .*ALIBABA_CLOUD_OIDC_TOKEN_FILE/);
    expect(asked.filter(({ line }) => line.includes("aliyuncs.com"))).toEqual([]);
  });
});

describe("Tencent Cloud", () => {
  test("a role by OIDC token, as TKE gives one to a pod", async () => {
    // The vendor's chain asks the instance first. That it has none is no matter of a user's, who is shown what a plugin prints.
    instanceHasRole = false;
    const printed = vi.spyOn(console, "error").mockReturnValue();
    vi.stubEnv("TKE_REGION", "ap-guangzhou");
    vi.stubEnv("TKE_PROVIDER_ID", "ci");
    vi.stubEnv("TKE_ROLE_ARN", "qcs::cam::uin/1:roleName/edge");
    vi.stubEnv("TKE_WEB_IDENTITY_TOKEN_FILE", file("token", "the-oidc-token"));
    expect(await zones()).toMatchObject({ zones: [{}] });
    expect(asked.at(-1)?.form).toContain("the-oidc-token");
    expect(printed.mock.calls).toEqual([]);
  });

  test("the role of the instance", async () => {
    expect(await zones()).toMatchObject({ zones: [{}] });
    expect(asked.map(({ line }) => line)).toContain(
      "metadata.tencentyun.com GET /latest/meta-data/cam/security-credentials/edge-role",
    );
  });

  test("the file of the SDK", async () => {
    file(".tencentcloud/credentials", "[default]\nsecret_id = AKIDEMULATOR\nsecret_key = emulator-secret\n");
    expect(await zones()).toMatchObject({ zones: [{}] });
    expect(asked).toEqual([]);
  });
});
