/** A named set of people. Names are unique and case-sensitive. */
export interface Group {
  readonly name: string;
  readonly memberCount: number;
}
