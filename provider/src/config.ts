/** Provider configuration: every cloud's keys in one flat list, and the world that resources live in. */
import * as z from "zod";
import { systemClock } from "./core/clock.ts";
import { createContext, type ServiceContext } from "./core/context.ts";
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

const properties = { ...alibabaConfig, ...tencentConfig, ...paceConfig };
export type ConfigShape = typeof properties;
export type EdgecacheContext = ServiceContext<Of<ConfigShape>>;

export const config = defineConfig({ properties });

export function configure(values: Of<ConfigShape>): EdgecacheContext {
  const { coordinator } = values;
  return createContext({
    config: values,
    clock: systemClock,
    random: Math.random,
    env: process.env,
    coordinator: coordinator === undefined ? undefined : coordinatorAt(coordinator, () => systemClock.monotonic()),
  });
}
