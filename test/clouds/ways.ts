/** One call to each cloud, by whatever proxy and authority, and what came of it. */
import type { RequestListener } from "node:http";
import { esaClient, getCacheTag } from "../../provider/src/clouds/alibaba/esa/client.ts";
import { describeContentQuota, teoClient } from "../../provider/src/clouds/tencent/teo/client.ts";
import type { CallContext } from "../../provider/src/core/call.ts";
import { systemClock } from "../../provider/src/core/clock.ts";
import { createContext } from "../../provider/src/core/context.ts";
import { Fault } from "../../provider/src/core/errors.ts";
import { Network } from "../../provider/src/core/network/network.ts";
import type { Environment } from "../../provider/src/core/network/proxies.ts";
import { contextOf, type TestContext } from "../triggers/world.ts";

/** What either cloud takes for a success, and how often it was asked. */
export function cloud(): { answer: RequestListener; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    answer(request, response) {
      asked.push(`${request.method} ${request.headers.host}`);
      request.resume();
      response.end(JSON.stringify({ RequestId: "R", Response: { RequestId: "R" } }));
    },
  };
}

export interface Way {
  readonly env?: Environment;
  readonly caBundle?: string;
}

export const keys = {
  alibabaAccessKeyId: "LTAI5tTEST",
  alibabaAccessKeySecret: "test-secret",
  tencentSecretId: "AKIDTEST",
  tencentSecretKey: "test-secret",
};

export function world(endpoint: string, { env = {}, caBundle }: Way): TestContext {
  const config = { ...keys, esaEndpoint: endpoint, openPlatformEndpoint: endpoint, teoEndpoint: endpoint };
  const context = contextOf(config, systemClock, env);
  return createContext({ ...context, network: new Network({ env, caBundle }) });
}

/** Time for one try, and for the first pause before another. */
export function call(ms = 250): CallContext {
  const log = { debug() {}, info() {}, warn() {}, status() {} };
  return { signal: new AbortController().signal, deadline: systemClock.monotonic() + ms, log };
}

export const clouds = {
  ESA: (endpoint: string, way: Way = {}) =>
    getCacheTag(esaClient(world(endpoint, way)), { siteId: "1", siteVersion: 0 }, call()),
  EdgeOne: (endpoint: string, way: Way = {}) => describeContentQuota(teoClient(world(endpoint, way)), "zone-1", call()),
};

export async function failure(asked: Promise<unknown>): Promise<Fault> {
  const error: unknown = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Fault)) throw new Error("no fault", { cause: error });
  return error;
}
