import type { ChannelTemplateNews } from "@callboard/core/adapter";
import { type StoredTemplate, templateKey } from "./channel-template-codec.js";

/** Templates by what news names them. */
export class TemplateShelf {
  readonly #byKey = new Map<string, StoredTemplate>();
  /** Keys by the provider's id. */
  readonly #keys = new Map<string, string>();

  constructor(templates: readonly StoredTemplate[]) {
    for (const template of templates) this.put(template);
  }

  get(template: StoredTemplate): StoredTemplate | undefined {
    return this.#byKey.get(templateKey(template));
  }

  /** By the provider's id, or else by name and language. */
  find({ channel, remoteId, remoteName, language }: ChannelTemplateNews): StoredTemplate | undefined {
    const byId = this.#byKey.get(this.#keys.get(`${channel}:${remoteId}`) ?? "");
    if (byId && byId.remoteId === remoteId) return byId;
    if (remoteName === null || language === null) return undefined;
    return this.#byKey.get(templateKey({ channel, remoteName, language }));
  }

  put(template: StoredTemplate): void {
    const key = templateKey(template);
    this.#byKey.set(key, template);
    if (template.remoteId !== null) this.#keys.set(`${template.channel}:${template.remoteId}`, key);
  }
}
