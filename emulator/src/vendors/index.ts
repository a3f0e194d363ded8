/** The vendors of the emulator: one folder and one line each. */
export { alibaba } from "./alibaba/index.ts";
export { tencent } from "./tencent/index.ts";
