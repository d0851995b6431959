import type * as acorn from "acorn";
import { unstorable } from "../domain/storable-text.js";

/** A piece of JavaScript that templates may not use. */
export interface Violation {
  readonly node: acorn.AnyNode;
  readonly cure: string;
}

/** An expression that must have a value, or whose parents must. */
export interface Evaluation {
  readonly node: acorn.AnyNode;
  /** Eta's own call that prints it. `null`: it is not printed itself. */
  readonly call: acorn.CallExpression | null;
  /** It is put together with others: without it they would print "undefined", or "NaN". */
  readonly isPart: boolean;
}

export interface Findings {
  readonly violations: Violation[];
  /** Outer ones before those inside them, and otherwise in order of appearance. */
  readonly evaluations: Evaluation[];
  /** `if` or `for … of`: how much is printed depends on the data. */
  controlFlow: boolean;
  /** `it.recipient` is read: each person's text may differ. */
  readsRecipient: boolean;
}

const comparisons = new Set(["==", "!=", "===", "!==", "<", "<=", ">", ">="]);
const arithmetic = new Set(["+", "-", "*", "/", "%"]);
const forbiddenKeys = new Set(["constructor", "prototype", "__proto__", "call", "apply", "bind"]);

const onlyThis =
  "Templates may use it.path.to.value, literals, operators, ?:, ??, &&, ||, if, and for (const x of …).";

/**
 * Walks the JavaScript that Eta made of a template against a list of what is allowed; all else is a violation. An
 * allow-list, because whoever edits a template must never reach the process behind it.
 */
export function findViolations(program: acorn.Program): Findings {
  const findings: Findings = {
    violations: [],
    evaluations: [],
    controlFlow: false,
    readsRecipient: false,
  };
  for (const statement of program.body) walkStatement(statement, new Set(["it"]), findings);
  return findings;
}

function walkStatement(node: acorn.AnyNode, names: ReadonlySet<string>, findings: Findings): void {
  switch (node.type) {
    case "ExpressionStatement":
      walkOutput(node, names, findings);
      return;
    case "BlockStatement":
      for (const inner of node.body) walkStatement(inner, names, findings);
      return;
    case "IfStatement":
      findings.controlFlow = true;
      findings.evaluations.push({ node: node.test, call: null, isPart: false });
      walkExpression(node.test, names, findings);
      walkStatement(node.consequent, names, findings);
      if (node.alternate) walkStatement(node.alternate, names, findings);
      return;
    case "ForOfStatement":
      walkLoop(node, names, findings);
      return;
    case "EmptyStatement":
      return;
    default:
      refuse(node, onlyThis, findings);
  }
}

/** `for (const line of it.lines) { … }`: the one loop, because it ends when the data does. */
function walkLoop(node: acorn.ForOfStatement, names: ReadonlySet<string>, findings: Findings): void {
  findings.controlFlow = true;
  const declared = node.left.type === "VariableDeclaration" ? node.left.declarations[0]?.id : undefined;
  if (
    node.await ||
    node.left.type !== "VariableDeclaration" ||
    node.left.kind !== "const" ||
    declared?.type !== "Identifier"
  ) {
    refuse(node.left, "Write loops as for (const item of it.items) { … }.", findings);
    return;
  }
  if (names.has(declared.name) || isEscaped(declared)) {
    refuse(declared, "Give the loop variable a name of its own.", findings);
    return;
  }
  findings.evaluations.push({ node: node.right, call: null, isPart: false });
  walkExpression(node.right, names, findings);
  walkStatement(node.body, new Set([...names, declared.name]), findings);
}

/** Eta's own output: `__eta.res+='text'` and `__eta.res+=__eta.f(expression)`. */
function walkOutput(node: acorn.ExpressionStatement, names: ReadonlySet<string>, findings: Findings): void {
  const { expression } = node;
  if (
    expression.type !== "AssignmentExpression" ||
    expression.operator !== "+=" ||
    !isEta(expression.left, "res")
  ) {
    refuse(node, "Print a value with <%= … %>; a template computes nothing on the side.", findings);
    return;
  }
  const printed = expression.right;
  if (printed.type === "Literal") return;
  const argument =
    printed.type === "CallExpression" && isEta(printed.callee, "f") ? printed.arguments[0] : undefined;
  if (printed.type !== "CallExpression" || argument === undefined || printed.arguments.length !== 1) {
    refuse(node, onlyThis, findings);
    return;
  }
  findings.evaluations.push({ node: argument, call: printed, isPart: false });
  walkExpression(argument, names, findings);
}

