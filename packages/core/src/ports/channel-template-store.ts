import type { ChannelTemplate, ChannelTemplateNews } from "../domain/channel-template.js";
import type { WriteOptions } from "./storage.js";

/** Keeps how templates stand with providers that review them, for every process alike. */
export interface ChannelTemplateStore<Tx = unknown> {
  /** All of a channel, by remote name and language. */
  list(channel: string, options?: WriteOptions<Tx>): Promise<ChannelTemplate[]>;

  /** Writes each whole, by (channel, remote name, language). */
  save(templates: readonly ChannelTemplate[]): Promise<void>;

  /**
   * Notes what a provider reports, in the order of its times, about templates that are known. A status that is older than
   * the one known is ignored; so is what changes nothing. Of racing callers with the same news, one applies it. Returns the
   * templates that changed, as they were and are.
   */
  applyNews(news: readonly ChannelTemplateNews[]): Promise<readonly ChannelTemplateChange[]>;
}

export interface ChannelTemplateChange {
  readonly before: ChannelTemplate;
  readonly after: ChannelTemplate;
}
