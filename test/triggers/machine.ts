/** A machine with an empty home, and an emulator that it reaches: what credentials are found, and what is said of none. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, vi } from "vitest";
import { startEmulator, type Emulator } from "../../emulator/src/index.ts";
import { systemClock } from "../../provider/src/core/clock.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import * as teo from "../../provider/src/clouds/tencent/teo/index.ts";
import { ask, contextOf } from "./world.ts";

export const siteId = "5407498413000";

/** Those of the emulator's accounts. */
export const keys = {
  alibabaAccessKeyId: "LTAI5tEMULATOR",
  alibabaAccessKeySecret: "emulator-secret",
  tencentSecretId: "AKIDEMULATOR",
  tencentSecretKey: "emulator-secret",
};

export function useMachine() {
  let emulator: Emulator;
  let home: string;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());

  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), "credentials-"));
    vi.stubEnv("HOME", home);
    vi.stubEnv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(home, { recursive: true });
  });

  const site = (config: object) =>
    ask(
      esa,
      "edgecache:esa:getSite",
      contextOf({ esaEndpoint: emulator.configuration.esaEndpoint, ...config }, systemClock, process.env),
      {
        siteId,
      },
    );
  const zones = (config: object) =>
    ask(
      teo,
      "edgecache:teo:getZones",
      contextOf({ teoEndpoint: emulator.configuration.teoEndpoint, ...config }, systemClock, process.env),
      {},
    );
  return { site, zones, home: () => home, emulator: () => emulator };
}
