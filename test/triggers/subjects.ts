/** Every trigger of every service, as the conformance suite must know it: `subjects/<service>.ts`. */
import * as clouds from "../../provider/src/clouds/index.ts";
import type { Subject } from "./subject.ts";
import type { JumpingGround } from "./jumping.ts";

export type Token = string;

const services = Object.values(clouds).flatMap((cloud) => Object.keys(cloud.services));

/** Token → subject. */
export const subjects = new Map<string, Subject>((await Promise.all(services.map(subjectsIn))).flat());

/** Those of one service. */
export async function subjectsIn(service: string): Promise<[string, Subject][]> {
  const file = `test/triggers/subjects/${service}.ts`;
  const module: { subjects?: [string, Subject][] } = await import(
    new URL(`subjects/${service}.ts`, import.meta.url).href
  ).catch((cause: unknown) => {
    throw new Error(`the service ${service} has no conformance suite: ${file} is missing`, { cause });
  });
  if (!module.subjects) throw new Error(`${file} exports no subjects`);
  return module.subjects;
}

export function subjectOf(token: Token): Subject {
  const found = subjects.get(token);
  if (found === undefined) throw new Error(`no subject ${token}`);
  return found;
}

/** The vendors' SDKs are loaded when first used, and time should not pass meanwhile: a preview asks both, and takes none. */
export async function warmUp(ground: JumpingGround, config: object): Promise<void> {
  for (const token of ["esa:PurgeTrigger", "teo:PurgeTrigger"] as const) {
    const { resource, base, target } = subjectOf(token);
    const stack = ground.stack(resource, ground.context(config));
    await ground.still(() => stack.preview({ ...base, targets: [target(0)], contentHash: "a" }));
  }
}
