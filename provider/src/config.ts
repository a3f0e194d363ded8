/** Provider configuration: every cloud's keys in one flat list, and the world that resources live in. */
import * as z from "zod";
import { systemClock } from "./core/clock.ts";
import { createContext, type ServiceContext } from "./core/context.ts";
import { Network } from "./core/network/network.ts";
import { coordinatorAt } from "./core/pace/coordinator-at.ts";
import { defineConfig, type Config, type Of } from "./engine/define/index.ts";
import * as clouds from "./clouds/index.ts";

const paceConfig = {
  coordinator: z
    .string()
    .regex(/^rediss?:\/\/[^\s/]+\S*$/, "must be redis://… or rediss://…")
    .refine((text) => URL.canParse(text), "must be redis://… or rediss://…")
    .refine((text) => !/%(?![0-9a-f]{2})/i.test(text), "must be redis://… or rediss://… with each % in it as %25")
    .optional()
    .meta({
      description:
        "A Redis (6.2 or newer) or Valkey server at which all stacks of an account share its limits, so that none is refused: `redis://` or `rediss://`, with `?account=NAME` where several accounts share the server. Unset: each stack adapts by itself.",
      secret: true,
    }),
};

const networkConfig = {
  caBundle: z.string().optional().meta({
    anyText: true,
    description:
      "Certificates of authorities to trust beside the usual ones, such as that of a proxy that reads TLS: a PEM file, or its text. Proxies are taken from HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY.",
  }),
} as const;

type Clouds = typeof clouds;
type KeysOf<Cloud> = Cloud extends { readonly config: () => Promise<infer Keys> } ? Keys : never;
/** All members of a union at once. */
type Together<Union> = (Union extends unknown ? (each: Union) => void : never) extends (each: infer All) => void
  ? All
  : never;
export type ConfigShape = Together<KeysOf<Clouds[keyof Clouds]>> & typeof paceConfig & typeof networkConfig;
export type EdgecacheContext = ServiceContext<Of<ConfigShape>>;

export async function config(): Promise<Config<ConfigShape>> {
  const keys = await Promise.all(Object.values(clouds).map((cloud) => cloud.config()));
  // A list of shapes has no type that names their members; `ConfigShape` does.
  const properties: ConfigShape = Object.assign({}, ...keys, paceConfig, networkConfig);
  return defineConfig({ properties });
}

export function configure(values: Of<ConfigShape>): EdgecacheContext {
  const { coordinator, caBundle } = values;
  const { env } = process;
  const network = new Network({ env, caBundle });
  return createContext({
    config: values,
    clock: systemClock,
    random: Math.random,
    env,
    network,
    coordinator:
      coordinator === undefined
        ? undefined
        : coordinatorAt(
            coordinator,
            () => systemClock.monotonic(),
            () => network.authorities(undefined),
          ),
  });
}
