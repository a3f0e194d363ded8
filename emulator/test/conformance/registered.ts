/** Every service that an emulator can have, with its vendor: the built-in ones and the template's. */
import type { ServiceDefinition } from "../../src/ports/service.ts";
import type { Vendor } from "../../src/ports/vendor.ts";
import * as builtIn from "../../src/vendors/index.ts";
import { template } from "../../src/vendors/template/index.ts";
import type { Suite } from "./suite.ts";

export const registered: readonly {
  readonly name: string;
  readonly vendor: Vendor;
  readonly service: ServiceDefinition;
}[] = [...Object.values<Vendor>(builtIn), template].flatMap((vendor) =>
  vendor.services.map((service) => ({ name: service.name, vendor, service })),
);

/** The conformance suite of a service. */
export async function suiteOf(service: string): Promise<Suite> {
  const file = `conformance/${service}.ts`;
  const module = (await import(new URL(`${service}.ts`, import.meta.url).href).catch((cause: unknown) => {
    throw new Error(`the service ${service} has no conformance suite: emulator/test/${file} is missing`, { cause });
  })) as { suite?: Suite };
  if (!module.suite) throw new Error(`emulator/test/${file} exports no suite`);
  return module.suite;
}
