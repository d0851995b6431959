/** No text here is longer than the 255 characters that an id may have. */
export const awkwardTexts = [
  "😀 👩🏽‍🔧",
  "\u202bשלום\u202c مرحبا",
  "e\u0301 is not \u00e9",
  `it's "quoted" and \`ticked\``,
  "back\\slash, \\n, \\u0041 and \\",
  "100 % of_all *?[a-z]",
  "'; drop table notifications; --",
  "\ttabs\nand\r\nlines",
  "spaces at the end  ",
  " ",
  "null",
  "夜".repeat(255),
];
