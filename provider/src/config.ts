/** Provider configuration: every cloud's keys in one flat list, and the world that resources live in. */
import { systemClock } from "./core/clock.ts";
import { createContext, type ServiceContext } from "./core/context.ts";
import { defineConfig, type Of } from "./engine/define/index.ts";
import { alibabaConfig } from "./clouds/alibaba/config.ts";
import { tencentConfig } from "./clouds/tencent/config.ts";

const properties = { ...alibabaConfig, ...tencentConfig };
export type ConfigShape = typeof properties;
export type EdgecacheContext = ServiceContext<Of<ConfigShape>>;

export const config = defineConfig({ properties });

export function configure(values: Of<ConfigShape>): EdgecacheContext {
  return createContext({ config: values, clock: systemClock, random: Math.random, env: process.env });
}
