import { CallboardError } from "./callboard-error.js";

/** The template is declared in code, but its words have never been stored. */
export class TemplateNotLoadedError extends CallboardError {
  override readonly name = "TemplateNotLoadedError";

  constructor(readonly template: string) {
    super(
      `Template "${template}" has no words in the store. Call callboard.templates.load() once at deploy; callboard.start() does it too.`,
    );
  }
}
