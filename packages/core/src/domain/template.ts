import type { JsonObject } from "./json.js";

/** A button under a message. Labels: 1–25 characters. */
export type TemplateButton =
  /** Sends `id` back when tapped. */
  | { readonly type: "reply"; readonly id: string; readonly label: string }
  /** Opens `url`; one `<%= … %>` may stand at its very end. */
  | { readonly type: "url"; readonly label: string; readonly url: string };

/** The editable part of a template: what people read. */
export interface TemplateWords {
  /** Eta source. */
  readonly body: string;
  readonly buttons: readonly TemplateButton[];
  /** Per channel, what only that channel understands (category, language, footer …). */
  readonly channels: Readonly<Record<string, JsonObject>>;
}

/** One stored version of a template's words. Versions count from 1 and never change. */
export interface TemplateVersion extends TemplateWords {
  readonly name: string;
  readonly version: number;
  /** Fingerprint of the words: the same words are never stored twice in a row. */
  readonly contentHash: string;
  readonly createdAt: Date;
}

/** A button as this person gets it. */
export type RenderedButton =
  | { readonly type: "reply"; readonly id: string; readonly label: string }
  | {
      readonly type: "url";
      readonly label: string;
      readonly url: string;
      /** What the `<%= … %>` at the end of the url became; `null` for a fixed url. */
      readonly suffix: string | null;
    };

/** What one person is told, rendered once and kept on the row. */
export interface RenderedContent {
  /** The whole text. */
  readonly text: string;
  /**
   * The value of each distinct `<%= … %>` in order of first appearance: what a provider-side template
   * takes as its numbered variables. `null` when the body has control flow and cannot be numbered.
   */
  readonly variables: readonly string[] | null;
  readonly buttons: readonly RenderedButton[];
  /** The template's own settings for this channel, rendered. */
  readonly channel: JsonObject | null;
  /**
   * The value of each distinct `<%= … %>` in a setting, by its dotted path, for example `header.text`.
   * @default no setting holds any
   */
  readonly settingValues?: Readonly<Record<string, readonly string[]>>;
}
