import { GraphError } from "../graph/graph-error.js";

/** Meta's subcodes for a template that may not be created or edited. */
export const subcodes = {
  tooManyTemplates: 2388019,
  nameBeingDeleted: 2388023,
  languageExists: 2388024,
  notEditable: 2388039,
  tooLong: 2388040,
  exampleMissing: 2388043,
  nameFormat: 2388046,
  header: 2388047,
  body: 2388072,
  footer: 2388073,
  reservedName: 2388155,
  tooManyVariables: 2388293,
  variableAtEdge: 2388299,
} as const;

export interface TemplateRefusal {
  /** Null where no subcode of Meta's is known. */
  readonly subcode: number | null;
  readonly title: string;
  readonly message: string;
  readonly blamedFields?: readonly string[];
}

/** A refusal as template calls give it: always code 100, with words for the person in front of the screen. */
export function templateRefusal({ subcode, title, message, blamedFields }: TemplateRefusal): GraphError {
  return new GraphError(100, {
    message: "Invalid parameter",
    subcode: subcode ?? undefined,
    isTransient: false,
    userTitle: title,
    userMessage: message,
    blamedFields,
  });
}
