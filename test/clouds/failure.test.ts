/** What a user reads of a request that got no answer: by Node's code, by how far it came, and by where it went. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { failureOf, tooLate, type Destination } from "../../provider/src/core/network/failure.ts";
import { Journey } from "../../provider/src/core/network/journey.ts";

const cloud: Destination = { url: new URL("https://esa.aliyuncs.com"), proxy: undefined };
const proxied: Destination = { ...cloud, proxy: "http://proxy:3128" };
const emulator: Destination = { url: new URL("http://127.0.0.1:8787"), proxy: undefined };

/** As libraries throw it: with a text that nobody shall read. */
function thrown(code: string, more: object = {}): Error {
  return Object.assign(new Error("canary of a library"), { code, ...more });
}

const again = { kind: "unsent", lasting: undefined } as const;
const atOnce = { kind: "unsent", lasting: true } as const;
const network = "Check this machine's network; behind a proxy, set HTTPS_PROXY.";
const variables = "Check HTTPS_PROXY, HTTP_PROXY and ALL_PROXY; NO_PROXY names hosts that need no proxy.";
const authority = expect.stringMatching(/caBundle in the provider configuration, or NODE_EXTRA_CA_CERTS/);

test.each<[Error, Destination, { kind: string; lasting: boolean | undefined }, string, unknown]>([
  [thrown("ECONNREFUSED"), cloud, again, "esa.aliyuncs.com refused the connection", network],
  [
    thrown("ECONNREFUSED"),
    emulator,
    again,
    "127.0.0.1:8787 refused the connection",
    expect.stringContaining("Is the emulator running?"),
  ],
  [
    thrown("ECONNREFUSED"),
    proxied,
    again,
    "the proxy http://proxy:3128 for esa.aliyuncs.com refused the connection",
    variables,
  ],
  [thrown("ETIMEDOUT"), cloud, again, "esa.aliyuncs.com cannot be reached", network],
  [thrown("ENETUNREACH"), cloud, again, "esa.aliyuncs.com cannot be reached", network],
  [thrown("EHOSTUNREACH"), cloud, again, "esa.aliyuncs.com cannot be reached", network],
  [thrown("ECONNRESET"), cloud, again, "esa.aliyuncs.com cannot be reached", network],
  [thrown(""), proxied, again, "the proxy http://proxy:3128 for esa.aliyuncs.com cannot be reached", variables],
  [
    thrown("ENOTFOUND", { hostname: "esa.aliyuncs.com" }),
    cloud,
    atOnce,
    "the host esa.aliyuncs.com is not known",
    "Check this machine's network and its DNS, and the endpoint, if the provider configuration has one.",
  ],
  [
    thrown("ENOTFOUND", { hostname: "proxy" }),
    proxied,
    atOnce,
    "the host proxy is not known",
    "Check HTTPS_PROXY, HTTP_PROXY and ALL_PROXY.",
  ],
  [
    thrown("EAI_AGAIN", { hostname: "esa.aliyuncs.com" }),
    cloud,
    again,
    "the address of esa.aliyuncs.com could not be looked up",
    "Check this machine's network and its DNS.",
  ],
  [
    thrown("SELF_SIGNED_CERT_IN_CHAIN"),
    cloud,
    atOnce,
    "the certificate of esa.aliyuncs.com comes from an authority that is not trusted here",
    authority,
  ],
  [
    thrown("DEPTH_ZERO_SELF_SIGNED_CERT"),
    cloud,
    atOnce,
    "the certificate of esa.aliyuncs.com comes from an authority that is not trusted here",
    authority,
  ],
  [
    thrown("UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
    proxied,
    atOnce,
    "the certificate of esa.aliyuncs.com (through the proxy http://proxy:3128) comes from an authority that is not trusted here",
    authority,
  ],
  [
    thrown("UNABLE_TO_GET_ISSUER_CERT_LOCALLY"),
    cloud,
    atOnce,
    "the certificate of esa.aliyuncs.com comes from an authority that is not trusted here",
    authority,
  ],
  [
    thrown("CERT_HAS_EXPIRED"),
    cloud,
    atOnce,
    "the certificate of esa.aliyuncs.com has expired",
    expect.stringContaining("clock"),
  ],
  [
    thrown("CERT_NOT_YET_VALID"),
    cloud,
    atOnce,
    "the certificate of esa.aliyuncs.com is not valid yet",
    expect.stringContaining("clock"),
  ],
  [
    thrown("ERR_TLS_CERT_ALTNAME_INVALID", { cert: { subjectaltname: `DNS:${"a".repeat(300)}` } }),
    cloud,
    atOnce,
    `esa.aliyuncs.com showed the certificate of another host (DNS:${"a".repeat(196)})`,
    expect.stringContaining("endpoint"),
  ],
  [
    thrown("EPROTO"),
    cloud,
    atOnce,
    "esa.aliyuncs.com speaks no TLS that this machine knows",
    "Write http://esa.aliyuncs.com in the provider configuration, if that is meant.",
  ],
  [
    thrown("ERR_SSL_WRONG_VERSION_NUMBER"),
    cloud,
    atOnce,
    "esa.aliyuncs.com speaks no TLS that this machine knows",
    "Write http://esa.aliyuncs.com in the provider configuration, if that is meant.",
  ],
])("%s to %o", (error, to, kind, text, hint) => {
  const failure = failureOf(error, new Journey(), to);
  expect({ kind: failure.kind, lasting: failure.lasting, text: failure.text, hint: failure.hint }).toEqual({
    ...kind,
    text,
    hint,
  });
  expect(JSON.stringify(failure)).not.toContain("canary");
});

test.each([
  ["ECONNRESET", cloud, "the connection to esa.aliyuncs.com broke before an answer came"],
  [
    "EPIPE",
    proxied,
    "the connection to esa.aliyuncs.com (through the proxy http://proxy:3128) broke before an answer came",
  ],
  ["ECONNREFUSED", cloud, "the connection to esa.aliyuncs.com broke before an answer came"],
])("%s once a connection stood: the cloud may have acted", (code, to, text) => {
  const journey = Object.assign(new Journey(), { connected: true });
  expect(failureOf(thrown(code), journey, to)).toEqual({ kind: "ambiguous", code, text });
});

test("TLS where plain HTTP was expected", () => {
  const journey = Object.assign(new Journey(), { connected: true });
  const alert = thrown("HPE_INVALID_CONSTANT", { rawPacket: Buffer.from([0x15, 0x03, 0x03, 0, 2, 2, 10]) });
  expect(failureOf(alert, journey, emulator)).toMatchObject({
    ...atOnce,
    text: "127.0.0.1:8787 speaks TLS",
    hint: "Write https://127.0.0.1:8787 in the provider configuration.",
  });
  const garbled = thrown("HPE_INVALID_CONSTANT", { rawPacket: Buffer.from("<html>") });
  expect(failureOf(garbled, journey, emulator)).toMatchObject({ kind: "ambiguous" });
});

test("out of time: before a connection nothing was sent, after it nobody knows", () => {
  expect(tooLate(new Journey(), cloud)).toMatchObject({ kind: "unsent", code: "ConnectTimeout" });
  expect(tooLate(Object.assign(new Journey(), { connected: true }), cloud)).toMatchObject({
    kind: "ambiguous",
    code: "ClientTimeout",
  });
});

test("certificates are checked everywhere: no source switches that off", () => {
  const sources = ["provider", "sdk/dynamic/src", "emulator/src", "tools"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(ts|mjs)$/.test(file) && !/node_modules|(^|\/)bin\//.test(file))
      .map((file) => path.join(folder, file)),
  );
  expect(sources.length).toBeGreaterThan(100);
  expect(
    sources.filter((file) =>
      /rejectUnauthorized|NODE_TLS_REJECT|ignoreSSL|checkServerIdentity/.test(readFileSync(file, "utf8")),
    ),
  ).toEqual([]);
});
