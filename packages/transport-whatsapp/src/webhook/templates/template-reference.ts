import type { ChannelTemplateNews } from "@callboard/core/adapter";
import { asText, type Fields } from "../../narrow.js";
import { wordIn } from "../news.js";

/** Which template is meant. */
export type TemplateReference = Pick<ChannelTemplateNews, "remoteId" | "remoteName" | "language">;

/** For people: `"order_update" (en_US)`, or the id where Meta gives no name. */
export function nameOf({ remoteName, language, remoteId }: TemplateReference): string {
  const name = remoteName === null ? `of the id ${remoteId}` : `"${wordIn(remoteName)}"`;
  return language === null ? name : `${name} (${wordIn(language)})`;
}

/** Reads which template a change is about; what it does not say is `null`. */
export function referenceIn(value: Fields): TemplateReference {
  return {
    // Numbers have been made texts before JSON could round them.
    remoteId: asText(value.message_template_id),
    remoteName: asText(value.message_template_name),
    // Meta writes en-US in some webhooks, and en_US everywhere else.
    language: asText(value.message_template_language)?.replaceAll("-", "_") ?? null,
  };
}
