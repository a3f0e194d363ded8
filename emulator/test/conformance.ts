/** One row of a conformance table: a call, and the exact answer that the documents give it. */
import { expect } from "vitest";
import type { ControlClient } from "../src/index.ts";
import { type AlibabaOptions, alibaba, tencent } from "./clients.ts";

export interface Row {
  readonly name: string;
  readonly action: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Tencent's input. */
  readonly input?: unknown;
  readonly options?: AlibabaOptions;
  readonly before?: (control: ControlClient, call: (row: Partial<Row>) => Promise<unknown>) => Promise<unknown>;
  readonly code: string;
  readonly message: string;
  /** HTTP status; Tencent always answers 200. */
  readonly status?: number;
}

export async function checkRow(endpoint: string, service: string, control: ControlClient, row: Row): Promise<void> {
  const call = ({ action = row.action, parameters = {}, input = {}, options = {} }: Partial<Row>): Promise<unknown> =>
    service === "teo" ? tencent(endpoint, action, input) : alibaba(endpoint, service, action, parameters, options);
  await row.before?.(control, call);
  if (service === "teo") {
    const { status, response } = await tencent(endpoint, row.action, row.input ?? {});
    expect(response).toEqual({
      Error: { Code: row.code, Message: row.message },
      RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    expect(status).toBe(row.status ?? 200);
    return;
  }
  const { status, body } = await alibaba(endpoint, service, row.action, row.parameters, row.options);
  expect(body).toEqual({
    RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/) as string,
    HostId: "127.0.0.1",
    Code: row.code,
    Message: row.message,
    Recommend: expect.stringContaining(`q=${row.code}&product=`) as string,
    ...(row.code === "NoPermission" ? { AccessDeniedDetail: expect.anything() as unknown } : {}),
  });
  expect(status).toBe(row.status ?? 400);
}
