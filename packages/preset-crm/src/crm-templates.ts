import type { Template } from "@callboard/core";
import type { z } from "zod";
import { checkPrefix } from "./check-prefix.js";
import { humanHandoverFlow, messageSendFailure } from "./templates/conversations.js";
import { newInstallationRequest, newStarlinkInstallationRequest } from "./templates/installations.js";
import { customerInvoiceConfirmation, invoiceProcessedSuccessfully } from "./templates/invoices.js";
import { newOnlineOrderPlaced, newOrderCreated } from "./templates/orders.js";
import { admin24hWindowReminder } from "./templates/reminders.js";
import {
  jobCardCreatedSuccessfully,
  newSiteAssessmentRequest,
  newSolarCleaningRequest,
} from "./templates/service.js";

const templates = {
  new_order_created: newOrderCreated,
  new_online_order_placed: newOnlineOrderPlaced,
  human_handover_flow: humanHandoverFlow,
  message_send_failure: messageSendFailure,
  admin_24h_window_reminder: admin24hWindowReminder,
  new_installation_request: newInstallationRequest,
  new_starlink_installation_request: newStarlinkInstallationRequest,
  new_solar_cleaning_request: newSolarCleaningRequest,
  new_site_assessment_request: newSiteAssessmentRequest,
  job_card_created_successfully: jobCardCreatedSuccessfully,
  invoice_processed_successfully: invoiceProcessedSuccessfully,
  customer_invoice_confirmation: customerInvoiceConfirmation,
} as const;

/** A template's name, without prefix. */
export type CrmTemplateName = keyof typeof templates;

/** What a template's words may use, by its name without prefix. */
export type CrmContext<Name extends CrmTemplateName> = z.input<(typeof templates)[Name]["context"]>;

/** The twelve templates, by prefix and name. */
export type CrmTemplates<Prefix extends string = ""> = {
  readonly [Name in CrmTemplateName as `${Prefix}${Name}`]: (typeof templates)[Name];
};

export interface CrmTemplatesOptions<Prefix extends string = ""> {
  /** Put in front of every name: lowercase letters, digits and `_`. @default "" */
  readonly prefix?: Prefix;
}

/**
 * The twelve templates, ready for `createCallboard({ templates })`.
 *
 * @throws {TypeError} The prefix has other characters than a-z, 0-9 and `_`.
 */
export function crmTemplates<const Prefix extends string = "">({
  prefix = "" as Prefix,
}: CrmTemplatesOptions<Prefix> = {}): CrmTemplates<Prefix> {
  checkPrefix(prefix);
  const named = Object.entries<Template>(templates).map(([name, template]) => [`${prefix}${name}`, template]);
  return Object.fromEntries(named);
}
