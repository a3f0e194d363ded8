/** The messages of `pulumirpc` as far as this layer has use for them, by their field numbers (pulumi/proto). */
import { bytes, double, flag, integer, list, message, MessageType, text } from "./protobuf.ts";
import { bag } from "./encoding.ts";

export const empty = new MessageType({});

export const handshakeRequest = new MessageType({ engineAddress: text(1) });
export const handshakeResponse = new MessageType({
  acceptSecrets: flag(1),
  acceptResources: flag(2),
  acceptOutputs: flag(3),
});
export const attachRequest = new MessageType({ address: text(1) });
export const pluginInfo = new MessageType({ version: text(1) });
export const schemaRequest = new MessageType({ version: integer(1) });
export const schemaResponse = new MessageType({ schema: text(1) });

/** Not `variables`, which say the same in the dress of engines that had no `args`. */
export const configureRequest = new MessageType({ args: bag(2) });
export const configureResponse = new MessageType({
  acceptSecrets: flag(1),
  supportsPreview: flag(2),
  acceptResources: flag(3),
  acceptOutputs: flag(4),
});
export const missingKeys = new MessageType({
  missingKeys: list(message(1, new MessageType({ name: text(1), description: text(2) }))),
});

const failure = new MessageType({ property: text(1), reason: text(2) });

export const checkRequest = new MessageType({ urn: text(1), news: bag(3), type: text(7) });
export const checkResponse = new MessageType({ inputs: bag(1), failures: list(message(2, failure)) });

export const diffRequest = new MessageType({
  urn: text(2),
  olds: bag(3),
  news: bag(4),
  ignoreChanges: list(text(5)),
  oldInputs: bag(6),
  type: text(8),
});
const propertyDiff = new MessageType({ kind: integer(1), inputDiff: flag(2) });
export const diffResponse = new MessageType({
  replaces: list(text(1)),
  deleteBeforeReplace: flag(3),
  changes: integer(4),
  diffs: list(text(5)),
  detailedDiff: list(message(6, new MessageType({ key: text(1), value: message(2, propertyDiff) }))),
  hasDetailedDiff: flag(7),
});
export const changes = { none: 1, some: 2 } as const;
/** One more means: and this replaces. */
export const diffKinds = { add: 0, delete: 2, update: 4 } as const;

export const createRequest = new MessageType({
  urn: text(1),
  properties: bag(2),
  timeout: double(3),
  preview: flag(4),
  type: text(6),
});
export const createResponse = new MessageType({ id: text(1), properties: bag(2) });

export const readRequest = new MessageType({
  id: text(1),
  urn: text(2),
  properties: bag(3),
  inputs: bag(4),
  type: text(6),
  timeout: double(10),
});
export const readResponse = new MessageType({ id: text(1), properties: bag(2), inputs: bag(3) });

export const updateRequest = new MessageType({
  id: text(1),
  urn: text(2),
  olds: bag(3),
  news: bag(4),
  timeout: double(5),
  preview: flag(7),
  oldInputs: bag(8),
  type: text(10),
});
export const updateResponse = new MessageType({ properties: bag(1) });

export const deleteRequest = new MessageType({
  id: text(1),
  urn: text(2),
  properties: bag(3),
  timeout: double(4),
  oldInputs: bag(5),
  type: text(7),
});

export const invokeRequest = new MessageType({ token: text(1), args: bag(2), preview: flag(7) });
export const invokeResponse = new MessageType({ returned: bag(1), failures: list(message(2, failure)) });

export const initFailed = new MessageType({ id: text(1), properties: bag(2), reasons: list(text(3)) });
/** `google.rpc.Status` and the `google.protobuf.Any` in it: how an error carries more than text. */
const any = new MessageType({ typeUrl: text(1), value: bytes(2) });
export const richStatus = new MessageType({ code: integer(1), message: text(2), details: list(message(3, any)) });

export const logRequest = new MessageType({ severity: integer(1), message: text(2), urn: text(3), ephemeral: flag(5) });
export const severities = { debug: 0, info: 1, warning: 2, error: 3 } as const;
