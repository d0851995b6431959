import { defineTemplate } from "@callboard/core";
import { z } from "zod";
import { customerNotice, staffNotice } from "./notices.js";

/** An e-mailed invoice became an order; told to staff. */
export const invoiceProcessedSuccessfully = defineTemplate({
  context: z.object({
    sender: z.string(),
    filename: z.string(),
    orderNumber: z.string(),
    orderAmount: z.string().describe("With its currency."),
    customerName: z.string(),
  }),
  sample: {
    sender: "accounts@example.com",
    filename: "invoice-5531.pdf",
    orderNumber: "INV-5531",
    orderAmount: "USD 960.00",
    customerName: "Kudzai Ncube",
  },
  body: [
    "*Invoice processed*",
    "An invoice received by e-mail was booked as an order.",
    "",
    "Received from: <%= it.sender %>",
    "File: <%= it.filename %>",
    "Order number: <%= it.orderNumber %>",
    "Amount: <%= it.orderAmount %>",
    "Customer: <%= it.customerName %>",
    "",
    "Compare the order with the document if anything looks wrong.",
  ].join("\n"),
  whatsapp: staffNotice,
});

/** The same, told to the customer. */
export const customerInvoiceConfirmation = defineTemplate({
  context: z.object({
    customerName: z.string(),
    orderNumber: z.string(),
    invoiceDate: z.string().describe("As the customer reads it."),
    totalAmount: z.string().describe("With its currency."),
  }),
  sample: {
    customerName: "Kudzai Ncube",
    orderNumber: "INV-5531",
    invoiceDate: "4 August 2026",
    totalAmount: "USD 960.00",
  },
  body: [
    "*Invoice received*",
    "Your invoice is recorded and an installation has been planned for it.",
    "",
    "Customer: <%= it.customerName %>",
    "Order number: <%= it.orderNumber %>",
    "Invoice date: <%= it.invoiceDate %>",
    "Total: <%= it.totalAmount %>",
    "",
    "We will write again to agree on the installation date.",
  ].join("\n"),
  whatsapp: customerNotice,
});
