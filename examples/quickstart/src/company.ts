import type { CrmGroupName } from "@callboard/preset-crm";

export interface Colleague {
  readonly userId: string;
  readonly name: string;
  /** As somebody would type it; Callboard brings it into the international form. */
  readonly phone?: string;
  readonly active?: boolean;
  readonly groups: readonly CrmGroupName[];
}

/** Nine people who keep a solar shop running. Farai has no phone yet, and Nyasha has left the company. */
export const staff: readonly Colleague[] = [
  { userId: "u-01", name: "Rudo Moyo", phone: "077 123 4501", groups: ["System Admins", "Technical Admin"] },
  { userId: "u-02", name: "Tendai Ncube", phone: "+263 77 123 4502", groups: ["System Admins"] },
  { userId: "u-03", name: "Chipo Dube", phone: "077 123 4503", groups: ["Sales Team"] },
  { userId: "u-04", name: "Tafadzwa Sibanda", phone: "00263 77 123 4504", groups: ["Sales Team"] },
  { userId: "u-05", name: "Kuda Mlambo", phone: "0771234505", groups: ["Technical Admin"] },
  { userId: "u-06", name: "Simba Chirwa", phone: "077 123 4506", groups: ["Pfungwa Staff"] },
  { userId: "u-07", name: "Farai Zhou", groups: ["Pfungwa Staff"] },
  { userId: "u-08", name: "Nyasha Gumbo", phone: "077 123 4508", active: false, groups: ["Sales Team"] },
  { userId: "u-09", name: "Anesu Banda", phone: "077 123 4509", groups: ["Finance Team", "Sales Team"] },
];
