/** Every trigger of every service passes the one suite, on the emulator. */
import { conformTrigger } from "./conformance.ts";
import { startEmulatorCloud } from "./emulator-cloud.ts";
import { subjects, subjectsIn, warmUp } from "./subjects.ts";

for (const [token, subject] of [...subjects, ...(await subjectsIn("template"))])
  conformTrigger(token, subject, { start: startEmulatorCloud, warmUp });
