/**
 * A conformance suite: calls, and the exact answer that the documents give each. Every service of the emulator has one
 * in the file of its name, which exports it as `suite`; `conformance.test.ts` runs them all.
 */
import { expect } from "vitest";
import type { ControlClient, Emulator, EmulatorOptions } from "../../src/index.ts";
import { type AlibabaOptions, alibaba, tencent } from "../clients.ts";
import { useEmulator } from "../use-emulator.ts";

export interface Suite {
  /** How its emulator starts. */
  readonly options: EmulatorOptions;
  /** A call that is accepted: errors are injected into it. */
  readonly accepted: Ask;
  readonly rows: readonly Row[];
  readonly send: (endpoint: string, ask: Ask) => Promise<{ readonly status: number; readonly body: unknown }>;
  /** The whole body of an error. */
  readonly errorBody: (error: { readonly code: string; readonly message: string }) => unknown;
  /** HTTP status of an error whose row names none. */
  readonly errorStatus: number;
}

export interface Ask {
  readonly action: string;
  /** Alibaba's input. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** JSON, or text to be sent as it is. */
  readonly input?: unknown;
  readonly options?: AlibabaOptions;
}

export interface Row extends Ask {
  readonly name: string;
  readonly before?: (control: ControlClient, call: (ask: Partial<Ask>) => Promise<unknown>) => Promise<unknown>;
  readonly code: string;
  readonly message: string;
  readonly status?: number;
}

type Table = Pick<Suite, "options" | "accepted" | "rows">;

export function alibabaSuite(service: string, table: Table): Suite {
  return {
    ...table,
    send: (endpoint, { action, parameters, options }) => alibaba(endpoint, service, action, parameters, options),
    errorBody: ({ code, message }) => ({
      RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/) as string,
      HostId: "127.0.0.1",
      Code: code,
      Message: message,
      Recommend: expect.stringContaining(`q=${code}&product=`) as string,
    }),
    errorStatus: 400,
  };
}

export function tencentSuite(table: Table): Suite {
  return {
    ...table,
    send: (endpoint, { action, input = {} }) => tencent(endpoint, action, input),
    errorBody: ({ code, message }) => ({
      Response: {
        Error: { Code: code, Message: message },
        RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      },
    }),
    errorStatus: 200,
  };
}

/** The emulator of a suite, for the tests of one file. */
export function useSuite({ options }: Suite): { readonly emulator: Emulator } {
  return useEmulator(options);
}
