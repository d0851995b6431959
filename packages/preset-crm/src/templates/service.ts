import { defineTemplate } from "@callboard/core";
import { z } from "zod";
import { acknowledge } from "./acknowledge.js";
import { staffNotice } from "./notices.js";

/** A customer booked a cleaning of solar panels. */
export const newSolarCleaningRequest = defineTemplate({
  context: z.object({
    contactName: z.string().describe("Who wrote in; may differ from the client."),
    cleaning: z.object({
      fullName: z.string(),
      phone: z.string(),
      roofType: z.string(),
      panelCount: z.number().int().positive(),
      panelType: z.string(),
      date: z.string().describe("As staff read it."),
      availability: z.string(),
      address: z.string(),
      locationPin: z.string().nullable().describe("Coordinates or a map link."),
    }),
  }),
  sample: {
    contactName: "Rudo Chikafu",
    cleaning: {
      fullName: "Farai Chikafu",
      phone: "+263 77 000 0101",
      roofType: "Corrugated metal",
      panelCount: 12,
      panelType: "Monocrystalline",
      date: "Mon 10 August 2026",
      availability: "Morning",
      address: "14 Acacia Road, Harare",
      locationPin: "-17.8252, 31.0335",
    },
  },
  body: [
    "*Panel cleaning requested*",
    "",
    "Requested by: <%= it.contactName %>",
    "Client name: <%= it.cleaning.fullName %>",
    "Client phone: <%= it.cleaning.phone %>",
    "Roof type: <%= it.cleaning.roofType %>",
    "Number of panels: <%= it.cleaning.panelCount %>",
    "Panel type: <%= it.cleaning.panelType %>",
    "Preferred date: <%= it.cleaning.date %>",
    "Time of day: <%= it.cleaning.availability %>",
    "Site address: <%= it.cleaning.address %>",
    'Location pin: <%= it.cleaning.locationPin ?? "none" %>',
    "",
    "Please confirm the visit with the client and plan a cleaning team.",
  ].join("\n"),
  buttons: acknowledge,
  whatsapp: staffNotice,
});

/** A customer booked a visit to assess a site. */
export const newSiteAssessmentRequest = defineTemplate({
  context: z.object({
    contactName: z.string().describe("Who wrote in; may differ from the client."),
    assessment: z.object({
      fullName: z.string(),
      companyName: z.string().nullable(),
      address: z.string(),
      contactInfo: z.string().describe("A phone number or an e-mail address."),
      preferredDay: z.string(),
    }),
  }),
  sample: {
    contactName: "Rudo Chikafu",
    assessment: {
      fullName: "Farai Chikafu",
      companyName: "Chikafu Farms",
      address: "Plot 9, Marondera",
      contactInfo: "+263 77 000 0101",
      preferredDay: "Friday",
    },
  },
  body: [
    "*Site assessment requested*",
    "",
    "Requested by: <%= it.contactName %>",
    "Client name: <%= it.assessment.fullName %>",
    'Company: <%= it.assessment.companyName ?? "none" %>',
    "Site address: <%= it.assessment.address %>",
    "Contact details: <%= it.assessment.contactInfo %>",
    "Preferred day: <%= it.assessment.preferredDay %>",
    "",
    "Please agree on a time with the client and put the visit in the calendar.",
  ].join("\n"),
  buttons: acknowledge,
  whatsapp: staffNotice,
});

/** A job card was read from an e-mail. The names stand on two lines because variables may not be adjacent. */
export const jobCardCreatedSuccessfully = defineTemplate({
  context: z.object({
    jobCard: z.object({
      number: z.string(),
      productDescription: z.string(),
      productSerialNumber: z.string().nullable(),
      reportedFault: z.string(),
    }),
    customer: z.object({ firstName: z.string(), lastName: z.string() }),
  }),
  sample: {
    jobCard: {
      number: "JC-0318",
      productDescription: "Hybrid inverter 5 kVA",
      productSerialNumber: "HV5-22-90417",
      reportedFault: "Switches off under load",
    },
    customer: { firstName: "Kudzai", lastName: "Ncube" },
  },
  body: [
    "*Job card created*",
    "A service request arrived by e-mail and now has a job card.",
    "",
    "Job card number: <%= it.jobCard.number %>",
    "Customer first name: <%= it.customer.firstName %>",
    "Customer last name: <%= it.customer.lastName %>",
    "Product: <%= it.jobCard.productDescription %>",
    'Serial number: <%= it.jobCard.productSerialNumber ?? "not given" %>',
    "Reported fault: <%= it.jobCard.reportedFault %>",
    "",
    "The job card is open and waits for a technician.",
  ].join("\n"),
  buttons: acknowledge,
  whatsapp: staffNotice,
});
