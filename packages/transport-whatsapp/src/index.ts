export { type Compilation, type CompiledTemplate, compileTemplate } from "./compile/compile-template.js";
export { lintTemplate } from "./compile/lint-template.js";
export type { TemplatePayload } from "./compile/template-payload.js";
export type { TemplateSource } from "./compile/template-source.js";
export type { TemplateFinding, TemplateRule } from "./content/rules/finding.js";
export type { WhatsappHeader, WhatsappTemplateSettings } from "./content/template-settings.js";
export {
  type ChargesQuestion,
  type CostOfCharges,
  type CountedCharge,
  costOfCharges,
} from "./cost/cost-of-charges.js";
export { type CostEstimate, type CostQuestion, estimateCost } from "./cost/estimate-cost.js";
export type { MarketRates, MessageCategory, Rate, RateCard, RateTier } from "./cost/rate-card.js";
export {
  type ClassifiedError,
  classifyGraphError,
  type ErrorAnswer,
} from "./graph/classify-graph-error.js";
export { type GraphErrorEntry, graphErrorTable } from "./graph/error-table.js";
export { lintTemplatePayload } from "./lint/lint-payload.js";
export { windowMs } from "./policy/service-window.js";
export { defaultOptInWords, defaultOptOutWords } from "./webhook/messages/wish-words.js";
export type { WhatsappTransportOptions } from "./whatsapp-options.js";
export { whatsappTransport } from "./whatsapp-transport.js";
