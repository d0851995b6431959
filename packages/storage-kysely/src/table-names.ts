import { InvalidOptionsError } from "@callboard/core/adapter";
import type { Tables } from "./schema.js";

type CamelCase<Text extends string> = Text extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Text;

/** The real name of each table. The types keep the default names, so that Kysely knows the columns. */
export type TableNames = {
  readonly [Name in keyof Tables as Name extends `callboard_${infer Rest}` ? CamelCase<Rest> : never]: Name;
} & { readonly prefix: string; readonly schema: string | undefined };

/** @throws {InvalidOptionsError} The prefix or the schema cannot be used in every database. */
export function tableNames(prefix: string, schema?: string): TableNames {
  if (!/^[a-z_][a-z0-9_]{0,29}$/.test(prefix)) {
    throw new InvalidOptionsError(
      "kyselyStorage({ prefix })",
      `"${prefix}" cannot begin a table's name. Use 1 to 30 lower-case letters, digits and underscores, beginning with a letter.`,
    );
  }
  if (schema !== undefined && !/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw new InvalidOptionsError(
      "kyselyStorage({ schema })",
      `"${schema}" cannot be a schema's name. Use 1 to 63 lower-case letters, digits and underscores, beginning with a letter.`,
    );
  }
  // Kysely reads a dot as "table of this schema", in every place that takes a table's name.
  const inSchema = schema === undefined ? prefix : `${schema}.${prefix}`;
  const named = <Name extends keyof Tables>(name: Name) => name.replace("callboard_", inSchema) as Name;
  return {
    prefix,
    schema,
    notifications: named("callboard_notifications"),
    attempts: named("callboard_attempts"),
    receipts: named("callboard_receipts"),
    interventions: named("callboard_interventions"),
    batches: named("callboard_batches"),
    skipped: named("callboard_skipped"),
    parkedReceipts: named("callboard_parked_receipts"),
    templates: named("callboard_templates"),
    templateVersions: named("callboard_template_versions"),
    groups: named("callboard_groups"),
    groupMembers: named("callboard_group_members"),
    contacts: named("callboard_contacts"),
    contactAddresses: named("callboard_contact_addresses"),
    pauses: named("callboard_pauses"),
    recurringJobs: named("callboard_recurring_jobs"),
    batchLabels: named("callboard_batch_labels"),
    channelTemplates: named("callboard_channel_templates"),
    webhooks: named("callboard_webhooks"),
    webhooksAside: named("callboard_webhooks_aside"),
  };
}

/** Of a table, without its schema: what names of indexes begin with. */
export function bareName(table: string): string {
  return table.slice(table.indexOf(".") + 1);
}
