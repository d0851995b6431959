import type { TemplateVersion, TemplateWords } from "../domain/template.js";
import type { WriteOptions } from "./storage.js";

/** Keeps the words of templates, version by version. */
export interface TemplateStore<Tx = unknown> {
  /**
   * Makes each entry the published version of its name. Words that are published already (same `contentHash`)
   * are left alone. Two processes that publish the same words at once write one version.
   */
  publish(entries: readonly NewTemplateVersion[]): Promise<PublishReport[]>;

  /** The published version of each name; names that were never published are missing. */
  published(names: readonly string[], options?: WriteOptions<Tx>): Promise<TemplateVersion[]>;

  /** Versions by name and number, published or not any more; unknown ones are missing. */
  versions(
    keys: readonly { readonly name: string; readonly version: number }[],
    options?: WriteOptions<Tx>,
  ): Promise<TemplateVersion[]>;
}

export interface NewTemplateVersion extends TemplateWords {
  readonly name: string;
  readonly contentHash: string;
}

export interface PublishReport {
  readonly name: string;
  readonly version: number;
  readonly change: "created" | "changed" | "unchanged";
}
