/**
 * Alibaba Cloud's answers sorted into kinds, by code. The gateway's own codes
 * are here; what a product adds is in its `errors.ts`.
 * Source: https://help.aliyun.com/document_detail/434846.html (gateway codes).
 */
import * as z from "zod";
import { Fault, type FaultFacts, type FaultKind } from "../../core/errors.ts";

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

/** What the SDK throws, in every form that was seen. */
const thrownSchema = z.object({
  name: z.string().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
  message: z.string().catch(""),
  statusCode: z.number().optional().catch(undefined),
  requestId: z.string().optional().catch(undefined),
  retryAfter: z.number().optional().catch(undefined),
  data: z
    .object({
      RequestId: z.string().optional().catch(undefined),
      requestId: z.string().optional().catch(undefined),
      Message: z.string().optional().catch(undefined),
      message: z.string().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});
type Thrown = z.output<typeof thrownSchema>;

export interface Where {
  readonly cloud: string;
  readonly action: string;
  readonly endpoint: string;
  readonly codes: CodeTable;
  /** The statement that a RAM policy lacks when the call is refused for it. */
  readonly missingStatement: () => string;
}

export function toFault(error: unknown, where: Where): Fault {
  // Properties of an Error are not enumerable own ones for zod's eyes when they sit on the prototype: copy by name.
  const thrown = thrownSchema.parse(error instanceof Error ? pick(error) : { message: String(error) });
  const { cloud, action } = where;
  if (thrown.statusCode !== undefined && thrown.code !== undefined) {
    const { code } = thrown;
    const rule = where.codes[code] ?? gatewayCodes[code] ?? byShape(code, thrown.statusCode);
    return new Fault({
      cloud,
      action,
      code,
      text: thrown.data?.Message ?? thrown.data?.message ?? thrown.message,
      requestId: known(thrown.requestId) ?? thrown.data?.RequestId ?? thrown.data?.requestId,
      kind: rule.kind,
      hint: rule.denied === true ? policyHint(where.missingStatement()) : rule.hint,
      blames: rule.blames,
      retryAfterMs: positive(thrown.retryAfter) ?? rule.retryAfterMs,
      window: rule.window,
    });
  }
  return new Fault({ cloud, action, ...withoutAnswer(thrown, where.endpoint) });
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
  if (status === 401 || status === 403) return { kind: "auth" };
  return { kind: "unknown" };
}

/** No answer that can be read. Only a connection that never stood surely did nothing. */
function withoutAnswer(
  thrown: Thrown,
  endpoint: string,
): { kind: FaultKind; code: string; text: string; hint?: string } {
  const code = thrown.code ?? "";
  if (code === "ENOTFOUND") {
    return {
      kind: "invalid",
      code,
      text: `the host ${endpoint} is not known`,
      hint: "Check the endpoint in the provider configuration.",
    };
  }
  if (code === "ECONNREFUSED" || code === "EAI_AGAIN" || code === "ENETUNREACH" || code === "EHOSTUNREACH") {
    return { kind: "transient", code, text: `no connection to ${endpoint}` };
  }
  if (
    code.startsWith("ERR_TLS") ||
    code.startsWith("CERT_") ||
    code.includes("SELF_SIGNED") ||
    code.startsWith("UNABLE_TO_")
  ) {
    return { kind: "invalid", code, text: `no trusted connection to ${endpoint}` };
  }
  if (thrown.name === "RequestTimeoutError") {
    return { kind: "ambiguous", code: "ClientTimeout", text: `${endpoint} did not answer in time` };
  }
  if (thrown.name === "SyntaxError") {
    return {
      kind: "ambiguous",
      code: "UnreadableAnswer",
      text: `${endpoint} answered something that is not JSON, as broken proxies do`,
    };
  }
  return {
    kind: "ambiguous",
    code: code === "" ? "NoAnswer" : code,
    text: `the connection to ${endpoint} broke before an answer came`,
  };
}

function pick(error: Error): Record<string, unknown> {
  const entries = ["name", "code", "message", "statusCode", "requestId", "retryAfter", "data"] as const;
  return Object.fromEntries(entries.map((key): [string, unknown] => [key, Reflect.get(error, key)]));
}

/** The SDK writes absent things as the word. */
function known(text: string | undefined): string | undefined {
  return text === undefined || text === "undefined" || text === "" ? undefined : text;
}

function positive(ms: number | undefined): number | undefined {
  return ms !== undefined && ms > 0 ? ms : undefined;
}
