/** OpenPlatform, as far as uploads need it. */
import { alibabaSuite } from "./suite.ts";

const action = "AuthorizeFileUpload";
const accepted = { action, parameters: { Product: "ESA" } };

export const suite = alibabaSuite("openplatform", {
  options: {},
  accepted,
  rows: [
    { name: "no product", action, code: "MissingProduct", message: "Product is mandatory for this action." },
    {
      name: "another product",
      action,
      parameters: { Product: "cdn" },
      code: "InvalidProduct",
      message: "Specified parameter Product is not valid.",
    },
    {
      name: "more calls than a second allows",
      ...accepted,
      before: async (control, call) => {
        await control.settings.limits({ "openplatform.perSecond": 1 });
        await call(accepted);
      },
      code: "Throttling.User",
      message: "Request was denied due to user flow control.",
    },
  ],
});
