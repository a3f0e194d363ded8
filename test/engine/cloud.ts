/** One emulator for a test file; every test gets a tenant of its own. */
import { startEmulator, type ControlClient, type Emulator, type TenantOptions } from "edgecache-emulator";
import { afterAll, beforeAll } from "vitest";

export const siteId = "5407498413000";

export function useClouds(): (options?: TenantOptions) => Promise<ControlClient> {
  let emulator: Emulator | undefined;
  let count = 0;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator?.close());
  return async (options = {}) => {
    if (emulator === undefined) throw new Error("the emulator is not up");
    count += 1;
    // Real tasks take minutes; what waiting does in detail is tested with a driven clock.
    const seed = { ...options.seed, limits: { "esa.purgeMs": 200, ...options.seed?.limits } };
    return await emulator.control.createTenant(`t${count}`, { ...options, seed });
  };
}
