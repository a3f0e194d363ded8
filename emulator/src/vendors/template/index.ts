/**
 * A small cloud that does not exist: the pattern for a new vendor (docs/new-service.md). It is in no list of vendors,
 * so it is on no machine of a user: tests register it with `startEmulator({ vendors: [template] })`.
 */
import type { Vendor } from "../../ports/vendor.ts";
import { cache } from "./cache/index.ts";
import { rateShape, settings } from "./settings.ts";
import { templateWire } from "./wire.ts";

const account = "template-account";

export const template = {
  name: "template",
  wire: templateWire,
  domains: ["template.example"],
  keys: [{ cloud: "template", account, accessKeyId: "TEMPLATEKEY", accessKeySecret: "emulator-secret" }],
  settings,
  rateShape,
  errorStatus: 400,
  configuration: ({ id, secret }, endpoint) => ({
    templateKeyId: id,
    templateKeySecret: secret,
    templateEndpoint: endpoint,
  }),
  services: [cache],
} satisfies Vendor;
