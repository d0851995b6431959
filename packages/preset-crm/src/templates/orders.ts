import { defineTemplate } from "@callboard/core";
import { z } from "zod";
import { acknowledge } from "./acknowledge.js";
import { staffNotice } from "./notices.js";

/** An order was recorded. */
export const newOrderCreated = defineTemplate({
  context: z.object({
    customerName: z.string(),
    orderName: z.string(),
    orderNumber: z.string(),
    orderAmount: z.string().describe("With its currency."),
  }),
  sample: {
    customerName: "Tariro Moyo",
    orderName: "Home solar 5 kVA",
    orderNumber: "SO-1042",
    orderAmount: "USD 2,310.00",
  },
  body: [
    "*New order to review*",
    "",
    "Customer: <%= it.customerName %>",
    "Order: <%= it.orderName %>",
    "Order number: <%= it.orderNumber %>",
    "Amount: <%= it.orderAmount %>",
    "",
    "The order is open in the CRM and waits for your review.",
  ].join("\n"),
  buttons: acknowledge,
  whatsapp: staffNotice,
});

/** A customer ordered in the chat and has not paid yet. */
export const newOnlineOrderPlaced = defineTemplate({
  context: z.object({
    contactName: z.string(),
    orderNumber: z.string(),
    orderAmount: z.string().describe("With its currency."),
    delivery: z.object({ name: z.string(), phone: z.string(), address: z.string() }),
    cartItems: z.string().describe("Comma-separated."),
  }),
  sample: {
    contactName: "Rudo Chikafu",
    orderNumber: "WA-2077",
    orderAmount: "USD 148.50",
    delivery: { name: "Farai Chikafu", phone: "+263 77 000 0101", address: "14 Acacia Road, Harare" },
    cartItems: "2 x Solar flood light, 1 x Battery cable 3 m",
  },
  body: [
    "*Online order placed*",
    "An order came in through the chat; payment is outstanding.",
    "",
    "Ordered by: <%= it.contactName %>",
    "Order number: <%= it.orderNumber %>",
    "Amount due: <%= it.orderAmount %>",
    "Items: <%= it.cartItems %>",
    "Deliver to: <%= it.delivery.name %>",
    "Delivery phone: <%= it.delivery.phone %>",
    "Delivery address: <%= it.delivery.address %>",
    "",
    "Arrange payment with the customer before the goods are dispatched.",
  ].join("\n"),
  buttons: acknowledge,
  whatsapp: staffNotice,
});
