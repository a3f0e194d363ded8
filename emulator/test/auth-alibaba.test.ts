/** Who may come in, in the documented order: each row fails at one step although every later step would fail too. */
import { describe, expect, test } from "vitest";
import { startEmulator } from "../src/index.ts";
import { useKeys } from "./auth-bench.ts";
import { type Answer, alibaba } from "./clients.ts";
import { NOW } from "./use-emulator.ts";

const bench = useKeys();

describe("ACS3", () => {
  const get = (options: Parameters<typeof alibaba>[4] = {}, siteId = "1000"): Promise<Answer> =>
    alibaba(
      bench.emulator.endpoint,
      "esa",
      "GetCacheTag",
      { SiteId: siteId },
      { key: "AK", secret: "s", date: NOW, ...options },
    );
  const bad = "0".repeat(64);
  const authorization = `ACS3-HMAC-SHA256 Credential=AK,SignedHeaders=host,Signature=${bad}`;

  test.each<[string, number, string, string, () => Promise<Answer>]>([
    [
      "an unknown version",
      404,
      "InvalidAction.NotFound",
      "Specified api is not found, please check your url and method.",
      () => get({ tamper: { "x-acs-version": "2000-01-01", authorization: undefined } }),
    ],
    [
      "an action of another service",
      404,
      "InvalidAction.NotFound",
      "Specified api is not found, please check your url and method.",
      () => get({ tamper: { "x-acs-action": "RefreshObjectCaches", authorization: undefined } }),
    ],
    [
      "GET for an action that is POST only",
      404,
      "InvalidAction.NotFound",
      "Specified api is not found, please check your url and method.",
      () => alibaba(bench.emulator.endpoint, "esa", "UpdateCacheTag", { SiteId: "1000" }, { method: "GET", key: "AK" }),
    ],
    [
      "no Authorization",
      400,
      "MissingAccessKeyId",
      "AccessKeyId is mandatory for this action.",
      () => get({ date: "yesterday", tamper: { authorization: undefined } }),
    ],
    [
      "an Authorization that signs too little",
      400,
      "IncompleteSignature",
      "The request signature does not conform to Aliyun standards.",
      () => get({ date: "yesterday", tamper: { authorization } }),
    ],
    [
      "a date of another form",
      400,
      "InvalidTimeStamp.Format",
      "Specified time stamp or date value is not well formatted.",
      () => get({ key: "NOBODY", date: "2026-11-22 12:00:00" }),
    ],
    [
      "a date 15 minutes and a second ago",
      400,
      "InvalidTimeStamp.Expired",
      "Specified time stamp or date value is expired.",
      () => get({ secret: "wrong", date: "2026-11-22T11:44:59Z" }),
    ],
    [
      "a date 15 minutes and a second ahead",
      400,
      "InvalidTimeStamp.Expired",
      "Specified time stamp or date value is expired.",
      () => get({ date: "2026-11-22T12:15:01Z" }),
    ],
    [
      "an unknown key with an old date: the date counts first",
      400,
      "InvalidTimeStamp.Expired",
      "Specified time stamp or date value is expired.",
      () => get({ key: "NOBODY", date: "2026-11-22T11:44:59Z" }),
    ],
    [
      "an unknown key",
      404,
      "InvalidAccessKeyId.NotFound",
      "Specified access key is not found.",
      () => get({ key: "NOBODY" }),
    ],
    [
      "a key of the other cloud",
      404,
      "InvalidAccessKeyId.NotFound",
      "Specified access key is not found.",
      () => get({ key: "TK" }),
    ],
    [
      "a key that is switched off",
      400,
      "InvalidAccessKeyId.Inactive",
      "Specified access key is disabled.",
      () => get({ key: "OFF", secret: "wrong" }),
    ],
    [
      "a temporary key without its token",
      400,
      "InvalidSecurityToken.MismatchWithAccessKey",
      "Specified SecurityToken mismatch with the AccessKey.",
      () => get({ key: "STS.T", secret: "wrong" }),
    ],
    [
      "a temporary key with another token",
      400,
      "InvalidSecurityToken.MismatchWithAccessKey",
      "Specified SecurityToken mismatch with the AccessKey.",
      () => get({ key: "STS.T", token: "another" }),
    ],
    [
      "a malformed token",
      400,
      "InvalidSecurityToken.Malformed",
      "Specified SecurityToken is malformed.",
      () => get({ key: "STS.T", token: "two words" }),
    ],
    [
      "an expired token",
      400,
      "InvalidSecurityToken.Expired",
      "Specified SecurityToken is expired.",
      () => get({ key: "STS.OLD", token: "tok" }),
    ],
    [
      "a permanent key with a token",
      400,
      "InvalidSecurityToken.MismatchWithAccessKey",
      "Specified SecurityToken mismatch with the AccessKey.",
      () => get({ token: "tok" }),
    ],
    [
      "an action that the key is not allowed",
      403,
      "NoPermission",
      "You are not authorized to do this action. You should be authorized by RAM.",
      () =>
        alibaba(
          bench.emulator.endpoint,
          "esa",
          "PurgeCaches",
          { SiteId: "none" },
          { key: "READER", secret: "s", date: NOW },
        ),
    ],
    [
      "a site of another account",
      404,
      "SiteNotFound",
      "The website does not exist or does not belong to you.",
      () => get({ key: "OTHER" }),
    ],
  ])("refuses %s", async (_what, status, code, message, call) => {
    const answer = await call();
    expect(answer.body).toMatchObject({ Code: code, Message: message, HostId: "127.0.0.1" });
    expect(answer.status).toBe(status);
  });

  test("a wrong secret: the answer holds the server's string to sign", async () => {
    const answer = await get({ secret: "wrong" });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      Code: "SignatureDoesNotMatch",
      Message: expect.stringMatching(
        /^Specified signature does not match our calculation\. server StringToSign is \[ACS3-HMAC-SHA256\n[0-9a-f]{64}\]$/,
      ) as string,
    });
  });

  test("a body that is not the signed one", async () => {
    const answer = await alibaba(
      bench.emulator.endpoint,
      "esa",
      "GetCacheTag",
      { SiteId: "1000" },
      { key: "AK", secret: "s", date: NOW, form: true, tamper: { "x-acs-content-sha256": "0".repeat(64) } },
    );
    expect(answer.body).toMatchObject({ Code: "SignatureDoesNotMatch" });
  });

  test("a nonce counts once per key, also after a moment, and is forgotten after the window", async () => {
    const nonce = "n-1";
    expect((await get({ nonce })).status).toBe(200);
    const again = await get({ nonce });
    expect([again.status, again.body["Code"], again.body["Message"]]).toEqual([
      400,
      "SignatureNonceUsed",
      "Specified signature nonce was used already.",
    ]);
    expect((await get({ nonce, key: "OTHER" }, "1000")).body["Code"]).toBe("SiteNotFound");
    await bench.emulator.control.clock.advance(31 * 60_000);
    expect((await get({ nonce, date: "2026-11-22T12:31:00Z" })).status).toBe(200);
  });

  test("a refused signature does not use up its nonce", async () => {
    expect((await get({ nonce: "n-2", secret: "wrong" })).body["Code"]).toBe("SignatureDoesNotMatch");
    expect((await get({ nonce: "n-2" })).status).toBe(200);
  });

  test("an error has the vendor's whole body, and says its id in a header too", async () => {
    const { body, headers } = await get({}, "2000");
    const id = body["RequestId"] as string;
    expect(body).toEqual({
      RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/) as string,
      HostId: "127.0.0.1",
      Code: "SiteNotFound",
      Message: "The website does not exist or does not belong to you.",
      Recommend: `https://api.aliyun.com/troubleshoot?q=SiteNotFound&product=ESA&requestId=${id}`,
    });
    expect(headers["x-acs-request-id"]).toBe(id);
    expect(headers["content-type"]).toBe("application/json;charset=utf-8");
    expect(Number(headers["content-length"])).toBe(JSON.stringify(body).length);
  });

  test("a denial says who, what and why", async () => {
    const parameters = { SiteId: "1000" };
    const denied = await alibaba(bench.emulator.endpoint, "esa", "PurgeCaches", parameters, {
      key: "READER",
      secret: "s",
      date: NOW,
    });
    expect(denied.body["AccessDeniedDetail"]).toEqual({
      AuthAction: "esa:PurgeCaches",
      AuthPrincipalType: "SubUser",
      AuthPrincipalDisplayName: "READER",
      AuthPrincipalOwnerId: "1",
      NoPermissionType: "ImplicitDeny",
      PolicyType: "AccountLevelIdentityBasedPolicy",
      EncodedDiagnosticMessage: "",
    });
  });

  test("a form and a query carry the same parameters", async () => {
    for (const form of [true, false]) {
      const answer = await alibaba(
        bench.emulator.endpoint,
        "esa",
        "GetCacheTag",
        { SiteId: "1000", SiteVersion: "0" },
        { key: "AK", secret: "s", date: NOW, form },
      );
      expect(answer.body).toMatchObject({ SiteVersion: 0 });
    }
  });
});

test("by default a signature may follow either clock, and the switch narrows it", async () => {
  await using other = await startEmulator({ clock: "2020-01-01T00:00:00Z" });
  const call = (date: string): Promise<Answer> =>
    alibaba(other.endpoint, "esa", "GetCacheTag", { SiteId: "5407498413000" }, { date });
  const machine = new Date().toISOString().replace(/\.\d+/, "");
  const emulated = "2020-01-01T00:00:00Z";
  expect([(await call(machine)).status, (await call(emulated)).status]).toEqual([200, 200]);
  await other.control.settings.switches({ "auth.timeReference": "machine" });
  expect([(await call(machine)).status, (await call(emulated)).status]).toEqual([200, 400]);
  await other.control.settings.switches({ "auth.timeReference": "emulator" });
  expect([(await call(machine)).status, (await call(emulated)).status]).toEqual([400, 200]);
});
