export { type CrmEventName, crmEvents } from "./crm-events.js";
export { type CrmGroupName, crmGroupNames, crmGroups } from "./crm-groups.js";
export {
  type CrmContext,
  type CrmTemplateName,
  type CrmTemplates,
  type CrmTemplatesOptions,
  crmTemplates,
} from "./crm-templates.js";
export {
  type CrmCallboard,
  type CrmEvent,
  type CrmNotificationRequest,
  type InstallCrmRulesOptions,
  installCrmRules,
} from "./install-crm-rules.js";
export { type CrmEventData, type CrmRelatedContact, type CrmRule, crmRules } from "./rules.js";
