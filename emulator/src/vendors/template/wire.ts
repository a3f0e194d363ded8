/**
 * The wire form: `POST /` with a JSON body, the action and its version in headers, the key by HTTP Basic. An error has
 * its HTTP status and the body `{ code, message, requestId }`.
 */
import { timingSafeEqual } from "node:crypto";
import { type JsonObject, jsonObjectSchema, writeJson } from "../../ports/json.ts";
import type { AccessKey } from "../../ports/keys.ts";
import type { CloudAnswer, CloudRequest, HeaderMap } from "../../ports/request.ts";
import type { Attempt, Wire } from "../../ports/wire.ts";
import { keyRefused, noSuchAction } from "./errors.ts";

export const templateWire: Wire = {
  claims: (_request, headers) => headers.get("x-template-action") !== undefined,
  claimedKey: (_request, headers) => readBasic(headers).id,
  identify: (request, headers) => ({
    action: headers.get("x-template-action") ?? "",
    version: headers.get("x-template-version") ?? "",
    input: readBody(request),
  }),
  notFound: () => noSuchAction,
  authenticate,
  requestId: (random) => random.uuid(),
  echoed: () => ({}),
  retryAfter: (ms) => ({ "retry-after": String(Math.ceil(ms / 1000)) }),
  success: (result, requestId) => answer(200, { ...result, requestId }),
  failure: ({ status, code, message, headers }, requestId) => answer(status, { code, message, requestId }, headers),
};

function authenticate({ headers, key }: Attempt): AccessKey {
  const { secret } = readBasic(headers);
  if (!key || key.status === "inactive" || !sameText(secret, key.accessKeySecret)) throw keyRefused;
  return key;
}

function readBasic(headers: HeaderMap): { readonly id: string; readonly secret: string } {
  const encoded = /^Basic (\S+)$/.exec(headers.get("authorization") ?? "")?.[1] ?? "";
  const [id = "", ...secret] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return { id, secret: secret.join(":") };
}

function sameText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

function readBody(request: CloudRequest): JsonObject | undefined {
  try {
    return jsonObjectSchema.parse(JSON.parse(Buffer.from(request.body).toString("utf8")));
  } catch {
    return undefined;
  }
}

function answer(status: number, body: JsonObject, headers: Readonly<Record<string, string>> = {}): CloudAnswer {
  return { status, headers: { "content-type": "application/json", ...headers }, body: writeJson(body) };
}
