/** The stand-in, as the conformance suite asks for it. */
import type { TestAccount, TestCloud } from "../triggers/cloud.ts";
import { JumpingGround } from "../triggers/jumping.ts";
import { StandIn } from "./server.ts";

export async function startStandInCloud(): Promise<TestCloud> {
  const ground = new JumpingGround();
  const cloud = await StandIn.start(ground.now);
  return {
    ground,
    async open(): Promise<TestAccount> {
      const account = cloud.open();
      return {
        config: cloud.configOf(account),
        async set({ taskMs = account.taskMs, daily = account.daily }) {
          Object.assign(account, { taskMs, daily });
        },
        trouble: async (trouble) => void account.troubles.push(trouble),
        publish: async (urls) => urls.forEach((url) => account.publish(url)),
        calls: async () => account.requests,
      };
    },
    async [Symbol.asyncDispose]() {
      await cloud[Symbol.asyncDispose]();
      ground[Symbol.dispose]();
    },
  };
}
