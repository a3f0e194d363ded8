/**
 * Tencent Cloud's answers sorted into kinds, by code: the exact code, else its
 * family before the dot. Sources: https://cloud.tencent.com/document/api/1552/80721 (common
 * codes) and the CreatePurgeTask page, read 2026-11-22.
 */
import * as z from "zod";
import { Fault, ownTrouble, type FaultKind } from "../../core/errors.ts";

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
const quotaHint = "The daily quota is used up. Send a prefix or a tag instead of URLs, or ask the vendor for more.";

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
  // Neither says whether a target is wrong or the moment.
  FailedOperation: { kind: "unknown" },
  OperationDenied: { kind: "unknown" },
  "InvalidParameter.TaskNotGenerated": { kind: "unknown" },
  // Documented as "unknown backend error", not as a refusal.
  "UnauthorizedOperation.Unknown": { kind: "ambiguous" },
  "LimitExceeded.BatchQuota": {
    kind: "quota",
    blames: "size",
    hint: "One submission carries too many targets for this plan.",
  },
  "LimitExceeded.DailyQuota": { kind: "quota", hint: quotaHint },
  "LimitExceeded.PackNotAllow": { kind: "quota", hint: "The plan of the zone does not include this." },
  LimitExceeded: { kind: "quota" },
  RequestSizeLimitExceeded: { kind: "invalid", blames: "size" },
  ResponseSizeLimitExceeded: { kind: "invalid" },
  "AuthFailure.SignatureExpire": {
    kind: "auth",
    hint: "The clock of this machine is more than 5 minutes off; set it right.",
  },
  "AuthFailure.TokenFailure": {
    kind: "auth",
    hint: "The temporary credentials are over or do not belong together; get new ones.",
  },
  // The keys are right: a policy refuses, although the code begins with AuthFailure.
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

export interface Where {
  readonly action: string;
  /** The statement that a CAM policy lacks when the call is refused for it. */
  readonly missingStatement: () => string;
}

export interface Refusal {
  readonly code: string;
  readonly text: string;
  readonly requestId: string | undefined;
}

/** What the vendor's SDK throws: a refusal of the cloud, or a status that is not the cloud's. All else has a text only. */
const thrownSchema = z.object({
  code: z.string().optional().catch(undefined),
  message: z.string().catch(""),
  requestId: z.string().optional().catch(undefined),
  httpCode: z.number().optional().catch(undefined),
});

/** `undefined`: no answer came, or none that can be read; the request's journey tells more. */
export function refusalIn(error: unknown): Refusal | { readonly status: number } | undefined {
  if (!(error instanceof Error)) return undefined;
  const of = (key: string): unknown => Reflect.get(error, key);
  const { code, message, requestId, httpCode } = thrownSchema.parse({
    code: of("code"),
    message: error.message,
    requestId: of("requestId"),
    httpCode: of("httpCode"),
  });
  // The API itself always answers 200: another status came from something in between.
  if (httpCode !== undefined) return { status: httpCode };
  // Node's own codes come without a request id.
  const refused = code !== undefined && code !== "" && requestId !== undefined && requestId !== "";
  return refused ? { code, text: message, requestId } : undefined;
}

/** Each answer is sorted here, once. */
export function toFault({ code, text, requestId }: Refusal, { action, missingStatement }: Where): Fault {
  const [family = "", detail = ""] = code.split(".");
  const rule: CodeRule = codes[code] ?? byDetail(family, detail) ?? codes[family] ?? { kind: "unknown" };
  const hint = rule.denied === true ? policyHint(missingStatement()) : rule.hint;
  const { kind, blames } = rule;
  return new Fault({ cloud: "EdgeOne", action, kind, hint, blames, code, text, requestId });
}

/** Documented families with details that no page lists. An input may be called anything; an operation that failed may have begun. */
function byDetail(family: string, detail: string): CodeRule | undefined {
  return !/^(Invalid|Missing|Unknown|Unsupported)/.test(family) && ownTrouble.test(detail || family)
    ? { kind: "ambiguous" }
    : undefined;
}

function policyHint(statement: string): string {
  return `The CAM policy of these credentials lacks a statement: ${statement} (edgecache:index:getPolicy writes the whole policy).`;
}
