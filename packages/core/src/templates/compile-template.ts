import { type Program, parse } from "acorn";
import { Eta } from "eta/core";
import { TemplateSyntaxError } from "../errors/template-syntax-error.js";
import { UnsafeTemplateError } from "../errors/unsafe-template-error.js";
import { type Findings, findViolations } from "./allowed-syntax.js";

/** What the compiled function writes to. `f` receives each printed value and the number of its expression. */
export interface Output {
  res: string;
  f(value: unknown, expression: number): string;
}

/** A template that was read once, found harmless, and can be rendered any number of times. */
export interface CompiledSource {
  readonly run: (it: object, output: Output) => void;
  /** Each distinct `<%= … %>`, as written, in order of first appearance. */
  readonly expressions: readonly string[];
  readonly controlFlow: boolean;
  readonly readsRecipient: boolean;
}

// Plain text, not HTML: escaping would print &amp;, and trimming would eat the line break behind each tag.
const eta = new Eta({ autoEscape: false, autoTrim: false, autoFilter: true });

/**
 * Compiles Eta source, after checking the very JavaScript that will run.
 *
 * @throws {TemplateSyntaxError} It is not Eta, or not JavaScript.
 * @throws {UnsafeTemplateError} It does more than a template may.
 */
export function compileSource(template: string, source: string): CompiledSource {
  const body = toJavaScript(template, source);
  const findings = findViolations(toProgram(template, body));
  refuseViolations(template, source, body, findings);
  const { expressions, numbered } = numberExpressions(body, findings);
  return {
    // The one place where text becomes code; everything above exists to make it harmless.
    run: new Function("it", "__eta", `"use strict";${numbered}`) as CompiledSource["run"],
    expressions,
    controlFlow: findings.controlFlow,
    readsRecipient: findings.readsRecipient,
  };
}

function toJavaScript(template: string, source: string): string {
  try {
    const parts = eta.parse(source);
    const reserved = parts.find((part) => typeof part === "object" && part.val.includes("__eta"));
    if (reserved)
      throw new TemplateSyntaxError(template, 'the name "__eta" is reserved. Choose another one.');
    return eta.compileBody(parts);
  } catch (cause) {
    if (cause instanceof TemplateSyntaxError) throw cause;
    throw new TemplateSyntaxError(template, `${firstLine(cause)}. Check that every <% has its %>.`, {
      cause,
    });
  }
}

function toProgram(template: string, body: string): Program {
  try {
    // As a module: strict, and without the HTML-like comments that could hide code.
    return parse(body, { ecmaVersion: "latest", sourceType: "module" });
  } catch (cause) {
    const problem = firstLine(cause).replace(/ \(\d+:\d+\)$/, "");
    throw new TemplateSyntaxError(
      template,
      `${problem}. Check the code between <% and %>, and that every { has its }.`,
      { cause },
    );
  }
}

function refuseViolations(template: string, source: string, body: string, { violations }: Findings): void {
  const first = violations[0];
  if (first === undefined) return;
  const piece = body.slice(first.node.start, first.node.end);
  const before = source.slice(0, Math.max(0, source.indexOf(piece))).split("\n");
  const column = (before.at(-1)?.length ?? 0) + 1;
  throw new UnsafeTemplateError(template, before.length, column, piece, first.cure);
}

/** Tells the output which expression each value comes from: `__eta.f(it.a)` becomes `__eta.f(it.a,0)`. */
function numberExpressions(body: string, { interpolations }: Findings) {
  const expressions: string[] = [];
  let numbered = "";
  let end = 0;
  for (const { expression } of interpolations) {
    const text = body.slice(expression.start, expression.end);
    if (!expressions.includes(text)) expressions.push(text);
    numbered += `${body.slice(end, expression.end)},${expressions.indexOf(text)}`;
    end = expression.end;
  }
  return { expressions, numbered: numbered + body.slice(end) };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
