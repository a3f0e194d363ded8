/** The emulator, as the conformance suite asks for it. */
import type { EmulatorLimits, TestAccount, TestCloud } from "./cloud.ts";
import { Jumping } from "./jumping.ts";

export async function startEmulatorCloud(): Promise<TestCloud> {
  const ground = await Jumping.start();
  let tenants = 0;
  return {
    ground,
    async open({ taskMs: taskLimit, daily: dailyLimit, limits = {} }: EmulatorLimits): Promise<TestAccount> {
      const control = await ground.emulator.control.createTenant(`t${++tenants}`);
      await control.settings.limits(limits);
      return {
        config: await control.configuration(),
        async set({ taskMs, daily }) {
          if (taskMs !== undefined) await control.settings.limits({ [taskLimit]: taskMs });
          if (daily !== undefined && dailyLimit !== undefined) await control.settings.limits({ [dailyLimit]: daily });
        },
        trouble: async (trouble) => void (await control.faults.add({ ...trouble, count: 1 })),
        async publish(urls) {
          const pages = urls.map((url) => new URL(url));
          await control.origin.publish(
            ...pages.map(({ hostname, pathname }) => ({ host: hostname, path: pathname, body: "page" })),
          );
        },
        async calls() {
          const requests = await control.requests.find({});
          return requests.map(({ action, params, executed }) => ({ action: action ?? "", params, executed }));
        },
      };
    },
    [Symbol.asyncDispose]: () => ground[Symbol.asyncDispose](),
  };
}
