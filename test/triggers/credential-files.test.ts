/** Files and variables that hold credentials: what is wrong with them is said by file and line, never by their text. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import { useMachine } from "./machine.ts";

const machine = useMachine();
const { site, zones } = machine;

describe("~/.aliyun/config.json is never quoted", () => {
  const hush = "canary-of-a-profile";
  const inFile = (text: string): void => {
    mkdirSync(path.join(machine.home(), ".aliyun"), { recursive: true });
    writeFileSync(path.join(machine.home(), ".aliyun", "config.json"), text);
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
      `{"profiles": [{"name": "main", "mode": "${hush}", "access_key_secret": "${hush}"}]}`,
      "profile main in .*config.json has a mode that is none of AK, StsToken, RamRoleArn",
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
    inFile(`{"profiles": [{"name": "main", "mode": "AK", "access_key_secret": "${hush}"}]}`);
    await expect(site({})).rejects.toThrow(/config\.json does not say which profile is current; its profiles are main/);
  });
});

describe("what is wrong with a file or variable is said with its place, and without its text", () => {
  const hush = "canary-of-a-file";
  const put = (name: string, text: string | Buffer): void => {
    mkdirSync(path.dirname(path.join(machine.home(), name)), { recursive: true });
    writeFileSync(path.join(machine.home(), name), text);
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

  test("another file and another profile, as the environment names them", async () => {
    put("own.ini", `[default]\ntype = ${hush}\n`);
    vi.stubEnv("ALIBABA_CLOUD_CREDENTIALS_FILE", path.join(machine.home(), "own.ini"));
    vi.stubEnv("ALIBABA_CLOUD_PROFILE", "other");
    await expect(site({})).rejects.toThrow(/own\.ini has no section \[other\]/);
  });
});
