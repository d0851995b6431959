/** The six groups, each with who belongs in it. */
export const crmGroups = [
  {
    name: "Technical Admin",
    description: "Keep the chat and its messages working; take over conversations.",
  },
  { name: "System Admins", description: "Run the CRM; see every order, booking and document." },
  { name: "Sales Team", description: "Follow up orders, site assessments and invoices." },
  { name: "Pastoral Team", description: "Care for people who write in; no event is routed here by default." },
  { name: "Pfungwa Staff", description: "Carry out installations and panel cleaning." },
  { name: "Finance Team", description: "Handle payments and loans; no event is routed here by default." },
] as const;

/** The name of one of the six groups. */
export type CrmGroupName = (typeof crmGroups)[number]["name"];

/** The names alone, in the order of {@link crmGroups}. */
export const crmGroupNames = [
  "Technical Admin",
  "System Admins",
  "Sales Team",
  "Pastoral Team",
  "Pfungwa Staff",
  "Finance Team",
] as const satisfies readonly CrmGroupName[];
