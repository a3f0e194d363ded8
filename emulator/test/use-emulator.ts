/** The emulator of a test file: its clock stands still, and each test starts from its seed. */
import { afterAll, beforeAll, beforeEach } from "vitest";
import { type Emulator, type EmulatorOptions, startEmulator } from "../src/index.ts";

export const NOW = "2026-11-22T12:00:00Z";

export function useEmulator(options: EmulatorOptions = {}): { readonly emulator: Emulator } {
  let started: Emulator | undefined;
  const current = (): Emulator => {
    if (!started) throw new Error("the emulator is not up");
    return started;
  };
  beforeAll(async () => {
    started = await startEmulator({ clock: NOW, ...options });
  });
  beforeEach(async () => {
    await current().control.clock.freeze(NOW);
    await current().control.reset();
  });
  afterAll(() => started?.close());
  return {
    get emulator() {
      return current();
    },
  };
}
