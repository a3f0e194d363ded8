/** What the cloud is configured with. */
import type * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { key } from "../keys.ts";

export const templateConfig = {
  templateKeyId: key("other").optional().meta({ description: "Id of the key." }),
  templateKeySecret: key("secret")
    .optional()
    .meta({ description: "Secret that belongs to `templateKeyId`.", secret: true }),
  templateEndpoint: endpoint.meta({ description: "A host, or `http://host:port` for an emulator." }),
} as const;

export type TemplateConfig = z.output<z.ZodObject<typeof templateConfig>>;
