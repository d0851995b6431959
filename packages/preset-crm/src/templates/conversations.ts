import { defineTemplate } from "@callboard/core";
import { z } from "zod";
import { acknowledge } from "./acknowledge.js";
import { staffNotice } from "./notices.js";

/** The bot cannot go on and a person must. */
export const humanHandoverFlow = defineTemplate({
  context: z.object({
    relatedContactName: z.string(),
    lastBotMessage: z.string().describe("What the contact read last."),
  }),
  sample: {
    relatedContactName: "Rudo Chikafu",
    lastBotMessage: "I could not find that order number. A colleague will help you.",
  },
  body: [
    "*Conversation handed over*",
    "A contact in the chat needs help from a person.",
    "",
    "Contact: <%= it.relatedContactName %>",
    "Last bot message: <%= it.lastBotMessage %>",
    "",
    "Please open the conversation and answer the contact yourself.",
  ].join("\n"),
  buttons: acknowledge,
  whatsapp: staffNotice,
});

/** A message to a contact could not be delivered. */
export const messageSendFailure = defineTemplate({
  context: z.object({
    relatedContactName: z.string(),
    errorDetails: z.string().describe("The provider's reason."),
  }),
  sample: {
    relatedContactName: "Rudo Chikafu",
    errorDetails: "131026 Message undeliverable",
  },
  body: [
    "*Message not delivered*",
    "An outgoing message has failed for good.",
    "",
    "Contact: <%= it.relatedContactName %>",
    "Reason: <%= it.errorDetails %>",
    "",
    "Check the reason, then reach the contact in another way if needed.",
  ].join("\n"),
  whatsapp: staffNotice,
});
