/**
 * Alibaba Cloud's answers sorted into kinds, by code. The gateway's own codes
 * are here; what a product adds is in its `errors.ts`.
 * Source: https://help.aliyun.com/document_detail/434846.html (gateway codes).
 */
import * as z from "zod";
import { Fault, ownTrouble, type FaultFacts, type FaultKind } from "../../core/errors.ts";
import { statusFailure, type Destination } from "../../core/network/failure.ts";
import type { Incoming } from "../../core/network/send.ts";
import { parseExact } from "./json.ts";

export interface CodeRule {
  readonly kind: FaultKind;
  readonly hint?: string;
  /** A policy does not allow it: what would is said instead of a hint. */
  readonly denied?: true;
  /** For codes that come back too early unless this long is waited. */
  readonly retryAfterMs?: number;
  readonly window?: FaultFacts["window"];
  /** What a refusal is about, where the code says so. */
  readonly blames?: Fault["blames"];
}

export type CodeTable = Readonly<Record<string, CodeRule>>;

const keyHint = "Check alibabaAccessKeyId and alibabaAccessKeySecret, or the credentials of the environment.";
const clockHint = "The clock of this machine is more than 15 minutes off; set it right.";
const tokenHint = "The temporary credentials are over or do not belong together; get new ones.";

const gatewayCodes: CodeTable = {
  "InvalidAccessKeyId.NotFound": { kind: "auth", hint: keyHint },
  "InvalidAccessKeyId.Inactive": { kind: "auth", hint: "Enable the AccessKey in the RAM console." },
  IncompleteSignature: { kind: "auth", hint: keyHint },
  SignatureDoesNotMatch: { kind: "auth", hint: "The AccessKey secret is wrong, or a proxy changed the request." },
  // A proxy sent the request twice, and what came first may have been carried out.
  SignatureNonceUsed: { kind: "ambiguous" },
  "InvalidTimeStamp.Expired": { kind: "auth", hint: clockHint },
  "InvalidTimeStamp.Format": { kind: "auth", hint: clockHint },
  "InvalidSecurityToken.Expired": { kind: "auth", hint: tokenHint },
  "InvalidSecurityToken.Malformed": { kind: "auth", hint: tokenHint },
  "InvalidSecurityToken.MismatchWithAccessKey": { kind: "auth", hint: tokenHint },
  MissingAccessKeyId: { kind: "auth", hint: keyHint },
  "Forbidden.RAM": { kind: "auth", denied: true },
  NoPermission: { kind: "auth", denied: true },
  Forbidden: { kind: "auth", denied: true },
  AccountBlacklist: { kind: "auth", hint: "Ask the vendor why the account is blocked." },
  AccountStatusIllegal: { kind: "auth", hint: "Check the account's status and payments." },
  "InvalidAction.NotFound": {
    kind: "invalid",
    blames: "call",
    hint: "The endpoint does not know this operation; check the endpoint in the provider configuration.",
  },
  "InvalidApi.NotFound": {
    kind: "invalid",
    blames: "call",
    hint: "The endpoint does not know this operation; check the endpoint in the provider configuration.",
  },
  InvalidVersion: { kind: "invalid", blames: "call" },
  UnsupportedHTTPMethod: { kind: "invalid", blames: "call" },
  "InvalidProtocol.NeedSsl": { kind: "invalid", blames: "call", hint: "Give the endpoint without http://." },
  TooManyRequests: { kind: "throttled" },
  // They say that something failed, not how far it came.
  InternalError: { kind: "ambiguous" },
  InternalFailure: { kind: "ambiguous" },
  ServiceUnavailable: { kind: "ambiguous" },
  ServiceUnavailableTemporary: { kind: "ambiguous" },
};

export interface Where {
  readonly cloud: string;
  readonly action: string;
  readonly to: Destination;
  readonly codes: CodeTable;
  /** The statement that a RAM policy lacks when the call is refused for it. */
  readonly missingStatement: () => string;
}

/** What the gateway answered, or the fault that it told. */
export function bodyOf({ status, headers, body }: Incoming, where: Where): unknown {
  const { cloud, action, to } = where;
  const parsed = parse(body.toString());
  const refusal = refusalSchema.safeParse(parsed?.value);
  // Some parts of the gateway refuse with status 200: the code says it.
  const isRefused = refusal.success && !(status < 300 && /^(?:ok|success|200)$/i.test(refusal.data.code));
  if (status >= 200 && status < 300 && parsed !== undefined && !isRefused) return parsed.value;
  if (isRefused) throw toFault({ ...refusal.data, status, retryAfterMs: milliseconds(headers) }, where);
  throw new Fault({ cloud, action, ...statusFailure(status, to) });
}

/** 64-bit ids stay exact. `undefined`: no JSON. */
function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: parseExact(text) };
  } catch {
    return undefined;
  }
}

/** Old parts of the gateway write the names in lower case. */
const refusalSchema = z
  .object({
    Code: z.string().optional(),
    code: z.string().optional(),
    Message: z.string().optional().catch(undefined),
    message: z.string().optional().catch(undefined),
    RequestId: z.string().optional().catch(undefined),
    requestId: z.string().optional().catch(undefined),
  })
  .transform((read) => ({
    code: read.Code ?? read.code ?? "",
    text: read.Message ?? read.message ?? "",
    requestId: read.RequestId ?? read.requestId,
  }))
  .refine(({ code }) => code !== "");

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly text: string;
  readonly requestId: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** Each answer is sorted here, once. */
export function toFault({ status, code, text, requestId, retryAfterMs }: Refusal, where: Where): Fault {
  const { cloud, action } = where;
  const rule = where.codes[code] ?? gatewayCodes[code] ?? byShape(code, status);
  const hint = rule.denied === true ? policyHint(where.missingStatement()) : rule.hint;
  const { kind, blames, window } = rule;
  const again = retryAfterMs ?? rule.retryAfterMs;
  return new Fault({ cloud, action, code, text, requestId, kind, hint, blames, retryAfterMs: again, window });
}

function milliseconds(headers: Incoming["headers"]): number | undefined {
  const ms = Number(headers["x-acs-retry-after"]);
  return ms > 0 ? ms : undefined;
}

function policyHint(statement: string): string {
  return `The RAM policy of these credentials lacks a statement: ${statement} (edgecache:index:getPolicy writes the whole policy).`;
}

/** Codes that no table lists follow patterns; the documented `%s.OverQuota` families are among them. */
function byShape(code: string, status: number): CodeRule {
  if (code.includes("Throttling") || status === 429) return { kind: "throttled" };
  if (/quota/i.test(code)) return { kind: "quota" };
  if (status >= 500) return { kind: "ambiguous" };
  if (/^(Missing|Invalid|Illegal)/.test(code)) return { kind: "invalid" };
  if (ownTrouble.test(code)) return { kind: "ambiguous" };
  if (status === 401 || status === 403) return { kind: "auth" };
  return { kind: "unknown" };
}
