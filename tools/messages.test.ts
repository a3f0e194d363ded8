import { create, toBinary } from "@bufbuild/protobuf";
import {
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { messageTables, type Selection } from "./messages.ts";

interface FieldSketch {
  readonly name: string;
  readonly number: number;
  readonly type: Type;
  readonly typeName?: string;
  readonly label?: Label;
}

/** Descriptors of a protocol with a question of these fields, its answer and a service. */
function protocol(...question: readonly FieldSketch[]): Uint8Array {
  const fields = question.map((field) => ({ jsonName: field.name, label: Label.OPTIONAL, ...field }));
  const file = {
    name: "toy.proto",
    package: "toy",
    messageType: [
      { name: "Question", field: fields, nestedType: [{ name: "Part" }] },
      { name: "Answer", enumType: [{ name: "Kind", value: [{ name: "YES", number: 1 }] }] },
    ],
    service: [
      {
        name: "Oracle",
        method: [
          { name: "Ask", inputType: ".toy.Question", outputType: ".toy.Answer" },
          { name: "Sing", inputType: ".toy.Song", outputType: ".toy.Answer" },
        ],
      },
    ],
  };
  return toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [file] }));
}

function selection(...fields: readonly string[]): Selection {
  return {
    messages: { ".toy.Question.Part": [], ".toy.Question": fields, ".toy.Answer": [] },
    enums: [".toy.Answer.Kind"],
    service: ".toy.Oracle",
  };
}

const name: FieldSketch = { name: "name", number: 3, type: Type.STRING };

test("a table has the numbers and types of the descriptors", () => {
  const fields: readonly FieldSketch[] = [
    name,
    { name: "props", number: 2, type: Type.MESSAGE, typeName: ".google.protobuf.Struct" },
    { name: "parts", number: 9, type: Type.MESSAGE, typeName: ".toy.Question.Part", label: Label.REPEATED },
  ];
  const tables = messageTables(protocol(...fields), selection("name", "props", "parts"));
  expect(tables).toContain(
    "export const question = new MessageType({\n  props: bag(2),\n  name: text(3),\n  parts: list(message(9, questionPart)),\n});\n",
  );
  expect(tables).toContain("export const answerKind = {\n  YES: 1,\n} as const;\n");
  expect(tables).toContain("  Ask: {\n    request: question,\n    response: answer,\n  },\n");
});

test("what a new version of the protocol brings is seen in the file", () => {
  const before = messageTables(protocol(name), selection("name"));
  const after = messageTables(protocol(name, { name: "more", number: 4, type: Type.BOOL }), selection("name"));
  expect(after.replace("// Unused: more 4.\n", "")).toBe(before);
  expect(after).not.toBe(before);
  expect(before).toContain("// UNIMPLEMENTED: Sing.\n");
});

test.each<[string, readonly FieldSketch[], RegExp]>([
  ["a field that is gone", [], /know no \.toy\.Question\.name/],
  ["a field of a type that nobody reads", [{ ...name, type: Type.FIXED64 }], /FIXED64/],
  [
    "a field of a message that is not selected",
    [{ ...name, type: Type.MESSAGE, typeName: ".toy.Song" }],
    /\.toy\.Song/,
  ],
])("%s is refused", (_, fields, words) => {
  expect(() => messageTables(protocol(...fields), selection("name"))).toThrow(words);
});
