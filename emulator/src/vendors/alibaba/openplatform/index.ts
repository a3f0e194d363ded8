/** Alibaba Cloud OpenPlatform, as far as UploadFileAdvance needs it: permission to upload one file. */
import { together } from "../../state.ts";
import { gatewayCatalog, noPermission, throttlingUser, wrongParameter } from "../errors.ts";
import { operations } from "../operation.ts";
import type { AlibabaService } from "../product.ts";
import { perSecond, settings } from "./settings.ts";

export const openplatform: AlibabaService = {
  name: "openplatform",
  product: "OpenPlatform",
  version: "2019-12-19",
  settings,
  defaultSeed: {},
  catalog: gatewayCatalog,
  errors: {
    throttled: () => throttlingUser,
    quotaExhausted: throttlingUser,
    permissionDenied: (action, key) => noPermission("openplatform", action, key),
    locked: throttlingUser,
  },
  resources: () => ["*"],
  open: ({ storage }) => ({
    operations: operations({
      AuthorizeFileUpload: {
        methods: ["GET", "POST"],
        perSecond,
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
    }),
    state: together({}),
    delivery: () => undefined,
    describe: () => ({ places: [], tasks: [] }),
  }),
};
