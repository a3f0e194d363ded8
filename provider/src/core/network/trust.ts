/** Whose certificates are trusted: what Node trusts, NODE_EXTRA_CA_CERTS among it, and the provider's own `caBundle`. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import tls, { type SecureContext } from "node:tls";
import { Refusal } from "../errors.ts";
import type { Environment } from "./proxies.ts";

const certificates = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const advice = "It must be a file of certificates in PEM form (-----BEGIN CERTIFICATE-----), or their text.";

/** `undefined`: as Node does by itself. `caBundle`: a file, or its text. */
export function trusted(caBundle: string | undefined, env: Environment): SecureContext | undefined {
  if (caBundle === undefined) return undefined;
  const isText = caBundle.includes("-----BEGIN");
  const name = isText ? "the text" : path.resolve(caBundle);
  const text = isText ? caBundle : read(name);
  if (text === undefined) throw new Refusal(`caBundle: ${name} cannot be read. ${advice}`);
  const bundle = text.match(certificates) ?? [];
  if (bundle.length === 0) throw new Refusal(`caBundle: ${name} holds no certificate. ${advice}`);
  // Node itself passes over what it cannot read.
  if (!bundle.every(isCertificate)) {
    throw new Refusal(`caBundle: ${name} holds a certificate that cannot be read. ${advice}`);
  }
  return tls.createSecureContext({ ca: [...usual(env), ...bundle] });
}

export function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}

/** A list of its own replaces what Node trusts, so that is named again. */
export function usual(env: Environment): readonly string[] {
  const extra = env["NODE_EXTRA_CA_CERTS"];
  const added = extra === undefined ? undefined : read(extra);
  return added === undefined ? tls.rootCertificates : [...tls.rootCertificates, added];
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
