import { InvalidOptionsError } from "@callboard/core/adapter";
import type { Tables } from "./schema.js";

type CamelCase<Text extends string> = Text extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Text;

/** The real name of each table. The types keep the default names, so that Kysely knows the columns. */
export type TableNames = {
  readonly [Name in keyof Tables as Name extends `callboard_${infer Rest}` ? CamelCase<Rest> : never]: Name;
} & { readonly prefix: string };

/** @throws {InvalidOptionsError} The prefix cannot begin a table's name in every database. */
export function tableNames(prefix: string): TableNames {
  if (!/^[a-z_][a-z0-9_]{0,29}$/.test(prefix)) {
    throw new InvalidOptionsError(
      "kyselyStorage({ prefix })",
      `"${prefix}" cannot begin a table's name. Use 1 to 30 lower-case letters, digits and underscores, beginning with a letter.`,
    );
  }
  const named = <Name extends keyof Tables>(name: Name) => name.replace("callboard_", prefix) as Name;
  return {
    prefix,
    notifications: named("callboard_notifications"),
    attempts: named("callboard_attempts"),
    parkedReceipts: named("callboard_parked_receipts"),
    templates: named("callboard_templates"),
    templateVersions: named("callboard_template_versions"),
    groups: named("callboard_groups"),
    groupMembers: named("callboard_group_members"),
    contacts: named("callboard_contacts"),
    contactAddresses: named("callboard_contact_addresses"),
    pauses: named("callboard_pauses"),
    recurringJobs: named("callboard_recurring_jobs"),
  };
}
