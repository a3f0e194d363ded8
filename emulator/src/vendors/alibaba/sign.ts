/**
 * ACS3-HMAC-SHA256, as Alibaba Cloud verifies it. Pure: time, nonces and keys are the caller's business.
 *
 * The list of signed headers comes from the request, because clients sign different ones (security token, retry
 * counters), but a minimum is required: without the action or the date in it a signature would protect nothing.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { type CloudRequest, type HeaderMap, decodePairs, splitTarget } from "../../ports/request.ts";

const ALGORITHM = "ACS3-HMAC-SHA256";
const REQUIRED = [
  "host",
  "x-acs-action",
  "x-acs-content-sha256",
  "x-acs-date",
  "x-acs-signature-nonce",
  "x-acs-version",
] as const;

export interface Acs3Claim {
  readonly accessKeyId: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** What the Authorization header claims, or undefined when it is malformed. */
export function readAcs3(authorization: string): Acs3Claim | undefined {
  const match = /^ACS3-HMAC-SHA256 +Credential=([^,\s]+), *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/.exec(
    authorization.trim(),
  );
  const [, accessKeyId, signedHeaders, signature] = match ?? [];
  if (accessKeyId === undefined || signedHeaders === undefined || signature === undefined) return undefined;
  const names = signedHeaders.split(";");
  if (REQUIRED.some((name) => !names.includes(name))) return undefined;
  return { accessKeyId, signedHeaders: names, signature };
}

export type Acs3Verdict = { readonly ok: true } | { readonly ok: false; readonly stringToSign: string };

/** Checks the body's hash and the signature with the key's secret. */
export function verifyAcs3(request: CloudRequest, headers: HeaderMap, claim: Acs3Claim, secret: string): Acs3Verdict {
  const claimedHash = headers.get("x-acs-content-sha256") ?? "";
  const actualHash = createHash("sha256").update(request.body).digest("hex");
  const canonical = canonicalRequest(request, headers, claim, actualHash);
  const stringToSign = `${ALGORITHM}\n${createHash("sha256").update(canonical).digest("hex")}`;
  const expected = createHmac("sha256", secret).update(stringToSign).digest();
  const matches = timingSafeEqual(expected, Buffer.from(claim.signature, "hex"));
  return matches && claimedHash === actualHash ? { ok: true } : { ok: false, stringToSign };
}

function canonicalRequest(request: CloudRequest, headers: HeaderMap, claim: Acs3Claim, bodyHash: string): string {
  const { path, query } = splitTarget(request.target);
  const names = claim.signedHeaders.toSorted();
  let canonicalHeaders = "";
  for (const name of names) {
    const values = headers.all(name);
    const value = values.length === 1 ? (values[0] ?? "").trim() : joinDuplicates(values);
    canonicalHeaders += `${name}:${value}\n`;
  }
  return [
    request.method,
    path === "" ? "/" : path,
    canonicalQuery(query),
    canonicalHeaders,
    claim.signedHeaders.join(";"),
    bodyHash,
  ].join("\n");
}

function joinDuplicates(values: readonly string[]): string {
  return values
    .map((value) => value.trim())
    .toSorted()
    .join(",");
}

function canonicalQuery(query: string): string {
  return decodePairs(query, true)
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}=${encodeRfc3986(value)}`)
    .join("&");
}

// The wire leaves !'()* raw, the signature does not: so the value is decoded and encoded again, never copied.
function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
