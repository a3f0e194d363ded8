/** Both vendors' clients against a server that answers as each test says. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { CallContext } from "../../provider/src/core/call.ts";
import { systemClock } from "../../provider/src/core/clock.ts";
import { esaClient, getCacheTag } from "../../provider/src/clouds/alibaba/esa/client.ts";
import { describeContentQuota, teoClient } from "../../provider/src/clouds/tencent/teo/client.ts";
import { contextOf } from "../triggers/world.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  // Listening on a port, so an address and no pipe.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

function call(): CallContext {
  const log = { debug() {}, info() {}, warn() {}, status() {} };
  return { signal: new AbortController().signal, deadline: systemClock.monotonic() + 10_000, log };
}

const keys = {
  alibabaAccessKeyId: "LTAI5tTEST",
  alibabaAccessKeySecret: "test-secret",
  tencentSecretId: "AKIDTEST",
  tencentSecretKey: "test-secret",
};

const clouds = {
  ESA: (endpoint: string) => {
    const client = esaClient(contextOf({ ...keys, esaEndpoint: endpoint }));
    return { client, ask: () => getCacheTag(client, { siteId: "1", siteVersion: 0 }, call()) };
  },
  EdgeOne: (endpoint: string) => {
    const client = teoClient(contextOf({ ...keys, teoEndpoint: endpoint }));
    return { client, ask: () => describeContentQuota(client, "zone-1", call()) };
  },
};
/** Read by either vendor's client. */
const success = JSON.stringify({ RequestId: "R", Response: { RequestId: "R" } });

describe.each(Object.entries(clouds))("%s", (_name, cloud) => {
  test.each([-120_000, 90_000])("the vendor's clock is read from its answers: %i ms from ours", async (skew) => {
    const endpoint = await serve((_request, response) => {
      response.setHeader("date", new Date(Date.now() + skew).toUTCString());
      response.end(success);
    });
    const { client, ask } = cloud(endpoint);
    await ask();
    const ahead = client.vendorClock.now() - Date.now();
    expect(client.vendorClock.known).toBe(true);
    // A second is all that a header tells, and a slow answer widens the span.
    expect(Math.abs(ahead - skew)).toBeLessThan(5000);
  });
});
