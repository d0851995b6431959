import { type CrmEventData, type CrmEventName, crmTemplates } from "../src/index.js";

const {
  new_installation_request: installation,
  new_starlink_installation_request: starlink,
  new_solar_cleaning_request: cleaning,
  new_site_assessment_request: assessment,
  job_card_created_successfully: jobCard,
} = crmTemplates();

const contact = { contactId: "c-7", contactName: "Rudo Chikafu" };
const customer = { customerId: "c-7", customerName: "Rudo Chikafu" };

/** One example of each event, always about the same person. */
export const eventData: { readonly [Event in CrmEventName]: CrmEventData<Event> } = {
  "order.created": {
    orderId: "o-1",
    orderName: "Home solar",
    orderNumber: "SO-1042",
    amount: "USD 310.00",
    ...customer,
  },
  "order.placed_online": {
    orderId: "o-2",
    orderNumber: "WA-2077",
    amount: "USD 48.00",
    ...contact,
    delivery: { name: "Farai Chikafu", phone: "+263 77 000 0101", address: "14 Acacia Road, Harare" },
    cartItems: ["1 x Flood light"],
  },
  "conversation.handover_requested": { ...contact, lastBotMessage: "A colleague will help you." },
  "message.failed": { messageId: "m-1", ...contact, errorDetails: "131026 Message undeliverable" },
  "installation.requested": { requestId: "r-1", ...installation.sample, ...contact },
  "starlink_installation.requested": { requestId: "r-2", ...starlink.sample, ...contact },
  "solar_cleaning.requested": { requestId: "r-3", ...cleaning.sample, ...contact },
  "site_assessment.requested": { requestId: "r-4", ...assessment.sample, ...contact },
  "job_card.created": {
    jobCardId: "j-1",
    customerId: "c-7",
    ...jobCard.sample,
    customer: { firstName: "Rudo", lastName: "Chikafu" },
  },
  "invoice.processed": {
    orderId: "o-3",
    orderNumber: "INV-5531",
    amount: "USD 960.00",
    ...customer,
    sender: "accounts@example.com",
    filename: "invoice-5531.pdf",
  },
};
