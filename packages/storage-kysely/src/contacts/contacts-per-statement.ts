/** People in one statement that reads or locks them. */
export const contactsPerStatement = 1_000;
