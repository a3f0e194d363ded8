/** The verifiers by themselves: not one byte of what is signed may change. The socket tests only sample. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readAcs3, verifyAcs3 } from "../src/vendors/alibaba/sign.ts";
import { verifyHmac } from "../src/vendors/tencent/hmac.ts";
import { readTc3, verifyTc3 } from "../src/vendors/tencent/sign.ts";
import { type CloudRequest, HeaderMap, decodePairs } from "../src/ports/request.ts";

interface Capture {
  readonly name: string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly requests: readonly { method: string; target: string; headers: readonly string[]; body?: string }[];
}

interface Case {
  readonly name: string;
  readonly keyId: string;
  readonly secret: string;
  readonly request: CloudRequest;
}

const cases: Case[] = ["esa", "cdn", "dcdn", "openplatform", "teo"].flatMap((service) => {
  const url = new URL(`../../test/parity/captures/${service}.json`, import.meta.url);
  const captures = JSON.parse(readFileSync(url, "utf8")) as Capture[];
  return captures.flatMap(({ name, credentials, requests }) =>
    requests.map(({ method, target, headers, body = "" }) => ({
      name,
      keyId: credentials["accessKeyId"] ?? credentials["secretId"] ?? "",
      secret: credentials["accessKeySecret"] ?? credentials["secretKey"] ?? "",
      request: {
        method,
        target,
        headers: headers.map((line): [string, string] => {
          const colon = line.indexOf(": ");
          return [line.slice(0, colon), line.slice(colon + 2)];
        }),
        body: Buffer.from(body),
      },
    })),
  );
});

function accepts({ request, keyId, secret }: Case): boolean {
  const headers = new HeaderMap(request.headers);
  const authorization = headers.get("authorization");
  if (authorization === undefined) {
    const pairs = decodePairs(Buffer.from(request.body).toString("utf8"), true);
    if (new Map(pairs).get("SecretId") !== keyId) return false;
    return verifyHmac(request.method, headers.get("host") ?? "", "/", pairs, secret);
  }
  const acs3 = readAcs3(authorization);
  if (acs3) return acs3.accessKeyId === keyId && verifyAcs3(request, headers, acs3, secret).ok;
  const tc3 = readTc3(authorization);
  return tc3?.secretId === keyId && verifyTc3(request, headers, tc3, headers.get("x-tc-timestamp") ?? "", secret);
}

/** All bytes; of very long texts every so many. */
function places(length: number): number[] {
  const step = Math.max(1, Math.ceil(length / 1500));
  return Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step);
}

const flip = (text: string, at: number): string =>
  text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);

function* changed({ request }: Case): Generator<[string, CloudRequest]> {
  const authorization = new HeaderMap(request.headers).get("authorization");
  const signed = /SignedHeaders=([^,]+)/.exec(authorization ?? "")?.[1]?.split(";") ?? [];
  const isTencent = signed.length === 2 || authorization === undefined;
  for (const [index, [name, value]] of request.headers.entries()) {
    const lower = name.toLowerCase();
    if (!signed.includes(lower) && lower !== "x-tc-timestamp" && lower !== "authorization") continue;
    // Tencent's clients sign the host without its port
    const length = isTencent && lower === "host" ? value.indexOf(":") : value.length;
    for (const place of places(length < 0 ? value.length : length)) {
      const headers = request.headers.with(index, [name, flip(value, place)]);
      yield [`${lower} byte ${place}`, { ...request, headers }];
    }
  }
  const query = request.target.indexOf("?") + 1;
  for (const place of query === 0 ? [] : places(request.target.length - query)) {
    yield [`query byte ${place}`, { ...request, target: flip(request.target, query + place) }];
  }
  for (const place of places(request.body.length)) {
    const body = Buffer.from(request.body);
    body.writeUInt8(body.readUInt8(place) ^ 1, place);
    yield [`body byte ${place}`, { ...request, body }];
  }
}

describe.each(cases)("$name", (captured) => {
  test("is accepted, and with any signed byte changed it is not", () => {
    expect(accepts(captured)).toBe(true);
    const wronglyAccepted = [];
    let tried = 0;
    for (const [what, request] of changed(captured)) {
      tried += 1;
      if (accepts({ ...captured, request })) wronglyAccepted.push(what);
    }
    expect(wronglyAccepted).toEqual([]);
    expect(tried).toBeGreaterThan(100);
  });

  test("is not accepted with another secret or method", () => {
    expect(accepts({ ...captured, secret: `${captured.secret}x` })).toBe(false);
    const method = captured.request.method === "GET" ? "POST" : "GET";
    expect(accepts({ ...captured, request: { ...captured.request, method } })).toBe(false);
  });
});
