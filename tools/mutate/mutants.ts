/** The small changes that can be made to a source file, found on TypeScript's syntax tree. Pure. */
import { createHash } from "node:crypto";
import ts from "typescript";

export interface Mutant {
  /** Of what is changed into what, not of where: it stays when lines move. */
  readonly id: string;
  readonly file: string;
  readonly kind: Kind;
  /** What is replaced, from and to; where both are the same, something is put in. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** Statements are switched by `if`, expressions by `?:`. */
  readonly form: "expression" | "statement";
}

export type Kind =
  | "comparison"
  | "condition"
  | "logic"
  | "arithmetic"
  | "statement"
  | "return"
  | "number"
  | "text"
  | "list"
  | "call";

type Change = Omit<Mutant, "id" | "file">;

export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const seen = new Map<string, number>();
  const mutants: Mutant[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    for (const change of changesOf(node, source)) {
      const name = [file, change.kind, text.slice(change.start, change.end), change.replacement, around(node)].join(
        "\0",
      );
      const times = seen.get(name) ?? 0;
      seen.set(name, times + 1);
      const id = createHash("sha256").update(`${name}\0${times}`).digest("hex").slice(0, 10);
      mutants.push({ id, file, ...change });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return mutants;
}

/** Name of the function that it is in, so that equal lines of two functions are told apart. */
function around(node: ts.Node): string {
  const inside = ts.findAncestor(node, (each) => ts.isFunctionDeclaration(each) || ts.isMethodDeclaration(each));
  return inside !== undefined && (ts.isFunctionDeclaration(inside) || ts.isMethodDeclaration(inside))
    ? (inside.name?.getText() ?? "")
    : "";
}

function changesOf(node: ts.Node, source: ts.SourceFile): Change[] {
  const start = node.getStart(source);
  const { end } = node;
  const change = (kind: Kind, replacement: string): Change => ({ kind, start, end, replacement, form: "expression" });
  if (ts.isBinaryExpression(node)) return ofBinary(node).map(([kind, replacement]) => change(kind, replacement));
  if (ts.isPrefixUnaryExpression(node)) {
    if (node.operator === ts.SyntaxKind.ExclamationToken) return [change("logic", node.operand.getText())];
    if (node.operator === ts.SyntaxKind.MinusToken) return [change("number", node.operand.getText())];
  }
  if (ts.isNumericLiteral(node) && isValue(node)) {
    const value = Number(node.text.replaceAll("_", ""));
    return [value + 1, value - 1].map((other) => change("number", other < 0 ? `(${other})` : String(other)));
  }
  if ((ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) && isValue(node) && node.text !== "") {
    return [change("text", '""')];
  }
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [change("logic", "false")];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [change("logic", "true")];
  if (ts.isArrayLiteralExpression(node) && node.elements.length > 0 && !isAssignedTo(node)) {
    return node.elements.map((_, at) => change("list", `[${without(node.elements, at)}]`));
  }
  if (ts.isCallExpression(node)) return ofCall(node).map((replacement) => change("call", replacement));
  if (ts.isConditionalExpression(node)) {
    const condition = node.condition.getText();
    return [change("condition", `!(${condition}) ? ${node.whenTrue.getText()} : ${node.whenFalse.getText()}`)];
  }
  return [...ofCondition(node, source), ...ofStatement(node, source), ...ofFunction(node)];
}

const swaps: Readonly<Record<string, readonly (readonly [Kind, string])[]>> = {
  "<": [
    ["comparison", "<="],
    ["comparison", ">="],
  ],
  "<=": [
    ["comparison", "<"],
    ["comparison", ">"],
  ],
  ">": [
    ["comparison", ">="],
    ["comparison", "<="],
  ],
  ">=": [
    ["comparison", ">"],
    ["comparison", "<"],
  ],
  "===": [["comparison", "!=="]],
  "!==": [["comparison", "==="]],
  "&&": [["logic", "||"]],
  "||": [["logic", "&&"]],
  "+": [["arithmetic", "-"]],
  "-": [["arithmetic", "+"]],
  "*": [["arithmetic", "/"]],
  "/": [["arithmetic", "*"]],
  "%": [["arithmetic", "*"]],
  "+=": [["arithmetic", "-="]],
  "-=": [["arithmetic", "+="]],
};

function ofBinary(node: ts.BinaryExpression): (readonly [Kind, string])[] {
  const [left, right] = [node.left.getText(), node.right.getText()];
  const operator = node.operatorToken.getText();
  const swapped = (swaps[operator] ?? []).map(([kind, other]) => [kind, `${left} ${other} ${right}`] as const);
  if (operator === "&&" || operator === "||") return [...swapped, ["logic", left], ["logic", right]];
  return operator === "??"
    ? [
        ["logic", left],
        ["logic", right],
      ]
    : swapped;
}

const otherCall: ReadonlyMap<string, string> = new Map([
  ["min", "max"],
  ["max", "min"],
  ["some", "every"],
  ["every", "some"],
  ["floor", "ceil"],
  ["ceil", "floor"],
]);
const leftOut = new Set(["filter", "toSorted", "toReversed", "slice", "trim", "toLowerCase", "replace", "replaceAll"]);

function ofCall(node: ts.CallExpression): string[] {
  const { expression } = node;
  if (!ts.isPropertyAccessExpression(expression) || ts.isOptionalChain(node)) return [];
  const [of, name] = [expression.expression.getText(), expression.name.text];
  const other = otherCall.get(name);
  const rest = node.getText().slice(expression.getText().length);
  return [...(other === undefined ? [] : [`${of}.${other}${rest}`]), ...(leftOut.has(name) ? [of] : [])];
}

/** Conditions are turned round, and are always or never so. */
function ofCondition(node: ts.Node, source: ts.SourceFile): Change[] {
  if (!ts.isIfStatement(node) && !ts.isWhileStatement(node)) return [];
  const { expression } = node;
  const place = { start: expression.getStart(source), end: expression.end, form: "expression" } as const;
  const both = ts.isIfStatement(node) ? ["true", "false"] : ["false"];
  return [`!(${expression.getText()})`, ...both].map((replacement) => ({ ...place, kind: "condition", replacement }));
}

function ofStatement(node: ts.Node, source: ts.SourceFile): Change[] {
  const alone = ts.isIfStatement(node) && node.elseStatement === undefined && !ts.isIfStatement(node.parent);
  const isSuper = ts.isExpressionStatement(node) && node.getText().startsWith("super(");
  const leaves = ts.isThrowStatement(node) || ts.isContinueStatement(node) || ts.isBreakStatement(node);
  if (isSuper || !(ts.isExpressionStatement(node) || alone || (leaves && !inSwitch(node)))) return [];
  return [{ kind: "statement", start: node.getStart(source), end: node.end, replacement: "", form: "statement" }];
}

/** Does nothing at all. */
function ofFunction(node: ts.Node): Change[] {
  if (!ts.isFunctionLike(node) || !("body" in node) || ts.isConstructorDeclaration(node)) return [];
  const { body } = node;
  if (body === undefined || !ts.isBlock(body) || body.statements.length < 2) return [];
  const start = body.getStart() + 1;
  return [{ kind: "return", start, end: start, replacement: "return;", form: "statement" }];
}

/** Not a name, a type or a module. */
function isValue({ parent }: ts.Node): boolean {
  const names =
    (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent) || ts.isPropertySignature(parent)) &&
    (ts.isStringLiteral(parent.name) || ts.isNumericLiteral(parent.name));
  const isImport = ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword;
  return !names && !isImport && !ts.isLiteralTypeNode(parent);
}

/** The left side of a destructuring looks like a list. */
function isAssignedTo({ parent, pos }: ts.Node): boolean {
  return (
    ts.isBinaryExpression(parent) && parent.left.pos === pos && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
  );
}

function inSwitch(node: ts.Node): boolean {
  return ts.isCaseOrDefaultClause(node.parent) || ts.isCaseOrDefaultClause(node.parent.parent);
}

function without(elements: ts.NodeArray<ts.Expression>, at: number): string {
  return elements
    .filter((_, index) => index !== at)
    .map((element) => element.getText())
    .join(", ");
}
