/** What is checked, by the name under which a tool may list or explain it. */
export type TemplateRule =
  | "name"
  | "reserved-name"
  | "language"
  | "category"
  | "time-to-live"
  | "settings"
  | "components"
  | "control-flow"
  | "body-length"
  | "only-variables"
  | "variable-at-the-edge"
  | "adjacent-variables"
  | "words-per-variable"
  | "variable-name"
  | "variable-numbers"
  | "examples"
  | "newlines"
  | "spaces"
  | "emoji"
  | "formatting"
  | "header-kind"
  | "header-length"
  | "header-link"
  | "header-variables"
  | "footer-length"
  | "footer-variables"
  | "button-kind"
  | "button-count"
  | "button-order"
  | "button-twice"
  | "button-label"
  | "button-url"
  | "button-phone"
  | "button-code"
  | "button-id"
  | "authentication";

/** Something that Meta would refuse. */
export interface TemplateFinding {
  readonly rule: TemplateRule;
  /** Where: `name`, `body`, `header`, `footer`, `buttons`, `buttons[1].url` and the like. */
  readonly component: string;
  /** Line of the body's Eta source, counted from 1. `null`: not in the body, or not known. */
  readonly line: number | null;
  /** What is wrong. One sentence. */
  readonly problem: string;
  /** What to do about it. One sentence. */
  readonly cure: string;
}

/** A finding that has no line. */
export function finding(
  rule: TemplateRule,
  component: string,
  problem: string,
  cure: string,
): TemplateFinding {
  return { rule, component, line: null, problem, cure };
}

/** The finding in words. */
export function sentencesOf({ problem, cure }: TemplateFinding): string {
  return `${problem} ${cure}`;
}
