import { type Program, parse } from "acorn";
import { Eta } from "eta/core";
import { TemplateSyntaxError } from "../errors/template-syntax-error.js";
import { UnsafeTemplateError } from "../errors/unsafe-template-error.js";
import { findViolations, type Violation } from "./allowed-syntax.js";
import { instrument } from "./instrument.js";
import { type Parts, placeOf } from "./place-of.js";

/** What the compiled function writes to. */
export interface Output {
  res: string;
  /** The number of the expression that was begun last. */
  at?: number;
  /** Receives each printed value, or part of one, with the number of its expression; returns what to print. */
  f(value: unknown, expression: number): unknown;
}

/** A template that was read once, found harmless, and can be rendered any number of times. */
export interface CompiledSource {
  readonly run: (it: object, output: Output) => void;
  /** Each distinct `<%= … %>`, as written, in order of first appearance. */
  readonly expressions: readonly string[];
  /** What the numbers stand for: the expressions, and then whatever else is read. */
  readonly reads: readonly string[];
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
  try {
    return compile(template, source);
  } catch (cause) {
    // The stack is the only limit to nesting that all the readers of a template share.
    if (!(cause instanceof RangeError)) throw cause;
    throw new TemplateSyntaxError(template, "it is nested too deeply. Write it flatter.", { cause });
  }
}

function compile(template: string, source: string): CompiledSource {
  const parts = toParts(template, source);
  const body = eta.compileBody(parts);
  const { violations, evaluations, ...findings } = findViolations(toProgram(template, source, parts, body));
  if (violations[0]) throw unsafe(template, source, parts, violations[0]);
  const { code, expressions, printed } = instrument(body, evaluations);
  return {
    // The one place where text becomes code; everything above exists to make it harmless.
    run: new Function("it", "__eta", `"use strict";${code}`) as CompiledSource["run"],
    expressions: expressions.slice(0, printed),
    reads: expressions,
    ...findings,
  };
}

function toParts(template: string, source: string): Parts {
  const parts = parseEta(template, source);
  if (parts.some((part) => typeof part === "object" && part.val.includes("__eta"))) {
    throw new TemplateSyntaxError(template, 'the name "__eta" is reserved. Choose another one.');
  }
  return parts;
}

function parseEta(template: string, source: string): Parts {
  try {
    return eta.parse(source);
  } catch (cause) {
    if (cause instanceof RangeError) throw cause;
    throw new TemplateSyntaxError(template, `${firstLine(cause)}. Check that every <% has its %>.`, {
      cause,
    });
  }
}

function toProgram(template: string, source: string, parts: Parts, body: string): Program {
  try {
    // As a module: strict, and without the comments of HTML and of shells, which could hide code.
    return parse(body, { ecmaVersion: "latest", sourceType: "module", allowHashBang: false });
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    const at = "pos" in cause && typeof cause.pos === "number" ? cause.pos : 0;
    const { line, column } = placeOf(eta, source, parts, { start: at, end: at });
    const problem = firstLine(cause).replace(/ \(\d+:\d+\)$/, "");
    throw new TemplateSyntaxError(
      template,
      `line ${line}, column ${column}: ${problem}. Check the code between <% and %>, and that every { has its }.`,
      { cause },
    );
  }
}

function unsafe(
  template: string,
  source: string,
  parts: Parts,
  { node, cure }: Violation,
): UnsafeTemplateError {
  const { line, column, piece } = placeOf(eta, source, parts, node);
  return new UnsafeTemplateError(template, line, column, piece, cure);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
