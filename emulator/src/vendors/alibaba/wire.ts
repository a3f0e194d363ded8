/** Alibaba's RPC style: action and version in headers, flat parameters, real HTTP statuses, ACS3 signatures. */
import { readAcs3, verifyAcs3 } from "./sign.ts";
import { acs3WindowMs, securityTokenStatus } from "../settings.ts";
import { isTimely } from "../skew.ts";
import { parseIsoSeconds } from "../../clock/time.ts";
import { ApiError } from "../../ports/api-error.ts";
import * as gateway from "./errors.ts";
import { Params } from "./params.ts";
import type { ServiceDefinition } from "../../ports/service.ts";
import { type CloudRequest, type HeaderMap, decodePairs, splitTarget } from "../../ports/request.ts";
import { esaForms, precedence } from "../../front/settings.ts";
import { writeJson } from "../../ports/json.ts";
import type { Settings } from "../../ports/settings.ts";
import type { Tenant } from "../../tenant/tenant.ts";
import type { Machine, Owner, Wire } from "../../ports/wire.ts";

const CONTENT_TYPE = "application/json;charset=utf-8";

export function alibabaWire(services: readonly ServiceDefinition[], machine: Machine): Wire {
  return {
    vendor: "alibaba",
    claims: (_request, headers) => headers.get("x-acs-action") !== undefined,
    claimedKey: (_request, headers) => /Credential=([^,\s]+)/.exec(headers.get("authorization") ?? "")?.[1] ?? "",
    identify(request, headers, settings) {
      const params = readParams(request, headers, settings);
      return {
        action: headers.get("x-acs-action") ?? "",
        version: headers.get("x-acs-version") ?? "",
        params: new Params(params),
        input: undefined,
        shown: Object.fromEntries(params),
      };
    },
    route(request, call, tenant) {
      const service = services.find(({ wire, version }) => wire === "alibaba" && version === call.version);
      const operation = service && tenant.services.get(service.name)?.operations.get(call.action);
      if (!service || !operation || !operation.methods.some((method) => method === request.method)) {
        throw gateway.actionNotFound;
      }
      return { service, operation };
    },
    authenticate: (request, headers, owner, tenant) => authenticate(request, headers, owner, tenant, machine),
    echoed: () => ({}),
    requestId: (random) => random.uuid().toUpperCase(),
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
function readParams(request: CloudRequest, headers: HeaderMap, settings: Settings): [string, string][] {
  // a space may travel as %20 (the Node SDKs) or as a plus sign (the Python SDKs)
  const query = decodePairs(splitTarget(request.target).query, true);
  const isForm = headers.get("content-type")?.toLowerCase().startsWith("application/x-www-form-urlencoded");
  if (!isForm || request.body.byteLength === 0) return query;
  if (headers.get("x-acs-version") === "2024-09-10" && settings.switch(esaForms) === "ignored") return query;
  const form = decodePairs(Buffer.from(request.body).toString("utf8"), true);
  // of two values of one name the later one stays
  return settings.switch(precedence) === "form" ? [...query, ...form] : [...form, ...query];
}

/** The documented order: what is missing, the date, the key, its token, the signature, the nonce. */
function authenticate(
  request: CloudRequest,
  headers: HeaderMap,
  owner: Owner | undefined,
  tenant: Tenant,
  machine: Machine,
): Owner["key"] {
  const authorization = headers.get("authorization");
  if (authorization === undefined || authorization === "") throw gateway.missingAccessKeyId;
  const claim = readAcs3(authorization);
  if (!claim) throw gateway.incompleteSignature;
  const date = parseIsoSeconds(headers.get("x-acs-date") ?? "");
  if (date === undefined) throw gateway.timeStampFormat;
  const windowMs = tenant.settings.limit(acs3WindowMs);
  if (!isTimely(date, windowMs, tenant, machine.now())) throw gateway.timeStampExpired;
  if (!owner || owner.key.cloud !== "alibaba") throw gateway.accessKeyNotFound;
  const { key } = owner;
  if (key.status === "inactive") throw gateway.accessKeyInactive;
  checkToken(headers.get("x-acs-security-token"), owner);
  const verdict = verifyAcs3(request, headers, claim, key.accessKeySecret);
  if (!verdict.ok) throw gateway.signatureMismatch(verdict.stringToSign);
  const nonce = headers.get("x-acs-signature-nonce") ?? "";
  if (!tenant.nonces.use(key.accessKeyId, nonce, windowMs)) throw gateway.nonceUsed;
  return key;
}

function checkToken(token: string | undefined, { tenant, key }: Owner): void {
  const error = tokenError(token, { tenant, key });
  if (!error) return;
  throw new ApiError(Number(tenant.settings.switch(securityTokenStatus)), error.code, error.message);
}

function tokenError(token: string | undefined, { tenant, key }: Owner): ApiError | undefined {
  if (key.securityToken === undefined) return token === undefined ? undefined : gateway.tokenMismatch;
  if (token === undefined) return gateway.tokenMismatch;
  if (token === "" || /\s/.test(token)) return gateway.tokenMalformed;
  if (token !== key.securityToken) return gateway.tokenMismatch;
  const expired = key.expires !== undefined && Date.parse(key.expires) <= tenant.clock.now();
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
