/** A template in Meta's form, as far as it could be read. */
export interface TemplateView {
  readonly name: unknown;
  readonly language: unknown;
  readonly category: string | null;
  readonly timeToLive: unknown;
  readonly header: HeaderView | null;
  readonly body: TextView | null;
  readonly footer: TextView | null;
  readonly buttons: readonly ButtonView[];
  /** Types of components that cannot be read, or that are there twice. */
  readonly unknown: readonly string[];
}

/** A text with its variables. */
export interface TextView {
  /** `null`: Meta writes it itself. */
  readonly text: string | null;
  /** Whether its variables have names instead of numbers. */
  readonly named: boolean;
  readonly examples: readonly Example[];
  /** Line of the source at this place of the text. */
  readonly lineAt: (offset: number) => number | null;
}

export interface Example {
  /** `null`: it belongs to the variable whose number is its place in the list. */
  readonly name: string | null;
  readonly value: unknown;
}

export interface HeaderView extends TextView {
  /** `TEXT`, `IMAGE`, `VIDEO`, `DOCUMENT`, `LOCATION`, or what Meta would not know. */
  readonly format: string;
  readonly handles: readonly unknown[];
}

export interface ButtonView {
  /** `reply`, `url`, `phone`, `code`, `otp`, or Meta's word in lower case for another kind. */
  readonly kind: string;
  readonly label: string | null;
  readonly url: unknown;
  readonly phone: unknown;
  readonly examples: readonly unknown[];
}
