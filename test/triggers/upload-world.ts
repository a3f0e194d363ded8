/** A ground for a file of tests on uploads, and a tenant for each of them. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll } from "vitest";
import { Asset } from "../../provider/src/engine/wire/values.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import { Jumping } from "./jumping.ts";
import { resourceOf } from "./world.ts";

export const site = "5407498413000";
export const base = { siteId: site, type: "file" };
export const urls = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `https://www.example.com/${index}`);
export const textAsset = (text: string): Asset => new Asset(createHash("sha256").update(text).digest("hex"), { text });

export function useUploads() {
  let ground: Jumping;
  beforeAll(async () => {
    ground = await Jumping.start();
    await ground.slowly(async () => (await world("first")).stack.up({ ...base, targets: urls(1), contentHash: "1" }));
  });
  afterAll(() => ground[Symbol.asyncDispose]());

  return world;

  async function world(name: string, switches: Record<string, string> = {}) {
    const control = await ground.emulator.control.createTenant(name);
    await control.settings.limits({ "esa.uploadMs": 50 });
    await control.settings.switches(switches);
    const context = ground.context(await control.configuration());
    const purger = () => ground.stack(resourceOf(esa, "edgecache:esa:PurgeTrigger"), context);
    const calls = async (action: string) =>
      (await control.requests.find({ action })).filter((request) => request.executed).length;
    return {
      control,
      context,
      calls,
      purger,
      stack: ground.stack(resourceOf(esa, "edgecache:esa:UploadTask"), context),
    };
  }
}
