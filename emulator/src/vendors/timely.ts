/** Whether a signature's date is near enough, by the clock that the switch `auth.timeReference` names. */
import type { Attempt } from "../ports/wire.ts";
import { timeReference } from "./settings.ts";

export function isTimely(at: number, windowMs: number, { tenant, machineNow }: Attempt): boolean {
  const near = (now: number): boolean => Math.abs(now - at) <= windowMs;
  switch (tenant.settings.switch(timeReference)) {
    case "emulator":
      return near(tenant.clock.now());
    case "machine":
      return near(machineNow);
    case "either":
      return near(tenant.clock.now()) || near(machineNow);
  }
}
