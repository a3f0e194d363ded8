/** What the vendors' settings have in common. */
import type { RateShape } from "../ports/vendor.ts";
import { type SettingDefinitions, type SwitchDefinition, defineSwitch } from "../ports/settings.ts";

export const timeReference = defineSwitch({
  name: "auth.timeReference",
  values: ["either", "emulator", "machine"],
  basis: "TEST",
  about:
    "Which clock a signature's date must agree with. Clients sign with the machine's time, so with a moved or " +
    "stopped clock only `either` and `machine` let them in; `emulator` is for replayed captures.",
});

export const taskSpelling = defineSwitch({
  name: "tasks.spelling",
  values: ["asSent", "other"],
  basis: "UNVERIFIED",
  about:
    "How task lists and FailedList write URLs: as they were sent, or in another spelling that means the same (RFC 3986, " +
    "section 6.2): the host in small letters, the default port, escapes in small letters and only where they must be.",
});

export const settings: SettingDefinitions = { switches: [timeReference, taskSpelling] };

/** How a vendor counts calls a second. `hint`: what its documents say of it. */
export function rateShapeOf(vendor: string, hint: string): SwitchDefinition<RateShape> {
  return defineSwitch({
    name: `${vendor}.rateShape`,
    values: ["bucket", "window"],
    basis: "UNVERIFIED",
    about: `How calls a second are counted: by a bucket of so many that refills evenly, or in each second of the clock. ${hint}`,
  });
}
