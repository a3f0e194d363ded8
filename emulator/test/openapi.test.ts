/** The description of the control API: valid, complete, and what the API really does. */
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ControlClient, type Emulator, startEmulator } from "../src/index.ts";
import { createControl } from "../src/control/app.ts";
import { routes } from "../src/control/openapi.ts";
import { alibaba, tencent } from "./clients.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ clock: "2026-11-22T12:00:00Z" });
});
afterAll(() => emulator.close());

interface Body {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}
interface Operation {
  readonly summary: string;
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, Body>>;
}
interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const describeApi = async (): Promise<Description> =>
  (await (await fetch(`${emulator.endpoint}/_emulator/openapi.json`)).json()) as Description;

test("is valid OpenAPI 3.1", async () => {
  const description = await describeApi();
  const { errors, valid } = await new Validator().validate(structuredClone({ ...description }));
  expect([valid, errors]).toEqual([true, undefined]);
  expect(description.openapi).toBe("3.1.0");
});

test("names every route and no other", () => {
  const app = createControl({
    registry: undefined as never,
    vendors: [],
    storage: undefined as never,
    urls: undefined as never,
    version: "0",
  });
  const served = app.routes
    .filter(({ method, path }) => method !== "ALL" && !path.includes("/page/") && path !== "/_emulator")
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, "{$1}").replace("*", "{key}")}`);
  expect(routes.map(({ method, path }) => `${method} /_emulator${path}`).sort()).toEqual([...new Set(served)].sort());
});

/** Which of the described form the answer does not have. A validator of JSON Schema that nobody here wrote reads it. */
const ajv = new Ajv2020({ strict: true, validateFormats: false, keywords: ["components"] });
function wrongWith(answer: unknown, schema: object, { components }: Description): unknown {
  const valid = ajv.compile({ ...schema, components })(answer);
  return valid ? undefined : ajv.errors;
}

/** So that no list is empty. */
async function somethingEverywhere(): Promise<void> {
  const { control, endpoint } = emulator;
  await control.origin.publish({ path: "/", body: "x", headers: { "cache-tag": "a" } });
  await control.edge.clear();
  await control.visit("http://www.example.com/");
  await control.faults.add({ kind: "failTarget", target: "none" });
  await control.snapshots.take("one");
  const SiteId = "5407498413000";
  await alibaba(endpoint, "esa", "PurgeCaches", { SiteId, Type: "cachetag", Content: '{"CacheTags":["a"]}' });
  await alibaba(endpoint, "esa", "GetSite", { SiteId: "0" });
  await tencent(endpoint, "DescribeZones", { Limit: 1 });
}

/** A body that each route takes, and something to be there before it. */
const examples: Record<string, { readonly body?: unknown; readonly before?: () => Promise<unknown> }> = {
  "post /tenants": { body: { name: "made" } },
  "delete /tenants/{name}": { before: () => emulator.control.createTenant("x") },
  "put /clock": { body: { mode: "frozen", now: "2026-11-22T12:00:00Z" } },
  "post /clock/advance": { body: { ms: 1 } },
  "post /faults": { body: { kind: "error", code: "X", count: 1 } },
  "delete /faults/{id}": {
    before: async () => {
      await emulator.control.reset();
      await emulator.control.faults.add({ kind: "badGateway" });
    },
  },
  "patch /settings": { body: { switches: { "esa.rows": "perTask" }, limits: { "esa.lockMs": 1 }, texts: {} } },
  "put /seed": { body: { pages: [{ path: "/", body: "x" }] } },
  "post /reset": { body: {} },
  "put /snapshots/{name}": { body: {} },
  "post /snapshots/{name}/restore": { body: {}, before: () => emulator.control.snapshots.take("x") },
  "put /origin/pages": { body: [{ path: "/", body: "x" }] },
  "put /origin/down": { body: { down: false } },
  "post /edge/visits": { body: { url: "http://www.example.com/" } },
  "get /oss/{key}": { before: () => emulator.control.storage.put("x", "content") },
  "put /oss/{key}": { body: "content" },
};

const named = routes.map(({ method, path }) => [`${method} ${path}`, method, path] as const);

describe("answers as described", () => {
  test.each(named)("%s", async (name, method, path) => {
    const description = await describeApi();
    const described = description.paths[`/_emulator${path}`]?.[method];
    const { body, before } = examples[name] ?? {};
    await before?.();
    await somethingEverywhere();
    const url = `${emulator.endpoint}/_emulator${path.replace("{id}", "fault-1").replace(/\{\w+\}/, "x")}`;
    const send = (tenant: Record<string, string>, sent: unknown = body): Promise<Response> =>
      fetch(url, {
        method: method.toUpperCase(),
        headers: { ...tenant, ...(sent === undefined ? {} : { "content-type": "application/json" }) },
        ...(sent === undefined ? {} : { body: typeof sent === "string" ? sent : JSON.stringify(sent) }),
      });
    const answer = await send({});
    const type = answer.headers.get("content-type")?.split(";")[0];
    const [success = ""] = Object.keys(described?.responses ?? {}).filter((status) => status.startsWith("2"));
    const [form] = Object.entries(described?.responses[success]?.content ?? {});
    expect([String(answer.status), type]).toEqual([success, form?.[0]]);
    const json = form?.[0] === "application/json" ? form[1].schema : undefined;
    const got: unknown = json ? await answer.json() : await answer.body?.cancel();
    expect(got).not.toEqual([]);
    expect(json && wrongWith(got, json, description)).toBeUndefined();

    expect(described?.requestBody !== undefined).toBe(body !== undefined);
    // the page is the same for all; what the storage holds is found by its secret key
    if (path === "/") return;
    const unknown = await send({ "x-emulator-tenant": "nobody" });
    const said: unknown = await unknown.json();
    expect([unknown.status, said]).toEqual([404, { error: 'there is no tenant "nobody"' }]);
    const mistake = described?.responses["404"]?.content?.["application/json"];
    expect(wrongWith(said, mistake?.schema ?? {}, description)).toBeUndefined();
  });
});

const withJson = routes.filter(({ body }) => body !== undefined && body !== "text");

test.each(withJson.map(({ method, path }) => [method, path]))("%s %s refuses another body", async (method, path) => {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ "no such member": 1 });
  const refused = await fetch(`${emulator.endpoint}/_emulator${path}`, { method: method.toUpperCase(), headers, body });
  expect([refused.status, await refused.json()]).toEqual([400, { error: expect.any(String) as string }]);
});

test("says the form of every JSON that goes in or out", async () => {
  const { paths } = await describeApi();
  const bodies = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { requestBody, responses }]) =>
      [requestBody ?? {}, ...Object.values(responses)].map(
        ({ content }) => [`${method} ${path}`, content?.["application/json"]] as const,
      ),
    ),
  );
  const bare = bodies.filter(([, json]) => json && Object.keys(json.schema).length === 0);
  expect(bare).toEqual([]);
});

test("a client says so when what answers is another emulator", async () => {
  const other = http.createServer((_request, response) => response.end('{"mode":"sundial"}'));
  await once(other.listen(0, "127.0.0.1"), "listening");
  const { port } = other.address() as AddressInfo;
  const asked = new ControlClient(`http://127.0.0.1:${port}`).clock.get();
  await expect(asked).rejects.toThrow(/answer to GET \/clock has another form.*same version.*mode/s);
  other.close();
});

test("mistakes are answered with what is wrong", async () => {
  const put = async (path: string, body: string): Promise<unknown[]> => {
    const url = `${emulator.endpoint}/_emulator${path}`;
    const answer = await fetch(url, { method: "PUT", headers: { "content-type": "application/json" }, body });
    return [answer.status, await answer.json()];
  };
  expect(await put("/clock", "{")).toEqual([400, { error: "the body is no JSON" }]);
  expect(await put("/nothing", "{}")).toEqual([
    404,
    { error: "there is no PUT /_emulator/nothing; /_emulator/openapi.json lists what there is" },
  ]);
});
