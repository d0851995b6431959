/** What may be wrong with the naive scheduler. */
export interface Faults extends WakeFaults, TickFaults, LifecycleFaults, LimiterFaults {
  readonly saysItIsTransactional?: boolean;
  readonly saysNothingOfPacing?: boolean;
  readonly pingsOnlyWhileStarted?: boolean;
  readonly pingsAnyway?: boolean;
  /** What others ask for does not reach it. */
  readonly isAlone?: boolean;
}

export interface WakeFaults {
  readonly ringsEarlyByMs?: number;
  readonly losesWakesForNow?: boolean;
  readonly losesFutureWakes?: boolean;
  readonly losesEarlierWakes?: boolean;
  readonly losesSecondId?: boolean;
  readonly losesRepeatedId?: boolean;
  readonly losesDoubledWakes?: boolean;
  readonly losesAllBeyond?: number;
  readonly throwsWithoutIds?: boolean;
  readonly throwsBeforeStart?: boolean;
  readonly ignoresTransactions?: boolean;
  readonly ringsBeforeCommit?: boolean;
  readonly spoilsTransactions?: boolean;
  readonly waitsWhileDown?: boolean;
  readonly endsAtUnreadable?: boolean;
  readonly keepsUnreadable?: boolean;
  readonly ringsForUnreadable?: boolean;
  readonly ringsNoMoreAfterWipe?: boolean;
}

export interface TickFaults {
  readonly ticksEarlyByMs?: number;
  readonly skipsEverySecondSlot?: boolean;
  readonly saysWhenItRangAsSlot?: boolean;
  readonly eachHasItsOwnSlots?: boolean;
  readonly keepsFirstTimetable?: boolean;
  readonly addsTimetables?: boolean;
  readonly knowsOneJob?: boolean;
  readonly countsInUtc?: boolean;
  readonly losesJobsBeforeStart?: boolean;
  readonly ticksNoMoreAfterWipe?: boolean;
}

export interface LifecycleFaults {
  readonly startsTwice?: boolean;
  readonly startsOnce?: boolean;
  readonly startForgets?: boolean;
  readonly startsOnlyWhenUp?: boolean;
  readonly neverStops?: boolean;
  readonly stopForgets?: boolean;
  readonly stopThrowsBeforeStart?: boolean;
  readonly stopThrowsTwice?: boolean;
  readonly stopEndsJobsForAll?: boolean;
  readonly stopsOnlyWhenUp?: boolean;
  readonly doesNotDrain?: boolean;
  readonly drainsForEver?: boolean;
  readonly endsAfterRejection?: boolean;
  readonly logsNothing?: boolean;
  readonly ringsNoMoreAfterOutage?: boolean;
}

export interface LimiterFaults {
  readonly countsAlone?: boolean;
  readonly refusesWithoutSum?: boolean;
  readonly mixesKinds?: boolean;
}
