/** Every cloud: one line each. Nothing of them is loaded here. */
export { alibaba } from "./alibaba/index.ts";
export { tencent } from "./tencent/index.ts";