function walkExpression(node: acorn.AnyNode, names: ReadonlySet<string>, findings: Findings): void {
  switch (node.type) {
    case "Identifier":
      if (!names.has(node.name) || isEscaped(node))
        refuse(node, `Values are read from it, for example it.${node.name}.`, findings);
      return;
    case "Literal":
      if ("regex" in node && node.regex) refuse(node, onlyThis, findings);
      checkText(node, node.value, findings);
      return;
    case "TemplateLiteral":
      for (const { value } of node.quasis) checkText(node, value.cooked, findings);
      for (const inner of node.expressions) walkPart(inner, names, findings);
      return;
    case "ChainExpression":
    case "ParenthesizedExpression":
      walkExpression(node.expression, names, findings);
      return;
    case "MemberExpression":
      walkMember(node, names, findings);
      return;
    case "ConditionalExpression":
      walkExpression(node.test, names, findings);
      walkExpression(node.consequent, names, findings);
      walkExpression(node.alternate, names, findings);
      return;
    case "LogicalExpression":
      walkExpression(node.left, names, findings);
      walkExpression(node.right, names, findings);
      return;
    case "BinaryExpression":
      walkBinary(node, names, findings);
      return;
    case "UnaryExpression":
      if (!["!", "-", "+"].includes(node.operator)) {
        refuse(node, onlyThis, findings);
        return;
      }
      walkExpression(node.argument, names, findings);
      return;
    default:
      refuse(node, onlyThis, findings);
  }
}

function walkBinary(node: acorn.BinaryExpression, names: ReadonlySet<string>, findings: Findings): void {
  const { operator, left, right } = node;
  if (!comparisons.has(operator) && !arithmetic.has(operator)) refuse(node, onlyThis, findings);
  const walk = arithmetic.has(operator) ? walkPart : walkExpression;
  walk(left, names, findings);
  walk(right, names, findings);
}

/** A part of a longer text or sum. What is made of parts that are there is there, too. */
function walkPart(node: acorn.AnyNode, names: ReadonlySet<string>, findings: Findings): void {
  const isMade =
    node.type === "Literal" ||
    node.type === "TemplateLiteral" ||
    (node.type === "BinaryExpression" && node.operator === "+");
  if (!isMade) findings.evaluations.push({ node, call: null, isPart: true });
  walkExpression(node, names, findings);
}

/** `it.order.number`, `it.lines[0]`; a computed key could spell any name at run time. */
function walkMember(node: acorn.MemberExpression, names: ReadonlySet<string>, findings: Findings): void {
  const { object, property, computed } = node;
  if (computed) {
    if (property.type !== "Literal" || typeof property.value !== "number") {
      refuse(node, "Between brackets only a number may stand, for example it.lines[0].", findings);
      return;
    }
  } else if (property.type !== "Identifier" || forbiddenKeys.has(property.name) || isEscaped(property)) {
    refuse(node, "This name is not data. Choose another key for the value.", findings);
    return;
  } else if (property.name === "recipient" && mayBeIt(object)) {
    findings.readsRecipient = true;
  }
  walkExpression(object, names, findings);
}

/** An escape such as "\\0" prints what could not be stored. */
function checkText(node: acorn.AnyNode, value: unknown, findings: Findings): void {
  const problem = typeof value === "string" ? unstorable(value) : null;
  if (problem !== null) refuse(node, `It ${problem}`, findings);
}

/** `it`, or something that may turn out to be: `(it.a ? it : it.b)`. */
function mayBeIt(object: acorn.AnyNode): boolean {
  return object.type === "Identifier" ? object.name === "it" : object.type !== "MemberExpression";
}

/** `\u0069t` is a name as well, and hides from whoever reads the source. */
function isEscaped({ name, start, end }: acorn.Identifier): boolean {
  return name.length !== end - start;
}

/** Whether Eta wrote this: the name is refused in a template's own code, and escaped it would be longer. */
function isEta(node: acorn.AnyNode, name: string): boolean {
  return (
    node.type === "MemberExpression" &&
    !node.computed &&
    node.object.type === "Identifier" &&
    node.object.name === "__eta" &&
    !isEscaped(node.object) &&
    node.property.type === "Identifier" &&
    node.property.name === name
  );
}

function refuse(node: acorn.AnyNode, cure: string, findings: Findings): void {
  findings.violations.push({ node, cure });
}
