/** Requests signed beforehand, sent over a few keep-alive connections, one after the other on each. */
import { createHash, createHmac, randomUUID } from "node:crypto";
import net from "node:net";

const SITE = "5407498413000";
const CONNECTIONS = 8;

/** Nine reads, then a purge of a thousand URLs, and so on. */
export function signedRequests(endpoint: string, count: number): Buffer[] {
  const { host } = new URL(endpoint);
  const bodies = Array.from({ length: 8 }, (_, set) => purgeBody(set));
  return Array.from({ length: count }, (_, index) =>
    index % 10 === 9
      ? signed(host, "PurgeCaches", "POST", "", bodies[(index / 10) & 7] ?? "")
      : signed(host, "GetCacheTag", "GET", `SiteId=${SITE}`, ""),
  );
}

function purgeBody(set: number): string {
  const files = Array.from({ length: 1000 }, (_, index) => `https://www.example.com/set-${set}/page-${index}.html`);
  return `Content=${encodeURIComponent(JSON.stringify({ Files: files }))}&SiteId=${SITE}&Type=file`;
}

function signed(host: string, action: string, method: string, query: string, body: string): Buffer {
  const headers: [string, string][] = [
    ...(body === "" ? [] : [["content-type", "application/x-www-form-urlencoded"] as [string, string]]),
    ["host", host],
    ["x-acs-action", action],
    ["x-acs-content-sha256", sha256(body)],
    ["x-acs-date", new Date().toISOString().replace(/\.\d+/, "")],
    ["x-acs-signature-nonce", randomUUID()],
    ["x-acs-version", "2024-09-10"],
  ];
  const names = headers.map(([name]) => name).join(";");
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join("");
  const canonical = [method, "/", query, lines, names, sha256(body)].join("\n");
  const signature = createHmac("sha256", "emulator-secret")
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest("hex");
  const authorization = `ACS3-HMAC-SHA256 Credential=LTAI5tEMULATOR,SignedHeaders=${names},Signature=${signature}`;
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.from(
    `${method} /${query === "" ? "" : `?${query}`} HTTP/1.1\r\n${head}Authorization: ${authorization}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** Sends all; resolves with the seconds it took. Rejects at the first answer that is not 200. */
export async function send(endpoint: string, requests: readonly Buffer[]): Promise<number> {
  const started = performance.now();
  let next = 0;
  const connection = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = net.connect(Number(new URL(endpoint).port), "127.0.0.1");
      let pending = "";
      const sendNext = (): void => {
        const request = requests[next];
        next += 1;
        if (request) socket.write(request);
        else {
          socket.destroy();
          resolve();
        }
      };
      socket.setNoDelay().once("connect", sendNext).on("error", reject);
      socket.on("data", (chunk) => {
        pending += chunk.toString("latin1");
        const head = pending.indexOf("\r\n\r\n");
        if (head < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(pending)?.[1]);
        if (pending.length < head + 4 + length) return;
        if (!pending.startsWith("HTTP/1.1 200")) return reject(new Error(pending));
        pending = "";
        sendNext();
      });
    });
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return (performance.now() - started) / 1000;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
