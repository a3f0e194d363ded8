/** Tencent's wire form: JSON in, HTTP 200 out whatever happens, TC3 signatures (or the older form, see hmac.ts). */
import type { Json, JsonObject } from "../../ports/json.ts";
import type { AccessKey } from "../../ports/keys.ts";
import { type CloudRequest, type HeaderMap, decodePairs, splitTarget } from "../../ports/request.ts";
import type { ServiceDefinition } from "../../ports/service.ts";
import type { Attempt, Wire } from "../../ports/wire.ts";
import { isTimely } from "../timely.ts";
import * as common from "./errors.ts";
import { SIGNATURE_MEMBERS, verifyHmac } from "./hmac.ts";
import { strictService, tc3WindowMs, traceId } from "./settings.ts";
import { readTc3, verifyTc3 } from "./sign.ts";

// Exactly this: the vendor's Python SDK looks for errors only under it, so with a charset every error passes.
const CONTENT_TYPE = "application/json";

export function tencentWire(services: readonly ServiceDefinition[]): Wire {
  return {
    claims: (request, headers) => headers.get("x-tc-action") !== undefined || readForm(request, headers) !== undefined,
    claimedKey: (request, headers) =>
      readForm(request, headers)?.get("SecretId") ??
      /Credential=([^/,\s]+)/.exec(headers.get("authorization") ?? "")?.[1] ??
      "",
    identify(request, headers) {
      const form = readForm(request, headers);
      return {
        action: form?.get("Action") ?? headers.get("x-tc-action") ?? "",
        version: form?.get("Version") ?? headers.get("x-tc-version") ?? "",
        input: form ? formInput(form) : readInput(request),
      };
    },
    notFound: ({ action }, service) =>
      action !== "" && service === undefined ? common.noSuchVersion : common.invalidAction(action),
    authenticate: (attempt) => authenticate(attempt, services),
    requestId: (random) => random.uuid(),
    echoed(headers, settings) {
      const id = headers.get("x-tc-traceid");
      return id !== undefined && settings.switch(traceId) === "echoed" ? { "x-tc-traceid": id } : {};
    },
    retryAfter: () => ({}),
    success: (result, requestId) => answer({ ...result, RequestId: requestId }),
    failure: (error, requestId) =>
      error.status === 200
        ? answer({ Error: { Code: error.code, Message: error.message }, RequestId: requestId })
        : { ...answer({ RequestId: requestId }), status: error.status },
  };
}

function answer(response: JsonObject): { status: number; headers: Record<string, string>; body: string } {
  return { status: 200, headers: { "content-type": CONTENT_TYPE }, body: JSON.stringify({ Response: response }) };
}

function authenticate(attempt: Attempt, services: readonly ServiceDefinition[]): AccessKey {
  const { request, headers, key, tenant } = attempt;
  const form = readForm(request, headers);
  if (form) return authenticateForm(attempt, form);
  const claim = readTc3(headers.get("authorization") ?? "");
  if (!claim) throw common.invalidAuthorization;
  const timestamp = headers.get("x-tc-timestamp") ?? "";
  if (!/^\d{1,12}$/.test(timestamp)) throw common.invalidTimestamp;
  const at = Number(timestamp) * 1000;
  if (!key || key.status === "inactive") throw common.secretIdNotFound;
  if (!isTimely(at, tenant.settings.limit(tc3WindowMs), attempt)) throw common.signatureExpired;
  if (claim.date !== new Date(at).toISOString().slice(0, 10)) throw common.signatureFailure;
  const strict = tenant.settings.switch(strictService) === "on";
  if (strict && !services.some(({ product }) => product === claim.service)) throw common.signatureFailure;
  if (!verifyTc3(request, headers, claim, timestamp, key.accessKeySecret)) throw common.signatureFailure;
  const expired = key.expires !== undefined && Date.parse(key.expires) <= tenant.clock.now();
  if (headers.get("x-tc-token") !== key.securityToken || expired) throw common.tokenFailure;
  return key;
}

function authenticateForm(attempt: Attempt, form: ReadonlyMap<string, string>): AccessKey {
  const { request, headers, key, tenant } = attempt;
  if (!key) throw common.secretIdNotFound;
  const at = Number(form.get("Timestamp")) * 1000;
  if (!isTimely(at, tenant.settings.limit(tc3WindowMs), attempt)) throw common.signatureExpired;
  const host = headers.get("host") ?? "";
  const { path } = splitTarget(request.target);
  if (!verifyHmac(request.method, host, path, [...form], key.accessKeySecret)) throw common.signatureFailure;
  if (form.get("Token") !== key.securityToken) throw common.tokenFailure;
  return key;
}

/** The form of the older signature. */
function readForm(request: CloudRequest, headers: HeaderMap): ReadonlyMap<string, string> | undefined {
  if (request.method !== "POST" || headers.get("x-tc-action") !== undefined) return undefined;
  if (!headers.get("content-type")?.startsWith("application/x-www-form-urlencoded")) return undefined;
  const form = new Map(decodePairs(Buffer.from(request.body).toString("utf8"), true));
  return form.has("SecretId") && form.has("Signature") ? form : undefined;
}

function formInput(form: ReadonlyMap<string, string>): JsonObject {
  const common: readonly string[] = SIGNATURE_MEMBERS;
  return unflatten([...form].filter(([name]) => !common.includes(name)));
}

/** The JSON body, or a GET's flattened query (`Targets.0=..`). Undefined: not an object. */
function readInput(request: CloudRequest): JsonObject | undefined {
  if (request.method === "GET") return unflatten(decodePairs(splitTarget(request.target).query, true));
  try {
    const json: unknown = JSON.parse(Buffer.from(request.body).toString("utf8") || "{}");
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function isObject(json: unknown): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

type Tree = { [key: string]: string | Tree };

function unflatten(pairs: readonly (readonly [string, string])[]): JsonObject {
  const root: Tree = {};
  for (const [name, value] of pairs) {
    const path = name.split(".");
    let node = root;
    for (const step of path.slice(0, -1)) {
      const next = node[step];
      const child: Tree = typeof next === "object" ? next : {};
      node[step] = child;
      node = child;
    }
    node[path.at(-1) ?? ""] = value;
  }
  return Object.fromEntries(Object.entries(root).map(([name, value]) => [name, listed(value)]));
}

/** Objects whose names are 0, 1, 2.. are lists. */
function listed(tree: string | Tree): Json {
  if (typeof tree === "string") return tree;
  const entries = Object.entries(tree).map(([name, value]): [string, Json] => [name, listed(value)]);
  const isList = entries.length > 0 && entries.every(([name], index) => name === String(index));
  return isList ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}
