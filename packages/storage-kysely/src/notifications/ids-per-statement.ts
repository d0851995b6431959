/** Ids in one `in (…)`. */
export const idsPerStatement = 1_000;
