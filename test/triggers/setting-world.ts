/** An emulator for a file of tests, and a tenant with a CacheTagConfig for each of them. */
import { afterAll, beforeAll } from "vitest";
import { startEmulator, type Emulator } from "../../emulator/src/index.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import { contextOf, resourceOf, Stack } from "./world.ts";

export const siteId = "5407498413000";
export const versioned = {
  services: {
    esa: {
      sites: [
        {
          siteId,
          siteName: "example.com",
          account: "1234567890123456",
          records: ["example.com", "www.example.com"],
          versionManagement: true,
          versions: [{ version: 0 }, { version: 1 }, { version: 2, readOnly: true }],
        },
      ],
    },
  },
};

export function useSettings() {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());

  let tenants = 0;
  return async function world(options: { switches?: Record<string, string>; seed?: object } = {}) {
    const name = `c${++tenants}`;
    const control = await emulator.control.createTenant(name, options.seed === undefined ? {} : { seed: options.seed });
    await control.settings.switches(options.switches ?? {});
    const context = contextOf(await control.configuration());
    const config = () => new Stack(resourceOf(esa, "edgecache:esa:CacheTagConfig"), context);
    const writes = async () =>
      (await control.requests.find({ action: "UpdateCacheTag" }))
        .filter((each) => each.executed)
        .map((each) => each.params);
    return { control, context, config, writes };
  };
}
