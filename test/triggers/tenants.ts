/** An emulator by one clock that jumps for a file of tests, and a cloud of its own for each of them. */
import { afterAll, beforeAll } from "vitest";
import type { Module } from "../../provider/src/engine/define/resource.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import * as teo from "../../provider/src/clouds/tencent/teo/index.ts";
import { Jumping } from "./jumping.ts";
import { resourceOf, type TestContext } from "./world.ts";

export type Params = Readonly<Record<string, unknown>>;

export const siteId = "5407498413000";
export const zoneId = "zone-2o1xvpmq7nn1";
export function useTenants() {
  let ground: Jumping;
  let tenants = 0;
  beforeAll(async () => {
    ground = await Jumping.start();
    await ground.slowly(async () => {
      const { stack } = await world();
      await stack(esa, "esa:PurgeTrigger").up({
        siteId,
        type: "file",
        targets: ["https://www.example.com/"],
        contentHash: "1",
      });
      await stack(teo, "teo:PurgeTrigger").up({
        zoneId,
        type: "purge_url",
        targets: ["https://www.example.net/"],
        contentHash: "1",
      });
    });
  });
  afterAll(() => ground[Symbol.asyncDispose]());

  return world;

  /** A cloud of its own, and two processes of the plugin on it. */
  async function world() {
    const control = await ground.emulator.control.createTenant(`s${++tenants}`);
    const configuration = await control.configuration();
    const process = () => {
      const context = ground.context(configuration);
      return (module: Module<TestContext>, token: string) =>
        ground.stack(resourceOf(module, `edgecache:${token}`), context);
    };
    const calls = async (action: string): Promise<Params[]> =>
      (await control.requests.find({ action })).filter(({ executed }) => executed).map(({ params }) => params);
    return { control, stack: process(), other: process(), calls };
  }
}
