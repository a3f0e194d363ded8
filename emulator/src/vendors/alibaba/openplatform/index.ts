/** Alibaba Cloud OpenPlatform, as far as UploadFileAdvance needs it: permission to upload one file. */
import { gatewayCatalog, gatewayTexts } from "../../../ports/catalog.ts";
import { noPermission, throttlingUser, wrongParameter } from "../errors.ts";
import { rateShapes } from "../../../tenant/rate.ts";
import type { ServiceDefinition } from "../../../ports/service.ts";

export const openplatform: ServiceDefinition = {
  name: "openplatform",
  product: "OpenPlatform",
  wire: "alibaba",
  version: "2019-12-19",
  // Alibaba's gateway stands before every product; what is its own is declared once, here
  switches: [rateShapes.alibaba],
  limits: [],
  texts: gatewayTexts,
  defaultSeed: {},
  catalog: gatewayCatalog,
  errors: {
    throttled: () => throttlingUser(),
    quotaExhausted: throttlingUser(),
    permissionDenied: (action, key) => noPermission("openplatform", action, key),
    locked: throttlingUser(),
  },
  open: ({ storage }) => ({
    operations: new Map([
      [
        "AuthorizeFileUpload",
        {
          methods: ["GET", "POST"],
          run({ params }) {
            if (params.required("Product") !== "ESA") throw wrongParameter("Product");
            const { accessKeyId, objectKey, policy, signature } = storage.grant();
            // the SDK uploads to <Bucket>.<Endpoint>: a loopback address cut in two makes that this machine
            const dot = storage.authority.indexOf(".");
            return {
              AccessKeyId: accessKeyId,
              Bucket: storage.authority.slice(0, dot),
              Endpoint: storage.authority.slice(dot + 1),
              ObjectKey: objectKey,
              EncodedPolicy: policy,
              Signature: signature,
              UseAccelerate: false,
            };
          },
        },
      ],
    ]),
    delivery: () => undefined,
    describe: () => ({}),
    dump: () => undefined,
    load: () => undefined,
  }),
};
