/**
 * Protobuf messages as tables of their fields (`messages.ts`): what this provider
 * reads and writes of a message, and nothing else. Unknown fields are skipped.
 *
 * Not Google's runtime: an eleven-byte message with a wrong length keeps that
 * one busy for twenty seconds, and it takes longer to load than gRPC itself.
 */
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** The message cannot be what an engine sends. */
export class MalformedMessage extends Error {
  override readonly name = "MalformedMessage";
}

export interface Field<T> {
  readonly number: number;
  readonly wireType: WireType;
  /** Where it is absent. Not written. */
  readonly initial: T;
  /** The value after one more occurrence; `end` is where the message around it ends. */
  read(reader: BinaryReader, end: number, before: T): T;
  write(writer: BinaryWriter, value: T): void;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;
export type Values<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };
export type Encodable<M> = M extends MessageType<infer F> ? Partial<Values<F>> : never;

export class MessageType<F extends Fields> {
  readonly #fields: readonly (readonly [string, Field<unknown>])[];
  readonly #byNumber: ReadonlyMap<number, readonly [string, Field<unknown>]>;

  constructor(fields: F) {
    this.#fields = Object.entries(fields);
    this.#byNumber = new Map(this.#fields.map((entry) => [entry[1].number, entry]));
  }

  decode(bytes: Uint8Array): Values<F> {
    try {
      return this.read(new BinaryReader(bytes, utf8), bytes.length);
    } catch (error) {
      if (error instanceof MalformedMessage) throw error;
      throw new MalformedMessage(error instanceof Error ? error.message : String(error));
    }
  }

  encode(message: Partial<Values<F>>): Uint8Array {
    const writer = new BinaryWriter((plain) => Buffer.from(plain));
    this.write(writer, message);
    return writer.finish();
  }

  read(reader: BinaryReader, end: number): Values<F> {
    const values: Record<string, unknown> = {};
    for (const [name, field] of this.#fields) values[name] = field.initial;
    while (reader.pos < end) {
      const [number, wireType] = reader.tag();
      const [name, field] = this.#byNumber.get(number) ?? [];
      if (name === undefined || field === undefined) reader.skip(wireType, number);
      else if (field.wireType !== wireType) throw new MalformedMessage(`field ${number} is of another type`);
      else values[name] = field.read(reader, end, values[name]);
    }
    ended(reader, end);
    // Every field of F has its value from its own `Field`, which is what `Values` says.
    return values as Values<F>;
  }

  write(writer: BinaryWriter, message: Partial<Values<F>>): void {
    for (const [name, field] of this.#fields) {
      const value: unknown = message[name];
      if (value !== undefined && value !== field.initial) field.write(writer, value);
    }
  }
}

/** Reads the length of what follows; returns where that ends. */
export function extent(reader: BinaryReader, end: number): number {
  const to = reader.uint32() + reader.pos;
  if (to > end) throw new MalformedMessage("a part is longer than the whole");
  return to;
}

/** A part that ran over its own end was none. */
export function ended(reader: BinaryReader, end: number): void {
  if (reader.pos !== end) throw new MalformedMessage("a part is longer than it says");
}

/** Not TextDecoder: that one drops a byte order mark. */
function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

function scalar<T>(
  wireType: WireType,
  initial: T,
  read: (reader: BinaryReader) => T,
  write: (writer: BinaryWriter, value: T) => BinaryWriter,
): (number: number) => Field<T> {
  return (number) => ({
    number,
    wireType,
    initial,
    read,
    write: (writer, value) => void write(writer.tag(number, wireType), value),
  });
}

export const text = scalar(
  WireType.LengthDelimited,
  "",
  (from) => from.string(),
  (to, value) => to.string(value),
);
export const bytes = scalar<Uint8Array>(
  WireType.LengthDelimited,
  new Uint8Array(),
  (from) => from.bytes(),
  (to, value) => to.bytes(value),
);
export const flag = scalar(
  WireType.Varint,
  false,
  (from) => from.bool(),
  (to, value) => to.bool(value),
);
/** Numbers of enums too. */
export const integer = scalar(
  WireType.Varint,
  0,
  (from) => from.int32(),
  (to, value) => to.int32(value),
);
export const double = scalar(
  WireType.Bit64,
  0,
  (from) => from.double(),
  (to, value) => to.double(value),
);

/** A repeated field; a map is a repeated entry of key 1 and value 2. */
export function list<T>(of: Field<T>): Field<T[]> {
  return {
    number: of.number,
    wireType: of.wireType,
    initial: [],
    read(reader, end, before) {
      const item = of.read(reader, end, of.initial);
      if (before.length === 0) return [item];
      before.push(item);
      return before;
    },
    write: (writer, values) => values.forEach((value) => of.write(writer, value)),
  };
}

/** A message, or what is shaped like one. */
export function embedded<T>(
  number: number,
  read: (reader: BinaryReader, end: number) => T,
  write: (writer: BinaryWriter, value: T) => void,
): Field<T | undefined> {
  return {
    number,
    wireType: WireType.LengthDelimited,
    initial: undefined,
    read: (reader, end) => read(reader, extent(reader, end)),
    write(writer, value) {
      if (value === undefined) return;
      writer.tag(number, WireType.LengthDelimited).fork();
      write(writer, value);
      writer.join();
    },
  };
}

/** An embedded message: partial where it is written. */
export function message<F extends Fields>(number: number, type: MessageType<F>): Field<Partial<Values<F>> | undefined> {
  return embedded<Partial<Values<F>>>(
    number,
    (reader, end) => type.read(reader, end),
    (writer, value) => type.write(writer, value),
  );
}
