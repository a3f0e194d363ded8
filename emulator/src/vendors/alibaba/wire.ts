/** Alibaba's RPC style: action and version in headers, flat parameters, real HTTP statuses, ACS3 signatures. */
import { parseIsoSeconds } from "../../clock/time.ts";
import type { ApiError } from "../../ports/api-error.ts";
import { writeJson } from "../../ports/json.ts";
import type { AccessKey } from "../../ports/keys.ts";
import { type CloudRequest, type HeaderMap, decodePairs, splitTarget } from "../../ports/request.ts";
import type { Settings } from "../../ports/settings.ts";
import type { Attempt, Wire } from "../../ports/wire.ts";
import { isTimely } from "../timely.ts";
import * as gateway from "./errors.ts";
import type { AlibabaService } from "./product.ts";
import { acs3WindowMs, precedence, securityTokenStatus } from "./settings.ts";
import { readAcs3, verifyAcs3 } from "./sign.ts";

const CONTENT_TYPE = "application/json;charset=utf-8";

export function alibabaWire(services: readonly AlibabaService[]): Wire {
  return {
    claims: (_request, headers) => headers.get("x-acs-action") !== undefined,
    claimedKey: (_request, headers) => /Credential=([^,\s]+)/.exec(headers.get("authorization") ?? "")?.[1] ?? "",
    identify(request, headers, settings) {
      const version = headers.get("x-acs-version") ?? "";
      const service = services.find((candidate) => candidate.version === version);
      const reads = {
        forms: service?.forms === undefined || settings.switch(service.forms) === "read",
        postQuery: service?.postQuery === undefined || settings.switch(service.postQuery) === "read",
      };
      return {
        action: headers.get("x-acs-action") ?? "",
        version,
        input: Object.fromEntries(readParams(request, headers, settings, reads)),
      };
    },
    notFound: () => gateway.actionNotFound,
    authenticate,
    requestId: (random) => random.uuid().toUpperCase(),
    echoed: () => ({}),
    retryAfter: (ms) => ({ "x-acs-retry-after": String(ms) }),
    success: (result, requestId) => ({
      status: 200,
      headers: { "content-type": CONTENT_TYPE, "x-acs-request-id": requestId },
      body: writeJson({ RequestId: requestId, ...result }),
    }),
    failure: (error, requestId, authority, product) => ({
      status: error.status,
      headers: { "content-type": CONTENT_TYPE, "x-acs-request-id": requestId, ...error.headers },
      body: failureBody(error, requestId, authority, product),
    }),
  };
}

/** Parameters may come in the query and in a form. */
function readParams(
  request: CloudRequest,
  headers: HeaderMap,
  settings: Settings,
  reads: { readonly forms: boolean; readonly postQuery: boolean },
): [string, string][] {
  // a space may travel as %20 (the Node SDKs) or as a plus sign (the Python SDKs)
  const query =
    request.method === "POST" && !reads.postQuery ? [] : decodePairs(splitTarget(request.target).query, true);
  const isForm = headers.get("content-type")?.toLowerCase().startsWith("application/x-www-form-urlencoded");
  if (!isForm || !reads.forms || request.body.byteLength === 0) return query;
  const form = decodePairs(Buffer.from(request.body).toString("utf8"), true);
  // of two values of one name the later one stays
  return settings.switch(precedence) === "form" ? [...query, ...form] : [...form, ...query];
}

/** The documented order: what is missing, the date, the key, its token, the signature, the nonce. */
function authenticate(attempt: Attempt): AccessKey {
  const { request, headers, key, tenant } = attempt;
  const authorization = headers.get("authorization");
  if (authorization === undefined || authorization === "") throw gateway.missingAccessKeyId;
  const claim = readAcs3(authorization);
  if (!claim) throw gateway.incompleteSignature;
  const date = parseIsoSeconds(headers.get("x-acs-date") ?? "");
  if (date === undefined) throw gateway.timeStampFormat;
  const windowMs = tenant.settings.limit(acs3WindowMs);
  if (!isTimely(date, windowMs, attempt)) throw gateway.timeStampExpired;
  if (!key) throw gateway.accessKeyNotFound;
  if (key.status === "inactive") throw gateway.accessKeyInactive;
  const wrongToken = tokenError(headers.get("x-acs-security-token"), key, tenant.clock.now());
  if (wrongToken) throw wrongToken.with({ status: Number(tenant.settings.switch(securityTokenStatus)) });
  const verdict = verifyAcs3(request, headers, claim, key.accessKeySecret);
  if (!verdict.ok) throw gateway.signatureMismatch(verdict.stringToSign);
  const nonce = headers.get("x-acs-signature-nonce") ?? "";
  if (!tenant.nonces.use(key.accessKeyId, nonce, windowMs)) throw gateway.nonceUsed;
  return key;
}

function tokenError(token: string | undefined, key: AccessKey, now: number): ApiError | undefined {
  if (key.securityToken === undefined) return token === undefined ? undefined : gateway.tokenMismatch;
  if (token === undefined) return gateway.tokenMismatch;
  if (token === "" || /\s/.test(token)) return gateway.tokenMalformed;
  if (token !== key.securityToken) return gateway.tokenMismatch;
  const expired = key.expires !== undefined && Date.parse(key.expires) <= now;
  return expired ? gateway.tokenExpired : undefined;
}

function failureBody(error: ApiError, requestId: string, authority: string, product: string): string {
  const query = `q=${error.code}&product=${product}&requestId=${requestId}`;
  return JSON.stringify({
    RequestId: requestId,
    HostId: authority.replace(/:\d+$/, ""),
    Code: error.code,
    Message: error.message,
    Recommend: `https://api.aliyun.com/troubleshoot?${query}`,
    ...error.extra,
  });
}
