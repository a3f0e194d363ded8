/** Every trigger of every service passes the one suite, on the emulator. */
import { conformTrigger } from "./conformance.ts";
import { startEmulatorCloud } from "./emulator-cloud.ts";
import { subjects, warmUp } from "./subjects.ts";

for (const [token, subject] of subjects) conformTrigger(token, subject, { start: startEmulatorCloud, warmUp });
