import { flatten } from "../content/flatten.js";
import { parameterNames } from "../content/parameter-names.js";
import { namedExamples } from "./named-examples.js";
import { numberSource } from "./number-source.js";
import { ownBraces, type Part } from "./part.js";
import type { BodyExample } from "./template-payload.js";
import type { TemplateSource } from "./template-source.js";

export interface BodyPart extends Part {
  readonly expressions: readonly string[];
  readonly lineAt: (offset: number) => number | null;
}

/** The text, with an example for every variable. */
export function draftBody({ version, sample }: TemplateSource, isNamed: boolean): BodyPart {
  const { name: template, body: source } = version;
  const namesOf = isNamed ? parameterNames : undefined;
  const { numbered, finding } = numberSource({ template, source, component: "body", namesOf });
  if (numbered === null) return { component: null, findings: [finding], expressions: [], lineAt: () => null };
  const { text, expressions, lineAt, ownBracesAt } = numbered;
  const values = (sample.variables ?? []).slice(0, expressions.length).map(flatten);
  const example = values.length > 0 ? { example: exampleOf(values, namesOf?.(expressions)) } : {};
  return {
    component: { type: "BODY", text, ...example },
    findings: ownBracesAt === null ? [] : [ownBraces("body", ownBracesAt)],
    expressions,
    lineAt,
  };
}

function exampleOf(values: readonly string[], names: readonly string[] | undefined): BodyExample {
  if (names === undefined) return { body_text: [values] };
  return { body_text_named_params: namedExamples(names, values) };
}
