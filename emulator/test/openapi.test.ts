/** The description of the control API: valid, complete, and what the API really does. */
import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../src/index.ts";
import { createControl } from "../src/control/app.ts";
import { routes } from "../src/control/openapi.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ clock: "2026-11-22T12:00:00Z" });
});
afterAll(() => emulator.close());

interface Operation {
  readonly summary: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}
interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
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
    services: [],
    storage: undefined as never,
    urls: undefined as never,
    version: "0",
  });
  const served = app.routes
    .filter(({ method, path }) => method !== "ALL" && !path.includes("/page/") && path !== "/_emulator")
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, "{$1}").replace("*", "{key}")}`);
  expect(routes.map(({ method, path }) => `${method} /_emulator${path}`).sort()).toEqual([...new Set(served)].sort());
});

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
  "post /snapshots/{name}/restore": { before: () => emulator.control.snapshots.take("x") },
  "put /origin/pages": { body: [{ path: "/", body: "x" }] },
  "put /origin/down": { body: { down: false } },
  "get /oss/{key}": { before: () => emulator.control.storage.put("x", "content") },
  "put /oss/{key}": { body: "content" },
};

const named = routes.map(({ method, path }) => [`${method} ${path}`, method, path] as const);

describe("answers as described", () => {
  test.each(named)("%s", async (name, method, path) => {
    const described = (await describeApi()).paths[`/_emulator${path}`]?.[method];
    const { body, before } = examples[name] ?? {};
    await before?.();
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
    expect([String(answer.status), type]).toEqual([
      success,
      Object.keys(described?.responses[success]?.content ?? {})[0],
    ]);
    await answer.body?.cancel();

    expect(described?.requestBody !== undefined).toBe(body !== undefined);
    // the page is the same for all; what the storage holds is found by its secret key
    if (path === "/") return;
    const unknown = await send({ "x-emulator-tenant": "nobody" });
    expect([unknown.status, await unknown.json()]).toEqual([404, { error: 'there is no tenant "nobody"' }]);
  });
});

const withJson = routes.filter(({ body }) => body !== undefined && body !== "text");

test.each(withJson.map(({ method, path }) => [method, path]))("%s %s refuses another body", async (method, path) => {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ "no such member": 1 });
  const refused = await fetch(`${emulator.endpoint}/_emulator${path}`, { method: method.toUpperCase(), headers, body });
  expect([refused.status, await refused.json()]).toEqual([400, { error: expect.any(String) as string }]);
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
