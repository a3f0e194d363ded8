/** What the clouds' codes mean: how each is sorted, what it blames, and what the user reads next. */
import { describe, expect, test } from "vitest";
import { bodyOf, toFault as alibabaFault } from "../../provider/src/clouds/alibaba/errors.ts";
import { Fault } from "../../provider/src/core/errors.ts";
import { refusalIn, toFault as tencentFault } from "../../provider/src/clouds/tencent/errors.ts";

const statement = '{"Action":["x:Y"]}';
const missingStatement = (): string => statement;
const alibabaWhere = {
  cloud: "ESA",
  action: "PurgeCaches",
  to: { url: new URL("https://esa.example"), proxy: undefined },
  codes: { Own: { kind: "invalid", blames: "host", hint: "Mine." } },
  missingStatement,
} as const;

function alibaba(code: string, status: number): Fault {
  return alibabaFault({ code, status, text: "It broke.", requestId: "R" }, alibabaWhere);
}

function tencent(code: string): Fault {
  return tencentFault({ code, text: "It broke.", requestId: "r" }, { action: "CreatePurgeTask", missingStatement });
}

describe("Alibaba", () => {
  test.each([
    ["Own", 400, "invalid"],
    ["Throttling.User", 400, "throttled"],
    ["Anything", 429, "throttled"],
    ["Some.OverQuota", 400, "quota"],
    ["Anything", 500, "ambiguous"],
    ["Invalid.Anything", 400, "invalid"],
    ["MissingAnything", 400, "invalid"],
    ["IllegalAnything", 403, "invalid"],
    ["Anything", 401, "auth"],
    ["Anything", 403, "auth"],
    ["Anything", 400, "unknown"],
    ["Anything.InternalTrouble", 400, "ambiguous"],
    ["InvalidSecurityToken.Expired", 400, "auth"],
    ["SignatureNonceUsed", 400, "ambiguous"],
  ] as const)("%s with status %i: %s", (code, status, kind) => {
    expect(alibaba(code, status).kind).toBe(kind);
  });

  test("what a product's table says comes first, with what it blames", () => {
    expect(alibaba("Own", 500)).toMatchObject({ kind: "invalid", blames: "host", hint: "Mine." });
    expect(alibaba("InvalidAction.NotFound", 404)).toMatchObject({ kind: "invalid", blames: "call" });
  });

  test.each(["Forbidden.RAM", "NoPermission", "Forbidden"])("%s names the statement that is missing", (code) => {
    expect(alibaba(code, 403).hint).toContain(`lacks a statement: ${statement}`);
    expect(alibaba("SignatureDoesNotMatch", 400).hint).not.toContain("statement");
  });

  const answer = (status: number, body: string, headers: Record<string, string> = {}) => {
    try {
      return bodyOf({ status, headers, body: Buffer.from(body) }, alibabaWhere);
    } catch (error) {
      return error;
    }
  };

  test("a success is its body; old parts of the gateway write the names of a refusal in lower case", () => {
    expect(answer(200, '{"TaskId":12345678901234567890}')).toMatchObject({ TaskId: "12345678901234567890" });
    const both = ['{"Code":"X.Y","Message":"m","RequestId":"R"}', '{"code":"X.Y","message":"m","requestId":"R"}'];
    for (const body of both) expect(answer(400, body)).toMatchObject({ code: "X.Y", text: "m", requestId: "R" });
    expect(answer(400, '{"Code":"X.Y"}')).toMatchObject({ code: "X.Y", text: "", requestId: undefined });
    expect(answer(299, "{}")).toEqual({});
  });

  test("the gateway's word on when to come back", () => {
    const refused = '{"Code":"Throttling.User"}';
    expect(answer(400, refused, { "x-acs-retry-after": "1500" })).toMatchObject({ retryAfterMs: 1500 });
    expect(answer(400, refused, { "x-acs-retry-after": "0" })).toMatchObject({ retryAfterMs: undefined });
    expect(answer(400, refused)).toMatchObject({ retryAfterMs: undefined });
  });

  test.each([
    [502, "<html>Bad Gateway</html>"],
    [500, "{}"],
    [503, '{"Code":""}'],
    [200, "{"],
  ])("status %i with %s is no answer of the cloud's", (status, body) => {
    const fault = answer(status, body);
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({ kind: "ambiguous", cloud: "ESA", action: "PurgeCaches" });
  });
});

