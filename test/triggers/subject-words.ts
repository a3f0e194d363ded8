/** What subjects of the conformance suite have in common. */
import type { Module } from "../../provider/src/engine/define/resource.ts";
import type { Params } from "./cloud.ts";
import type { Subject } from "./subject.ts";
import { resourceOf, type TestContext } from "./world.ts";

export const purge = { verb: "purge", count: "purgeCount" } as const;
export const prefetch = { verb: "prefetch", count: "prefetchCount" } as const;
export const targets = (params: Params): string[] =>
  Array.isArray(params["Targets"]) ? params["Targets"].map(String) : [];
export const lines = (params: Params): string[] => String(params["ObjectPath"]).split(/\r?\n/);

export const alibaba = {
  keyProperty: "alibabaAccessKeyId",
  expired: { code: "InvalidSecurityToken.Expired", status: 400 },
} as const;
export const tencent = {
  keyProperty: "tencentSecretId",
  expired: { code: "AuthFailure.TokenFailure", status: 200 },
} as const;

/** Token → subject, of one service. */
export function subjectsOf(
  module: Module<TestContext>,
  service: string,
  rest: Readonly<Record<string, Omit<Subject, "resource">>>,
): [string, Subject][] {
  return Object.entries(rest).map(([name, subject]) => {
    const token = `${service}:${name}`;
    return [token, { resource: resourceOf(module, `edgecache:${token}`), ...subject }];
  });
}
