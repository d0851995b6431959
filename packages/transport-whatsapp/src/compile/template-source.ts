import type { RenderedContent, TemplateWords } from "@callboard/core/adapter";

/** What a template for Meta is made of. */
export interface TemplateSource {
  /** The words; a stored version of a template fits. Its settings stand under `channels.whatsapp`. */
  readonly version: TemplateWords & { readonly name: string };
  /** The words rendered with the template's sample: Meta wants an example for every variable. */
  readonly sample: RenderedContent;
  /** Put behind the name at Meta, after a `_`: `v2` makes `order` into `order_v2`. @default none */
  readonly versionSuffix?: string | undefined;
}
