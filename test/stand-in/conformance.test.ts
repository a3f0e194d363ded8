/** Every trigger of every service passes the one suite on a cloud with other manners, too. */
import { conformTrigger } from "../triggers/conformance.ts";
import { subjects, warmUp } from "../triggers/subjects.ts";
import { startStandInCloud } from "./cloud.ts";

for (const [token, subject] of subjects) {
  conformTrigger(token, subject, { start: startStandInCloud, warmUp });
}