describe("Tencent", () => {
  test.each([
    ["RequestLimitExceeded", "throttled"],
    ["RequestLimitExceeded.UinLimitExceeded", "throttled"],
    ["ResourceInUse.Zone", "transient"],
    ["ResourceUnavailable", "transient"],
    ["FailedOperation.Anything", "unknown"],
    ["OperationDenied", "unknown"],
    ["InvalidParameter.TaskNotGenerated", "unknown"],
    ["FailedOperation.InternalTrouble", "ambiguous"],
    ["InternalError.Anything", "ambiguous"],
    ["InvalidParameter.UnknownTarget", "invalid"],
    ["UnknownParameter", "invalid"],
    ["UnauthorizedOperation.Unknown", "ambiguous"],
    ["UnauthorizedOperation.Anything", "auth"],
    ["LimitExceeded.DailyQuota", "quota"],
    ["LimitExceeded.Anything", "quota"],
    ["IpInBlacklist", "auth"],
    ["IpNotInWhitelist", "auth"],
    ["AuthFailure.SignatureExpire", "auth"],
    ["Surprise.Party", "unknown"],
  ] as const)("%s: %s", (code, kind) => {
    expect(tencent(code).kind).toBe(kind);
  });

  test.each([
    ["AuthFailure.UnauthorizedOperation", statement],
    ["UnauthorizedOperation.CamUnauthorized", statement],
    ["AuthFailure.SecretIdNotFound", "tencentSecretId"],
    ["AuthFailure.SignatureExpire", "clock of this machine"],
    ["AuthFailure.TokenFailure", "temporary credentials"],
    ["InvalidParameter.ZoneNotFound", "Check zoneId"],
    ["LimitExceeded.DailyQuota", "used up"],
  ])("%s says: %s", (code, words) => {
    expect(tencent(code).hint).toContain(words);
  });

  test("what a refusal is about", () => {
    expect(tencent("InvalidParameter.DomainNotFound").blames).toBe("host");
    for (const family of ["InvalidParameter", "InvalidParameterValue", "ResourceNotFound", "ResourceUnavailable"]) {
      expect(tencent(`${family}.ZoneNotFound`)).toMatchObject({ kind: "notFound", blames: "call" });
    }
    expect(tencent("InvalidParameter.Target").blames).toBeUndefined();
    for (const code of ["LimitExceeded.BatchQuota", "RequestSizeLimitExceeded"]) {
      expect(tencent(code).blames).toBe("size");
    }
    expect(tencent("LimitExceeded.DailyQuota").blames).toBeUndefined();
  });

  test("what the vendor's SDK throws: a refusal has a request id, a status is of what is between, all else is neither", () => {
    const thrown = (facts: object): Error => Object.assign(new Error("It broke."), facts);
    const refused = { code: "X.Y", requestId: "r" };
    expect(refusalIn(thrown(refused))).toEqual({ ...refused, text: "It broke." });
    expect(refusalIn(thrown({ ...refused, httpCode: 502 }))).toEqual({ status: 502 });
    expect(refusalIn(thrown({ code: "ECONNRESET" }))).toBeUndefined();
    expect(refusalIn(thrown({ code: "", requestId: "r" }))).toBeUndefined();
    expect(refusalIn(thrown({ code: "X.Y", requestId: "" }))).toBeUndefined();
    expect(refusalIn("It broke.")).toBeUndefined();
  });
});
