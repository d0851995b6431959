import { z } from "zod";
import { newInstallationRequest, newStarlinkInstallationRequest } from "./templates/installations.js";
import { newOnlineOrderPlaced } from "./templates/orders.js";
import {
  jobCardCreatedSuccessfully,
  newSiteAssessmentRequest,
  newSolarCleaningRequest,
} from "./templates/service.js";

const contact = { contactId: z.string().optional().describe("The host's own id."), contactName: z.string() };
const customer = {
  customerId: z.string().optional().describe("The host's own id."),
  customerName: z.string(),
};
const booking = { requestId: z.string(), ...contact };
const amount = z.string().describe("With its currency.");

/** What happens in a CRM, ready for `createCallboard({ events })`. */
export const crmEvents = {
  "order.created": z.object({
    orderId: z.string(),
    orderName: z.string(),
    orderNumber: z.string(),
    amount,
    ...customer,
  }),
  "order.placed_online": z.object({
    orderId: z.string(),
    orderNumber: z.string(),
    amount,
    ...contact,
    delivery: newOnlineOrderPlaced.context.shape.delivery,
    cartItems: z.array(z.string()).describe('One line each, for example "2 x Flood light".'),
  }),
  "conversation.handover_requested": z.object({ ...contact, lastBotMessage: z.string() }),
  "message.failed": z.object({ messageId: z.string(), ...contact, errorDetails: z.string() }),
  "installation.requested": newInstallationRequest.context.extend(booking),
  "starlink_installation.requested": newStarlinkInstallationRequest.context.extend(booking),
  "solar_cleaning.requested": newSolarCleaningRequest.context.extend(booking),
  "site_assessment.requested": newSiteAssessmentRequest.context.extend(booking),
  "job_card.created": jobCardCreatedSuccessfully.context.extend({
    jobCardId: z.string(),
    customerId: customer.customerId,
  }),
  "invoice.processed": z.object({
    orderId: z.string(),
    orderNumber: z.string(),
    amount,
    ...customer,
    sender: z.string(),
    filename: z.string(),
  }),
} as const;

/** The name of an event that the preset knows. */
export type CrmEventName = keyof typeof crmEvents;
