const userId = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/;

/**
 * True for Meta's own id of a person, which stands in for a phone number that Meta does not tell. It is taken as it is:
 * another case would be another person.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
 */
export function isUserId(address: string): boolean {
  return userId.test(address);
}
