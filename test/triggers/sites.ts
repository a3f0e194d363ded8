/** An emulator by one clock that jumps for a file of tests, and on it a tenant of its own for each of them, of any service. */
import { afterAll, beforeAll } from "vitest";
import { Jumping } from "./jumping.ts";
import type { Subject } from "./subject.ts";
import { warmUp } from "./subjects.ts";

export function useSites() {
  let ground: Jumping;
  let tenants = 0;
  beforeAll(async () => {
    ground = await Jumping.start();
    await warmUp(ground, await (await ground.emulator.control.createTenant("warm")).configuration());
  });
  afterAll(() => ground[Symbol.asyncDispose]());

  return {
    get ground(): Jumping {
      return ground;
    },
    /** Tasks are done in 50 ms. */
    async open(subject: Subject) {
      const control = await ground.emulator.control.createTenant(`t${++tenants}`);
      await control.settings.limits({ ...subject.limits, [subject.taskMs]: 50 });
      const stack = ground.stack(subject.resource, ground.context(await control.configuration()));
      return { control, stack };
    },
  };
}
