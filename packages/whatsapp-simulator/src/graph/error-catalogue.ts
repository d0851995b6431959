interface CatalogueEntry {
  readonly httpStatus: number;
  readonly title: string;
}

const entry = (httpStatus: number, title: string): CatalogueEntry => ({ httpStatus, title });

/**
 * Meta's error codes that a send can meet, with their HTTP status and title.
 *
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
 */
const catalogue: ReadonlyMap<number, CatalogueEntry> = new Map([
  [0, entry(401, "AuthException")],
  [1, entry(400, "An unknown error occurred")],
  [2, entry(503, "Service temporarily unavailable")],
  [3, entry(500, "Application does not have the capability to make this API call")],
  [4, entry(400, "Application request limit reached")],
  [10, entry(403, "Application does not have permission for this action")],
  [100, entry(400, "Invalid parameter")],
  [190, entry(401, "Invalid OAuth access token - Cannot parse access token")],
  [200, entry(403, "Permissions error")],
  [368, entry(403, "Temporarily blocked for policies violations")],
  [2500, entry(400, "Unknown path components")],
  [80007, entry(400, "Rate limit issues")],
  [130429, entry(400, "Rate limit hit")],
  [130472, entry(400, "User's number is part of an experiment")],
  [130497, entry(403, "Business account is restricted from messaging users in this country")],
  [131000, entry(500, "Something went wrong")],
  [131005, entry(403, "Access denied")],
  [131008, entry(400, "Required parameter is missing")],
  [131009, entry(400, "Parameter value is not valid")],
  [131016, entry(500, "Service unavailable")],
  [131021, entry(400, "Recipient cannot be sender")],
  [131026, entry(400, "Message undeliverable")],
  [131030, entry(400, "Recipient phone number not in allowed list")],
  [131031, entry(403, "Account has been locked")],
  [131037, entry(400, "Display name approval needed before message can be sent")],
  [131042, entry(400, "Business eligibility payment issue")],
  [131045, entry(500, "Incorrect certificate")],
  [131047, entry(400, "Re-engagement message")],
  [131048, entry(400, "Spam rate limit hit")],
  [131049, entry(400, "This message was not delivered to maintain healthy ecosystem engagement.")],
  [131050, entry(400, "User has stopped marketing messages from this business")],
  [131051, entry(400, "Unsupported message type")],
  [131053, entry(400, "Media upload error")],
  [131056, entry(400, "(Business Account, Consumer Account) pair rate limit hit")],
  [131057, entry(500, "Account in maintenance mode")],
  [131059, entry(400, "Invalid cursor")],
  [131062, entry(400, "Business-scoped user ids are not supported for this message")],
  [131064, entry(400, "Template classification limit")],
  [132000, entry(400, "Number of parameters does not match the expected number of params")],
  [132001, entry(404, "Template name does not exist in the translation")],
  [132005, entry(400, "Translated text too long")],
  [132007, entry(400, "Template format character policy violated")],
  [132012, entry(400, "Parameter format does not match format in the created template")],
  [132015, entry(400, "Template is paused")],
  [132016, entry(400, "Template is disabled")],
  [132018, entry(400, "There's an issue with the parameters in your template")],
  [133004, entry(503, "Server temporarily unavailable")],
  [133010, entry(400, "Account not registered")],
  [135000, entry(400, "Generic user error")],
]);

/** The HTTP status and title of a code; 400 and a general title for one that is not listed. */
export function errorOf(code: number): CatalogueEntry {
  return catalogue.get(code) ?? entry(400, "Generic error");
}
