/**
 * What the vendors' own SDKs put on the wire is accepted at its time, and refused with any signed byte changed.
 */
import { type Emulator, startEmulator } from "edgecache-emulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Capture, type CapturedRequest, header, readCaptures, replay, signedAt } from "./captures.ts";

const REFUSED = [
  "SignatureDoesNotMatch",
  "IncompleteSignature",
  "InvalidAccessKeyId.NotFound",
  "InvalidAction.NotFound",
  "InvalidTimeStamp.Expired",
  "InvalidTimeStamp.Format",
  "InvalidSecurityToken.MismatchWithAccessKey",
  "InvalidSecurityToken.Malformed",
  "AuthFailure.SignatureFailure",
  "AuthFailure.InvalidAuthorization",
  "AuthFailure.SecretIdNotFound",
  "AuthFailure.SignatureExpire",
  "MissingParameter",
  "HTTP 400",
];

const SITES = ["5407498413000", "9223372036854775807", "9223372036854776000", "123456789012"];

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ clock: "2026-11-22T00:00:00Z", switches: { "auth.timeReference": "emulator" } });
});
afterAll(() => emulator.close());

/** A fresh start with the capture's key and, so that calls get past the gateway, its sites and domains. */
async function prepare(capture: Capture, request: CapturedRequest): Promise<void> {
  const { accessKeyId, accessKeySecret, secretId, secretKey, securityToken, token } = capture.credentials;
  const secret = accessKeySecret ?? secretKey ?? "";
  const temporary = securityToken ?? token;
  await emulator.control.clock.freeze(signedAt(request));
  await emulator.control.seed({
    keys: [
      {
        cloud: accessKeyId === undefined ? "tencent" : "alibaba",
        account: "1",
        accessKeyId: accessKeyId ?? secretId ?? "",
        accessKeySecret: secret,
        ...(temporary === undefined ? {} : { securityToken: temporary }),
      },
    ],
    switches: { "auth.timeReference": "emulator" },
    services: {
      esa: {
        sites: SITES.map((siteId) => ({
          siteId,
          siteName: "example.com",
          account: "1",
          records: ["a.com", "*.a.com", "example.com", "*.example.com"],
        })),
      },
      cdn: { domains: ["example.com", "a.test.com", "b.test.com"].map((domain) => ({ domain, account: "1" })) },
      dcdn: { domains: ["example.com", "a.test.com", "b.test.com"].map((domain) => ({ domain, account: "1" })) },
      teo: {
        zones: [
          {
            zoneId: "zone-ajj243dwrew",
            zoneName: "example.com",
            account: "1",
            domains: ["example.com", "*.example.com"],
            features: ["cacheTag", "edgePrefetch", "mediaSegments"],
          },
        ],
      },
    },
  });
}

describe.each(["esa", "cdn", "dcdn", "openplatform", "teo"])("%s", (service) => {
  const captures = readCaptures(service);

  test.each(captures)("accepts $name", async (capture) => {
    for (const request of capture.requests) {
      await prepare(capture, request);
      const answer = await replay(emulator.endpoint, request);
      expect(REFUSED, `${answer.code}: ${answer.body}`).not.toContain(answer.code);
      const again = await replay(emulator.endpoint, request);
      // Tencent's signatures carry no nonce, so there a replay is accepted
      expect(again.code).toBe(service === "teo" ? answer.code : "SignatureNonceUsed");
    }
  });

  test.each(captures)("refuses $name with a signed byte changed", async (capture) => {
    for (const request of capture.requests) {
      await prepare(capture, request);
      for (const [what, changed] of changedSignedBytes(request)) {
        const { code, body } = await replay(emulator.endpoint, changed);
        expect(REFUSED, `${what}: ${body}`).toContain(code);
      }
    }
  });
});

/** Each signed header, and places all over query and body, with one bit of one byte flipped. */
function* changedSignedBytes(request: CapturedRequest): Generator<[string, CapturedRequest]> {
  const signed = /SignedHeaders=([^,]+)/.exec(header(request, "authorization") ?? "")?.[1]?.split(";") ?? [];
  for (const name of signed) {
    const headers = request.headers.map((line) => {
      if (!line.toLowerCase().startsWith(`${name}: `)) return line;
      // a port behind the host is not signed by every client, its first label is
      return flip(line, name === "host" ? name.length + 2 : line.length - 1);
    });
    yield [name, { ...request, headers }];
  }
  const query = request.target.indexOf("?") + 1;
  if (query > 0) {
    for (const place of places(query, request.target.length)) {
      yield [`query byte ${place}`, { ...request, target: flip(request.target, place) }];
    }
  }
  const { body } = request;
  if (body !== undefined) {
    for (const place of places(0, body.length)) yield [`body byte ${place}`, { ...request, body: flip(body, place) }];
  }
}

function places(from: number, to: number): number[] {
  const step = Math.max(1, Math.floor((to - from) / 8));
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => from + index * step);
}

function flip(text: string, at: number): string {
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
}
