/** Who may come in, in the documented order: each row fails at one step although every later step would fail too. */
import { describe, expect, test } from "vitest";
import { useKeys } from "./auth-bench.ts";
import { tencent } from "./clients.ts";
import { NOW } from "./use-emulator.ts";

const seconds = Date.parse(NOW) / 1000;
const bench = useKeys();

describe("TC3", () => {
  const quota = (options: Parameters<typeof tencent>[3] = {}): ReturnType<typeof tencent> =>
    tencent(
      bench.emulator.endpoint,
      "DescribeContentQuota",
      { ZoneId: "zone-1" },
      { key: "TK", secret: "s", timestamp: seconds, ...options },
    );

  test.each<[string, string, string, () => ReturnType<typeof tencent>]>([
    [
      "an empty action",
      "InvalidAction",
      "The request action=`` is invalid.",
      () => quota({ version: "2000-01-01", tamper: { "x-tc-action": "" } }),
    ],
    [
      "an unknown version",
      "NoSuchVersion",
      "The interface version does not exist.",
      () => quota({ version: "2000-01-01", tamper: { authorization: undefined } }),
    ],
    [
      "an unknown action",
      "InvalidAction",
      "The request action=`DropZone` is invalid.",
      () => quota({ tamper: { "x-tc-action": "DropZone", authorization: undefined } }),
    ],
    [
      "no Authorization",
      "AuthFailure.InvalidAuthorization",
      "The `Authorization` header does not conform to the TC3 standard.",
      () => quota({ tamper: { authorization: undefined } }),
    ],
    [
      "no timestamp",
      "MissingParameter",
      "The request header `X-TC-Timestamp` is missing or invalid.",
      () => quota({ key: "NOBODY", tamper: { "x-tc-timestamp": undefined } }),
    ],
    [
      "an unknown id",
      "AuthFailure.SecretIdNotFound",
      "The SecretId is not found, please ensure that your SecretId is correct.",
      () => quota({ key: "NOBODY", timestamp: seconds - 301 }),
    ],
    [
      "a timestamp five minutes and a second ago",
      "AuthFailure.SignatureExpire",
      "Signature expired, please check that your local time is correct.",
      () => quota({ timestamp: seconds - 301, secret: "wrong" }),
    ],
    [
      "a scope of another day",
      "AuthFailure.SignatureFailure",
      "The provided credentials could not be validated. Please check your signature is correct.",
      () => quota({ day: "2026-11-21" }),
    ],
    [
      "a wrong secret",
      "AuthFailure.SignatureFailure",
      "The provided credentials could not be validated. Please check your signature is correct.",
      () => quota({ secret: "wrong" }),
    ],
    ["another token", "AuthFailure.TokenFailure", "The token is invalid.", () => quota({ key: "TTMP", token: "x" })],
    [
      "an action that the key is not allowed",
      "UnauthorizedOperation.CamUnauthorized",
      "CAM is not authorized.",
      () => quota({ key: "TREADER" }),
    ],
  ])("refuses %s", async (_what, code, message, call) => {
    const { status, response, headers } = await call();
    expect(response).toEqual({
      Error: { Code: code, Message: message },
      RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("application/json");
  });

  test("accepts a temporary key with its token, and any scope service unless told to be strict", async () => {
    expect((await quota({ key: "TTMP", token: "tok" })).response.Error).toBeUndefined();
    expect((await quota({ service: "127" })).response.Error).toBeUndefined();
    await bench.emulator.control.settings.switches({ "auth.tc3StrictService": "on" });
    expect((await quota({ service: "127" })).response.Error?.Code).toBe("AuthFailure.SignatureFailure");
    expect((await quota()).response.Error).toBeUndefined();
  });
});
