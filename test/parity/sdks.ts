/** The vendors' Node SDKs. They are CommonJS; `require` gives the same shape under Node and under the test runner. */
import http from "node:http";
import { createRequire } from "node:module";
import type { Emulator } from "edgecache-emulator";

const require = createRequire(import.meta.url);

export const Esa = require("@alicloud/esa20240910") as typeof import("@alicloud/esa20240910");
export const Cdn = require("@alicloud/cdn20180510") as typeof import("@alicloud/cdn20180510");
export const Dcdn = require("@alicloud/dcdn20180115") as typeof import("@alicloud/dcdn20180115");
export const OpenApi = require("@alicloud/openapi-core") as typeof import("@alicloud/openapi-core");
export const Dara = require("@darabonba/typescript") as typeof import("@darabonba/typescript");
export const Teo = require("tencentcloud-sdk-nodejs-teo") as typeof import("tencentcloud-sdk-nodejs-teo");
// the older SDK brings its own copy of the client and its options
const TeaConfig = (require("@alicloud/openapi-client") as typeof import("@alicloud/openapi-client")).Config;

const { $OpenApiUtil } = OpenApi;

export interface AlibabaKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

export function alibabaConfig({ endpoint, configuration }: Emulator, key?: AlibabaKey) {
  return {
    accessKeyId: configuration.alibabaAccessKeyId,
    accessKeySecret: configuration.alibabaAccessKeySecret,
    ...key,
    endpoint: new URL(endpoint).host,
    protocol: "http",
    regionId: "cn-hangzhou",
  };
}

export const esaClient = (emulator: Emulator, key?: AlibabaKey) =>
  new Esa.default(new $OpenApiUtil.Config(alibabaConfig(emulator, key)));
export const cdnClient = (emulator: Emulator, key?: AlibabaKey) =>
  new Cdn.default(new $OpenApiUtil.Config(alibabaConfig(emulator, key)));
export const dcdnClient = (emulator: Emulator, key?: AlibabaKey) =>
  new Dcdn.default(new TeaConfig(alibabaConfig(emulator, key)));

export function teoClient({ endpoint, configuration }: Emulator, key: { id?: string; token?: string } = {}) {
  return new Teo.teo.v20220901.Client({
    credential: {
      secretId: key.id ?? configuration.tencentSecretId,
      secretKey: configuration.tencentSecretKey,
      ...(key.token === undefined ? {} : { token: key.token }),
    },
    region: "",
    profile: {
      httpProfile: {
        endpoint: new URL(endpoint).host,
        protocol: "http://",
        agent: new http.Agent({ keepAlive: true }),
      },
    },
  });
}

/** Any action of any version, with a form or a query: what the typed packages lack. */
export function generic(emulator: Emulator, version: string) {
  const client = new OpenApi.default(new $OpenApiUtil.Config(alibabaConfig(emulator)));
  return async (
    action: string,
    parameters: Record<string, string>,
    place: "query" | "form" = "query",
    method: "GET" | "POST" = "POST",
  ): Promise<{ statusCode: number; body: Record<string, unknown> }> => {
    const params = new $OpenApiUtil.Params({
      action,
      version,
      protocol: "HTTPS",
      pathname: "/",
      method,
      authType: "AK",
      style: "RPC",
      reqBodyType: "formData",
      bodyType: "json",
    });
    const request = new $OpenApiUtil.OpenApiRequest(place === "form" ? { body: parameters } : { query: parameters });
    return (await client.callApi(params, request, new Dara.RuntimeOptions({}))) as {
      statusCode: number;
      body: Record<string, unknown>;
    };
  };
}
