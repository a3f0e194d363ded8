/** Requests that the vendors' real SDKs sent, and how to send one again byte for byte. */
import { readFileSync } from "node:fs";
import http from "node:http";

export interface CapturedRequest {
  readonly method: string;
  readonly target: string;
  /** `name: value`, in wire order and case. */
  readonly headers: readonly string[];
  readonly body?: string;
}

export interface Capture {
  readonly name: string;
  readonly client: string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly requests: readonly CapturedRequest[];
}

export interface Replayed {
  readonly status: number;
  readonly code: string | undefined;
  readonly body: string;
}

export function readCaptures(service: string): Capture[] {
  return JSON.parse(readFileSync(new URL(`./captures/${service}.json`, import.meta.url), "utf8")) as Capture[];
}

export function header(request: CapturedRequest, name: string): string | undefined {
  const prefix = `${name.toLowerCase()}: `;
  return request.headers.find((line) => line.toLowerCase().startsWith(prefix))?.slice(prefix.length);
}

/** When the request was signed. */
export function signedAt(request: CapturedRequest): string {
  const timestamp = header(request, "x-tc-timestamp") ?? new URLSearchParams(request.body).get("Timestamp");
  if (timestamp !== null && timestamp !== undefined) return new Date(Number(timestamp) * 1000).toISOString();
  return new Date(header(request, "x-acs-date") ?? "").toISOString();
}

export function replay(endpoint: string, captured: CapturedRequest): Promise<Replayed> {
  const headers = captured.headers.flatMap((line) => {
    const colon = line.indexOf(": ");
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
  return new Promise((resolve, reject) => {
    const request = http.request(
      endpoint,
      { method: captured.method, path: captured.target, headers, agent: false, setHost: false },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, code: errorCode(response.statusCode, body), body }),
        );
      },
    );
    request.on("error", reject);
    request.end(captured.body);
  });
}

/** The API's code; for a request that is no HTTP any more, what the HTTP server says. */
function errorCode(status: number | undefined, body: string): string | undefined {
  if (body === "") return `HTTP ${status}`;
  const answer = JSON.parse(body) as { Code?: string; Response?: { Error?: { Code?: string } } };
  return answer.Code ?? answer.Response?.Error?.Code;
}
