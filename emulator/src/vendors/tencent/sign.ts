/**
 * TC3-HMAC-SHA256, as Tencent Cloud verifies it. Pure: time and keys are the caller's business.
 *
 * The vendor's Node SDK signs the host without its port although the Host header carries one; other clients sign it
 * with the port. Both are accepted.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { type CloudRequest, type HeaderMap, splitTarget } from "../../ports/request.ts";

const REQUIRED = ["content-type", "host"] as const;

export interface Tc3Claim {
  readonly secretId: string;
  /** `yyyy-MM-dd` of the scope. */
  readonly date: string;
  /** The first label of the endpoint as the client knows it: `teo`, but `127` for 127.0.0.1. */
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

export function readTc3(authorization: string): Tc3Claim | undefined {
  const match =
    /^TC3-HMAC-SHA256 +Credential=([^/,\s]+)\/(\d{4}-\d{2}-\d{2})\/([^/,\s]+)\/tc3_request, *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/.exec(
      authorization.trim(),
    );
  const [, secretId, date, service, names, signature] = match ?? [];
  if (!secretId || !date || !service || !names || !signature) return undefined;
  const signedHeaders = names.split(";");
  if (REQUIRED.some((name) => !signedHeaders.includes(name))) return undefined;
  return { secretId, date, service, signedHeaders, signature };
}

export function verifyTc3(
  request: CloudRequest,
  headers: HeaderMap,
  claim: Tc3Claim,
  timestamp: string,
  secretKey: string,
): boolean {
  const key = ["tc3_request"].reduce(hmac, hmac(hmac(`TC3${secretKey}`, claim.date), claim.service));
  const host = headers.get("host") ?? "";
  const given = Buffer.from(claim.signature, "hex");
  return [host, host.replace(/:\d+$/, "")].some((signedHost) => {
    const canonical = canonicalRequest(request, headers, claim, signedHost);
    const scope = `${claim.date}/${claim.service}/tc3_request`;
    const stringToSign = `TC3-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(canonical)}`;
    return timingSafeEqual(createHmac("sha256", key).update(stringToSign).digest(), given);
  });
}

function canonicalRequest(request: CloudRequest, headers: HeaderMap, claim: Tc3Claim, host: string): string {
  const { query } = splitTarget(request.target);
  let canonicalHeaders = "";
  for (const name of claim.signedHeaders) {
    const value = name === "host" ? host : (headers.get(name) ?? "").trim();
    // every header but these two is signed in lower case
    const shown = name === "host" || name === "content-type" ? value : value.toLowerCase();
    canonicalHeaders += `${name}:${shown}\n`;
  }
  return [request.method, "/", query, canonicalHeaders, claim.signedHeaders.join(";"), sha256(request.body)].join("\n");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
