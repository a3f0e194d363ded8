/**
 * Tencent Cloud's answers sorted into kinds, by code: the exact code, else its
 * family before the dot. Sources: https://cloud.tencent.com/document/api/1552/80721 (common
 * codes) and the CreatePurgeTask page, read 2026-11-22.
 */
import * as z from "zod";
import { Fault, type FaultKind } from "../../core/errors.ts";

interface CodeRule {
  readonly kind: FaultKind;
  readonly hint?: string;
  /** A policy does not allow it: what would is said instead of a hint. */
  readonly denied?: true;
  /** What a refusal is about, where the code says so. */
  readonly blames?: Fault["blames"];
}

const keyHint = "Check tencentSecretId and tencentSecretKey, or the credentials of the environment.";
const zoneHint =
  "Check zoneId: the zone must exist and belong to the account of these credentials. An international account needs tencentSite: international.";
const quotaHint =
  "The daily quota is used up; it resets the next day. Send a prefix or a tag instead of URLs, or ask the vendor for more.";

const codes: Readonly<Record<string, CodeRule>> = {
  RequestLimitExceeded: { kind: "throttled" },
  "LimitExceeded.RateLimitExceeded": { kind: "throttled" },
  "InvalidParameter.ActionInProgress": { kind: "transient" },
  // They say that something failed, not how far it came.
  InternalError: { kind: "ambiguous" },
  ServiceUnavailable: { kind: "ambiguous" },
  ResourceInUse: { kind: "transient" },
  ResourceUnavailable: { kind: "transient" },
  ResourceBusy: { kind: "transient" },
  ResourceInsufficient: { kind: "transient" },
  FailedOperation: { kind: "invalid" },
  OperationDenied: { kind: "invalid" },
  // "Unknown backend error", for all its name.
  "UnauthorizedOperation.Unknown": { kind: "ambiguous" },
  "LimitExceeded.BatchQuota": { kind: "quota", hint: "One submission carries too many targets for this plan." },
  "LimitExceeded.DailyQuota": { kind: "quota", hint: quotaHint },
  "LimitExceeded.PackNotAllow": { kind: "quota", hint: "The plan of the zone does not include this." },
  LimitExceeded: { kind: "quota" },
  RequestSizeLimitExceeded: { kind: "invalid" },
  ResponseSizeLimitExceeded: { kind: "invalid" },
  "AuthFailure.SignatureExpire": {
    kind: "auth",
    hint: "The clock of this machine is more than 5 minutes off; set it right.",
  },
  "AuthFailure.TokenFailure": {
    kind: "auth",
    hint: "The temporary credentials are over or do not belong together; get new ones.",
  },
  // The keys are right, for all its name.
  "AuthFailure.UnauthorizedOperation": { kind: "auth", denied: true },
  AuthFailure: { kind: "auth", hint: keyHint },
  UnauthorizedOperation: { kind: "auth", denied: true },
  IpInBlacklist: { kind: "auth" },
  IpNotInWhitelist: { kind: "auth" },
  "InvalidParameter.DomainNotFound": { kind: "notFound", blames: "host", hint: "The host must belong to the zone." },
  "InvalidParameter.ZoneNotFound": { kind: "notFound", blames: "call", hint: zoneHint },
  "InvalidParameterValue.ZoneNotFound": { kind: "notFound", blames: "call", hint: zoneHint },
  "ResourceNotFound.ZoneNotFound": { kind: "notFound", blames: "call", hint: zoneHint },
  "ResourceUnavailable.ZoneNotFound": { kind: "notFound", blames: "call", hint: zoneHint },
  ResourceNotFound: { kind: "notFound" },
  InvalidParameter: { kind: "invalid" },
  InvalidParameterValue: { kind: "invalid" },
  MissingParameter: { kind: "invalid", blames: "call" },
  UnknownParameter: { kind: "invalid", blames: "call" },
  InvalidAction: { kind: "invalid", blames: "call" },
  ActionOffline: { kind: "invalid", blames: "call" },
  NoSuchVersion: { kind: "invalid", blames: "call" },
  NoSuchProduct: { kind: "invalid", blames: "call" },
  UnsupportedRegion: { kind: "invalid", blames: "call" },
  UnsupportedOperation: { kind: "invalid", blames: "call" },
  UnsupportedProtocol: { kind: "invalid", blames: "call" },
  InvalidRequest: { kind: "invalid" },
  DryRunOperation: { kind: "invalid" },
};

const thrownSchema = z.object({
  name: z.string().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
  message: z.string().catch(""),
  requestId: z.string().optional().catch(undefined),
  httpCode: z.number().optional().catch(undefined),
  type: z.string().optional().catch(undefined),
});

export interface Where {
  readonly action: string;
  readonly endpoint: string;
  /** The statement that a CAM policy lacks when the call is refused for it. */
  readonly missingStatement: () => string;
}

export function toFault(error: unknown, { action, endpoint, missingStatement }: Where): Fault {
  const keys = ["name", "code", "message", "requestId", "httpCode", "type"] as const;
  const thrown = thrownSchema.parse(
    error instanceof Error
      ? Object.fromEntries(keys.map((key): [string, unknown] => [key, Reflect.get(error, key)]))
      : { message: String(error) },
  );
  const facts = { cloud: "EdgeOne", action, requestId: thrown.requestId === "" ? undefined : thrown.requestId };
  // Vendor codes begin with a capital; Node's (ECONNRESET) do too, but have no requestId.
  if (thrown.code !== undefined && thrown.code !== "" && facts.requestId !== undefined) {
    const { code } = thrown;
    const rule: CodeRule = codes[code] ?? codes[code.split(".")[0] ?? ""] ?? { kind: "unknown" };
    const hint = rule.denied === true ? policyHint(missingStatement()) : rule.hint;
    return new Fault({ ...facts, kind: rule.kind, hint, code, text: thrown.message });
  }
  if (thrown.httpCode !== undefined) {
    // The API itself always answers 200: this came from something in between.
    const kind = thrown.httpCode === 429 ? "throttled" : thrown.httpCode >= 500 ? "ambiguous" : "invalid";
    return new Fault({
      ...facts,
      kind,
      code: `HTTP${thrown.httpCode}`,
      text: `${endpoint} answered ${thrown.httpCode} ${thrown.message}`,
    });
  }
  return new Fault({ ...facts, ...withoutAnswer(thrown.message, endpoint) });
}

function policyHint(statement: string): string {
  return `The CAM policy of these credentials lacks a statement: ${statement} (edgecache:index:getPolicy writes the whole policy).`;
}

/** The SDK leaves only a text of these (node-fetch 2), so for once the text decides. */
function withoutAnswer(
  message: string,
  endpoint: string,
): { kind: FaultKind; code: string; text: string; hint?: string } {
  if (message.includes("ENOTFOUND")) {
    return {
      kind: "invalid",
      code: "ENOTFOUND",
      text: `the host ${endpoint} is not known`,
      hint: "Check teoEndpoint in the provider configuration.",
    };
  }
  const refused = /ECONNREFUSED|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH/.exec(message)?.[0];
  if (refused !== undefined) return { kind: "transient", code: refused, text: `no connection to ${endpoint}` };
  if (/timeout|aborted/.test(message))
    return { kind: "ambiguous", code: "ClientTimeout", text: `${endpoint} did not answer in time` };
  return { kind: "ambiguous", code: "NoAnswer", text: `no answer that can be read came from ${endpoint}` };
}
