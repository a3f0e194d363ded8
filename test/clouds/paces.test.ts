/** Calls a second of CDN's and DCDN's operations: provider and emulator have them from the vendor's pages, each by itself. */
import { expect, test } from "vitest";
import * as emulators from "../../emulator/src/vendors/index.ts";
import { cdn } from "../../provider/src/clouds/alibaba/cdn/client.ts";
import { dcdn, edgeRoutine } from "../../provider/src/clouds/alibaba/dcdn/client.ts";

const limits = new Map(
  emulators.alibaba.services.flatMap(({ settings }) => settings.limits ?? []).map(({ name, value }) => [name, value]),
);

test.each([
  [cdn, []],
  [dcdn, [edgeRoutine.refresh]],
] as const)("$module", (product, refreshes) => {
  const { family, module, pace } = product;
  const named = {
    refreshPerSecond: [family.refresh, ...refreshes],
    preloadPerSecond: [family.push],
    tasksPerSecond: [family.tasks],
    taskByIdPerSecond: [family.taskById],
    quotaPerSecond: [family.quota],
  };
  for (const [limit, actions] of Object.entries(named)) {
    const calls = limits.get(`${module}.${limit}`);
    expect(actions.map((action) => [action, pace(action)])).toEqual(
      actions.map((action) => [action, { calls, perMs: 1000 }]),
    );
  }
});
