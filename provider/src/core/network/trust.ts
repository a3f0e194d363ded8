/** Whose certificates are trusted: what Node trusts, NODE_EXTRA_CA_CERTS among it, and the provider's own `caBundle`. */
import { X509Certificate } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import tls from "node:tls";
import { Refusal } from "../errors.ts";
import type { Environment } from "./proxies.ts";

const certificates = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const advice = "It must be a file of certificates in PEM form (-----BEGIN CERTIFICATE-----), or their text.";

/** A list of its own replaces what Node trusts, so that is named again. `caBundle`: a file, or its text. */
export function authorities(caBundle: string | undefined, env: Environment): readonly string[] {
  const extra = env["NODE_EXTRA_CA_CERTS"];
  const added = extra === undefined ? undefined : read(extra);
  const bundle = caBundle === undefined ? [] : bundleIn(caBundle);
  return [...tls.rootCertificates, ...(added === undefined ? [] : [added]), ...bundle];
}

function bundleIn(caBundle: string): readonly string[] {
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
  return bundle;
}

export function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}

/** `undefined` also for a pipe or a device, which would hold up the whole process. */
function read(file: string): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    return fstatSync(descriptor).isFile() ? readFileSync(descriptor, "utf8") : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
