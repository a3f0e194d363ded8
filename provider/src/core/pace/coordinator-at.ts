/** The coordinator of a URL, loaded when it is first asked. */
import type { Coordinator } from "./coordinator.ts";

/** Its libraries come with it: who configures none does not pay for them. `authorities`: whom it trusts beyond Node's. */
export function coordinatorAt(url: string, now: () => number, authorities?: () => string[] | undefined): Coordinator {
  let loading: Promise<Coordinator> | undefined;
  let loaded: Coordinator | undefined;
  const open = async (): Promise<Coordinator> => {
    loading ??= import("./redis-coordinator.ts").then(
      ({ RedisCoordinator }) => new RedisCoordinator(url, now, authorities),
    );
    return (loaded = await loading);
  };
  return {
    take: async (...request) => (await open()).take(...request),
    late: async (...answer) => (await open()).late(...answer),
    recall: async (name) => (await open()).recall(name),
    remember: async (name, limit) => (await open()).remember(name, limit),
    claim: async (...claim) => (await open()).claim(...claim),
    warning: () => loaded?.warning(),
    close: () => loaded?.close(),
  };
}
