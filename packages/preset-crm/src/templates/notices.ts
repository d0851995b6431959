/** What WhatsApp needs to know about a message to staff. */
export const staffNotice = {
  category: "UTILITY",
  language: "en_US",
  footer: "Staff notice. Please do not forward.",
} as const;

/** What WhatsApp needs to know about a message to a customer. */
export const customerNotice = {
  category: "UTILITY",
  language: "en_US",
  footer: "Sent about your order.",
} as const;
