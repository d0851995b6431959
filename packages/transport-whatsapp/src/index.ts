export type { WhatsappTemplateSettings } from "./content/template-settings.js";
export {
  type ClassifiedError,
  classifyGraphError,
  type ErrorAnswer,
} from "./graph/classify-graph-error.js";
export { type GraphErrorEntry, graphErrorTable } from "./graph/error-table.js";
export type { WhatsappTransportOptions } from "./whatsapp-options.js";
export { whatsappTransport } from "./whatsapp-transport.js";
