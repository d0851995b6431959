import { defineTemplate } from "@callboard/core";
import { z } from "zod";
import { acknowledge } from "./acknowledge.js";
import { staffNotice } from "./notices.js";

/** A customer booked a solar installation. */
export const newInstallationRequest = defineTemplate({
  context: z.object({
    contactName: z.string().describe("Who wrote in; may differ from the client."),
    installationType: z.string(),
    orderNumber: z.string().nullable(),
    assessmentNumber: z.string().nullable(),
    install: z.object({
      fullName: z.string(),
      phone: z.string(),
      alternativeContact: z.string().nullable(),
      address: z.string(),
      locationPin: z.string().nullable().describe("Coordinates or a map link."),
      dateTime: z.string().describe("As staff read it."),
      availability: z.string(),
      branch: z.string(),
      salesPerson: z.string(),
    }),
  }),
  sample: {
    contactName: "Rudo Chikafu",
    installationType: "Residential solar",
    orderNumber: "SO-1042",
    assessmentNumber: "SA-0207",
    install: {
      fullName: "Farai Chikafu",
      phone: "+263 77 000 0101",
      alternativeContact: "Nyasha, +263 77 000 0102",
      address: "14 Acacia Road, Harare",
      locationPin: "-17.8252, 31.0335",
      dateTime: "Tue 4 August 2026",
      availability: "Morning",
      branch: "Harare",
      salesPerson: "Tendai Sibanda",
    },
  },
  body: [
    "*Solar installation requested*",
    "",
    "Requested by: <%= it.contactName %>",
    "Client name: <%= it.install.fullName %>",
    "Client phone: <%= it.install.phone %>",
    'Alternative contact: <%= it.install.alternativeContact ?? "none" %>',
    "Type of installation: <%= it.installationType %>",
    'Order number: <%= it.orderNumber ?? "none" %>',
    'Assessment number: <%= it.assessmentNumber ?? "none" %>',
    "Branch: <%= it.install.branch %>",
    "Sales person: <%= it.install.salesPerson %>",
    "Site address: <%= it.install.address %>",
    'Location pin: <%= it.install.locationPin ?? "none" %>',
    "Preferred date: <%= it.install.dateTime %>",
    "Time of day: <%= it.install.availability %>",
    "",
    "Please confirm the date with the client and assign a team for the work.",
  ].join("\n"),
  buttons: acknowledge,
  whatsapp: staffNotice,
});

/** A customer booked a Starlink installation. */
export const newStarlinkInstallationRequest = defineTemplate({
  context: z.object({
    contactName: z.string().describe("Who wrote in; may differ from the client."),
    install: z.object({
      fullName: z.string(),
      phone: z.string(),
      address: z.string(),
      locationPin: z.string().nullable().describe("Coordinates or a map link."),
      dateTime: z.string().describe("As staff read it."),
      availability: z.string(),
      kitType: z.string(),
      mountLocation: z.string(),
    }),
  }),
  sample: {
    contactName: "Rudo Chikafu",
    install: {
      fullName: "Farai Chikafu",
      phone: "+263 77 000 0101",
      address: "3 Msasa Close, Mutare",
      locationPin: "-18.9707, 32.6709",
      dateTime: "Thu 6 August 2026",
      availability: "Afternoon",
      kitType: "Standard",
      mountLocation: "Roof, tiles",
    },
  },
  body: [
    "*Starlink installation requested*",
    "",
    "Requested by: <%= it.contactName %>",
    "Client name: <%= it.install.fullName %>",
    "Client phone: <%= it.install.phone %>",
    "Kit type: <%= it.install.kitType %>",
    "Mounting place: <%= it.install.mountLocation %>",
    "Site address: <%= it.install.address %>",
    'Location pin: <%= it.install.locationPin ?? "none" %>',
    "Preferred date: <%= it.install.dateTime %>",
    "Time of day: <%= it.install.availability %>",
    "",
    "Please confirm the visit with the client and check that the kit is in stock.",
  ].join("\n"),
  buttons: acknowledge,
  whatsapp: staffNotice,
});
