/**
 * The cloud does the work and then answers that it failed: with a code of its own trouble, with one that nobody knows,
 * or with the page of a gateway. Such a purge is looked up and not sent again. A server between provider and emulator
 * answers so, since the emulator's own errors come before the work.
 */
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEmulator, type Emulator } from "../../emulator/src/index.ts";
import * as cdn from "../../provider/src/clouds/alibaba/cdn/index.ts";
import * as dcdn from "../../provider/src/clouds/alibaba/dcdn/index.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import * as teo from "../../provider/src/clouds/tencent/teo/index.ts";
import { subjects, url, type Subject } from "../reliability/subjects.ts";
import { contextOf, resourceOf, Stack, type TestContext } from "../triggers/world.ts";

let emulator: Emulator;
beforeAll(async () => {
  const soon = ["esa", "teo", "cdn", "dcdn"].flatMap((service) => [
    [`${service}.listingDelayMs`, 0],
    [`${service}.${service === "esa" || service === "teo" ? "purge" : "refresh"}Ms`, 0],
  ]);
  emulator = await startEmulator({ limits: Object.fromEntries(soon) });
});
afterAll(() => emulator.close());

interface Reply {
  readonly status: number;
  readonly body: string;
}

/** Passes every call on to the emulator; instead of the first answer to `action`, it gives `reply`. */
async function between(action: string, reply: Reply): Promise<{ readonly port: number } & Disposable> {
  const { hostname, port: there } = new URL(emulator.endpoint);
  let done = false;
  const pass = (request: IncomingMessage, response: ServerResponse): void => {
    const { method, url: path, headers } = request;
    const onward = forward({ hostname, port: there, method, path, headers }, (answer) => {
      const instead = !done && (headers["x-acs-action"] ?? headers["x-tc-action"]) === action;
      if (!instead) {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        return void answer.pipe(response);
      }
      done = true;
      answer.resume();
      response.writeHead(reply.status, { "content-type": "application/json" }).end(reply.body);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  };
  const server = createServer(pass);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    [Symbol.dispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const alibaba = (code: string, status: number): Reply => ({
  status,
  body: JSON.stringify({ Code: code, Message: "It broke.", RequestId: "R" }),
});
const tencent = (code: string): Reply => ({
  status: 200,
  body: JSON.stringify({ Response: { Error: { Code: code, Message: "It broke." }, RequestId: "r" } }),
});

const failures: Readonly<Record<string, readonly Reply[]>> = {
  alibaba: [
    alibaba("InternalError", 500),
    alibaba("ServiceUnavailable", 503),
    alibaba("Nobody.Knows", 500),
    alibaba("Gateway.TimedOut", 400),
    { status: 502, body: "<html>Bad Gateway</html>" },
  ],
  tencent: [
    tencent("InternalError"),
    tencent("InternalError.BackendError"),
    tencent("UnauthorizedOperation.Unknown"),
    tencent("FailedOperation.BackendTimeout"),
    tencent("ServerError"),
    { status: 502, body: "<html>Bad Gateway</html>" },
  ],
};

let tenants = 0;

function stackOf({ type }: Subject, configuration: object): Stack<TestContext> {
  const context = contextOf(configuration);
  if (type.startsWith("edgecache:teo:")) return new Stack<TestContext>(resourceOf(teo, type), context);
  const module = [esa, cdn, dcdn].find(({ resources }) => resources.some(({ token }) => token === type));
  return new Stack<TestContext>(resourceOf(module ?? esa, type), context);
}

/** Nothing lists an Edge Routine's tasks as its own, so its calls are sent again, and the receipt says so. */
const listed = subjects.filter(({ name }) => name !== "Edge Routine");

test.each(listed)("$name: carried out once", async (subject) => {
  const replies = failures[subject.name === "EdgeOne" ? "tencent" : "alibaba"] ?? [];
  await Promise.all(
    replies.map(async (reply) => {
      const tenant = await emulator.control.createTenant(`after${++tenants}`);
      using server = await between(subject.submit, reply);
      const configuration = Object.entries(await tenant.configuration()).map(([key, value]) => [
        key,
        value.replace(/^http:.*$/, `http://127.0.0.1:${server.port}`),
      ]);
      const stack = stackOf(subject, Object.fromEntries(configuration));
      const targets = [url(subject, "a"), url(subject, "b")];
      const { problems, outputs } = await stack.up({ ...subject.base, targets, contentHash: "1" });
      const sent = (await tenant.requests.find({ action: subject.submit })).map(({ params }) => subject.sent(params));
      expect({ reply, problems, status: outputs["status"], sent }).toEqual({
        reply,
        problems: [],
        status: "complete",
        sent: [targets],
      });
    }),
  );
});
