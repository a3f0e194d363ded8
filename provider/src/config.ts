/** Provider configuration: every cloud's keys in one flat list, and the world that resources live in. */
import * as z from "zod";
import { systemClock } from "./core/clock.ts";
import { createContext, type ServiceContext } from "./core/context.ts";
import { Network } from "./core/network/network.ts";
import { coordinatorAt } from "./core/pace/coordinator.ts";
import { defineConfig, type Of } from "./engine/define/index.ts";
import { alibabaConfig } from "./clouds/alibaba/config.ts";
import { tencentConfig } from "./clouds/tencent/config.ts";

const paceConfig = {
  coordinator: z
    .string()
    .regex(/^rediss?:\/\/[^\s/]+/, "must be redis://… or rediss://…")
    .optional()
    .meta({
      description:
        "A Redis (6.2 or newer) or Valkey server at which all stacks of an account share its limits, so that none is refused: `redis://` or `rediss://`, with `?account=NAME` where several accounts share the server. Unset: each stack adapts by itself.",
      secret: true,
    }),
};

const networkConfig = {
  caBundle: z.string().optional().meta({
    description:
      "Certificates of authorities to trust beside the usual ones, such as that of a proxy that reads TLS: a PEM file, or its text. Proxies are taken from HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY.",
  }),
} as const;

const properties = { ...alibabaConfig, ...tencentConfig, ...paceConfig, ...networkConfig };
export type ConfigShape = typeof properties;
export type EdgecacheContext = ServiceContext<Of<ConfigShape>>;

export const config = defineConfig({ properties });

export function configure(values: Of<ConfigShape>): EdgecacheContext {
  const { coordinator, caBundle } = values;
  const { env } = process;
  return createContext({
    config: values,
    clock: systemClock,
    random: Math.random,
    env,
    network: new Network({ env, caBundle }),
    coordinator: coordinator === undefined ? undefined : coordinatorAt(coordinator, () => systemClock.monotonic()),
  });
}
