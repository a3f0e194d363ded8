/**
 * Runs a compiled program with Pulumi's mocks and prints the resources that it declares: for examples whose other
 * plugins cannot be had. `node run.mjs <main>`, in the program's folder.
 */
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";

const [main = ""] = process.argv.slice(2);
const load = createRequire(path.resolve(main));
/** @type {typeof import("@pulumi/pulumi")} */
const pulumi = load("@pulumi/pulumi");
const { MockMonitor } = load("@pulumi/pulumi/runtime/mocks");

/**
 * What is used of the messages of Pulumi's protocol.
 *
 * @typedef {{ getCustom(): boolean, getType(): string, getObject(): { toJavaScript(): object },
 *   getDependenciesList(): string[] }} Request
 * @typedef {{ getUrn(): string }} Response
 * @typedef {(error: Error | undefined, response: Response) => void} Done
 */

/** @type {{ urn: string, type: string, inputs: object, dependencies: string[] }[]} */
const declared = [];
const { registerResource } = MockMonitor.prototype;
MockMonitor.prototype.registerResource = function (/** @type {Request} */ request, /** @type {Done} */ done) {
  /** @type {Done} */
  const declare = (error, response) => {
    if (request.getCustom()) {
      declared.push({
        urn: response.getUrn(),
        type: request.getType(),
        inputs: request.getObject().toJavaScript(),
        dependencies: request.getDependenciesList(),
      });
    }
    done(error, response);
  };
  return registerResource.call(this, request, declare);
};
await pulumi.runtime.setMocks({
  newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
  call: ({ token, inputs }) => {
    const invoke = path.join(import.meta.dirname, "invoke.ts");
    return JSON.parse(execFileSync(process.execPath, [invoke, token, JSON.stringify(inputs)], { encoding: "utf8" }));
  },
});
process.on("beforeExit", () => process.stdout.write(JSON.stringify(declared)) && process.exit());
load(path.resolve(main));
