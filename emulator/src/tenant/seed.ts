/** A seed: the whole declarative state that a tenant starts from and is reset to. JSON or YAML. */
import * as z from "zod";
import { keySchema } from "../ports/keys.ts";
import { pageSchema } from "../origin/origin.ts";
import { faultSchema } from "../ports/faults.ts";
import type { Vendor } from "../ports/vendor.ts";

export const seedSchema = z.strictObject({
  keys: z.array(keySchema).optional(),
  nodes: z.array(z.string().min(1)).min(1).optional(),
  pages: z.array(pageSchema).optional(),
  switches: z.record(z.string(), z.string()).optional(),
  limits: z.record(z.string(), z.number()).optional(),
  texts: z.record(z.string(), z.string()).optional(),
  faults: z.array(faultSchema).optional(),
  /** One part per service, by its name; a service left out starts with its default. */
  services: z.record(z.string(), z.unknown()).optional(),
});

export type SeedInput = z.input<typeof seedSchema>;

export interface Seed {
  readonly keys: readonly z.output<typeof keySchema>[];
  readonly nodes: readonly string[];
  readonly pages: readonly z.output<typeof pageSchema>[];
  readonly switches: Record<string, string>;
  readonly limits: Record<string, number>;
  readonly texts: Record<string, string>;
  readonly faults: readonly z.output<typeof faultSchema>[];
  readonly services: Readonly<Record<string, unknown>>;
}

/** Reads a seed; what it leaves out has the default. Throws an Error that names the place of a mistake. */
export function readSeed(input: unknown, vendors: readonly Vendor[]): Seed {
  const parsed = seedSchema.safeParse(input ?? {});
  if (!parsed.success) throw new SeedError(`the seed is not valid:\n${z.prettifyError(parsed.error)}`);
  const seed = parsed.data;
  const services = vendors.flatMap((vendor) => vendor.services);
  for (const name of Object.keys(seed.services ?? {})) {
    if (!services.some((service) => service.name === name)) throw new SeedError(`the seed names no service: "${name}"`);
  }
  const keys = seed.keys ?? vendors.flatMap((vendor) => vendor.keys.map((key) => keySchema.parse(key)));
  for (const { accessKeyId, cloud } of keys) {
    if (vendors.some(({ name }) => name === cloud)) continue;
    const known = vendors.map(({ name }) => name).join(", ");
    throw new SeedError(`the seed's key ${accessKeyId} is of no known cloud: "${cloud}"; there are ${known}`);
  }
  return {
    keys,
    nodes: seed.nodes ?? ["hangzhou"],
    pages: seed.pages ?? [],
    switches: seed.switches ?? {},
    limits: seed.limits ?? {},
    texts: seed.texts ?? {},
    faults: seed.faults ?? [],
    services: Object.fromEntries(services.map(({ name, defaultSeed }) => [name, seed.services?.[name] ?? defaultSeed])),
  };
}

/** The seed of a tenant: the same, with the tenant's name in each key. */
export function seedFor(seed: Seed, tenant: string): Seed {
  return { ...seed, keys: seed.keys.map((key) => ({ ...key, accessKeyId: `${key.accessKeyId}-${tenant}` })) };
}

export class SeedError extends Error {}
