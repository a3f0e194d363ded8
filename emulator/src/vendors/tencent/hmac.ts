/**
 * Tencent's older signature: everything in a form, HMAC-SHA256 or HMAC-SHA1 over the sorted parameters. Old clients
 * and `signMethod` of the SDK still use it.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

export const SIGNATURE_MEMBERS = [
  "Action",
  "Version",
  "Region",
  "RequestClient",
  "Nonce",
  "Timestamp",
  "SecretId",
  "SignatureMethod",
  "Signature",
  "Token",
  "Language",
] as const;

export function verifyHmac(
  method: string,
  host: string,
  path: string,
  pairs: readonly (readonly [string, string])[],
  secretKey: string,
): boolean {
  const fields = new Map(pairs);
  const algorithm = fields.get("SignatureMethod") === "HmacSHA256" ? "sha256" : "sha1";
  const sorted = pairs
    .filter(([name]) => name !== "Signature")
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  // the texts are compared: decoding would forgive changes in base64's last character
  const digest = createHmac(algorithm, secretKey).update(`${method}${host}${path}?${sorted}`).digest("base64");
  const expected = Buffer.from(digest);
  const given = Buffer.from(fields.get("Signature") ?? "");
  return given.byteLength === expected.byteLength && timingSafeEqual(given, expected);
}
