import type { z } from "zod";
import type { CrmEventName, crmEvents } from "./crm-events.js";
import type { CrmGroupName } from "./crm-groups.js";
import type { CrmContext, CrmTemplateName } from "./crm-templates.js";
import { shorten } from "./shorten.js";

/** An event's data, after its schema. */
export type CrmEventData<Event extends CrmEventName> = z.output<(typeof crmEvents)[Event]>;

/** Whom a notification is about. */
export interface CrmRelatedContact {
  readonly id: string;
  readonly name: string;
}

/** What an event becomes: which template, for whom, with which facts. */
export interface CrmRule<Event extends CrmEventName, Name extends CrmTemplateName = CrmTemplateName> {
  /** Without prefix. */
  readonly template: Name;
  readonly groupNames: readonly CrmGroupName[];
  toContext(data: CrmEventData<Event>): CrmContext<Name>;
  /** `null` when the event carries no id of a contact. */
  relatedContact(data: CrmEventData<Event>): CrmRelatedContact | null;
}

type CrmRules = {
  readonly [Event in CrmEventName]: { [Name in CrmTemplateName]: CrmRule<Event, Name> }[CrmTemplateName];
};

/** One rule per event. */
export const crmRules: CrmRules = {
  "order.created": {
    template: "new_order_created",
    groupNames: ["System Admins", "Sales Team"],
    toContext: ({ amount, customerName, orderName, orderNumber }) => ({
      customerName,
      orderName,
      orderNumber,
      orderAmount: amount,
    }),
    relatedContact: customerOf,
  },
  "order.placed_online": {
    template: "new_online_order_placed",
    groupNames: ["Sales Team", "System Admins"],
    toContext: ({ amount, cartItems, contactName, delivery, orderNumber }) => ({
      contactName,
      orderNumber,
      orderAmount: amount,
      delivery,
      cartItems: shorten(cartItems.join(", ")),
    }),
    relatedContact: contactOf,
  },
  "conversation.handover_requested": {
    template: "human_handover_flow",
    groupNames: ["Technical Admin"],
    toContext: ({ contactName, lastBotMessage }) => ({
      relatedContactName: contactName,
      lastBotMessage: shorten(lastBotMessage),
    }),
    relatedContact: contactOf,
  },
  "message.failed": {
    template: "message_send_failure",
    groupNames: ["Technical Admin"],
    toContext: ({ contactName, errorDetails }) => ({
      relatedContactName: contactName,
      errorDetails: shorten(errorDetails),
    }),
    relatedContact: contactOf,
  },
  "installation.requested": {
    template: "new_installation_request",
    groupNames: ["Pfungwa Staff", "System Admins"],
    toContext: ({ requestId, contactId, ...context }) => context,
    relatedContact: contactOf,
  },
  "starlink_installation.requested": {
    template: "new_starlink_installation_request",
    groupNames: ["Pfungwa Staff", "System Admins"],
    toContext: ({ requestId, contactId, ...context }) => context,
    relatedContact: contactOf,
  },
  "solar_cleaning.requested": {
    template: "new_solar_cleaning_request",
    groupNames: ["Pfungwa Staff", "System Admins"],
    toContext: ({ requestId, contactId, ...context }) => context,
    relatedContact: contactOf,
  },
  "site_assessment.requested": {
    template: "new_site_assessment_request",
    groupNames: ["Technical Admin", "Sales Team"],
    toContext: ({ requestId, contactId, ...context }) => context,
    relatedContact: contactOf,
  },
  "job_card.created": {
    template: "job_card_created_successfully",
    groupNames: ["System Admins", "Sales Team"],
    toContext: ({ customer, jobCard }) => ({
      customer,
      jobCard: { ...jobCard, reportedFault: shorten(jobCard.reportedFault) },
    }),
    relatedContact: ({ customer, customerId }) =>
      customerOf({ customerId, customerName: `${customer.firstName} ${customer.lastName}` }),
  },
  "invoice.processed": {
    template: "invoice_processed_successfully",
    groupNames: ["System Admins", "Sales Team"],
    toContext: ({ amount, customerName, filename, orderNumber, sender }) => ({
      sender,
      filename,
      orderNumber,
      orderAmount: amount,
      customerName,
    }),
    relatedContact: customerOf,
  },
};

function contactOf(data: {
  readonly contactId?: string | undefined;
  readonly contactName: string;
}): CrmRelatedContact | null {
  return data.contactId === undefined ? null : { id: data.contactId, name: data.contactName };
}

function customerOf(data: {
  readonly customerId?: string | undefined;
  readonly customerName: string;
}): CrmRelatedContact | null {
  return data.customerId === undefined ? null : { id: data.customerId, name: data.customerName };
}
