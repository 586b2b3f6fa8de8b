/** What one portal was sent in one request; the digest is the same for a request sent again. */
export type InboxDelivery = {
  readonly portal: string;
  readonly signatureDigest: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly body: Buffer;
  readonly eventCount: number;
};

/** What became of the deliveries, by portal. */
export type StoredDeliveries = {
  readonly stored: readonly string[];
  readonly unknown: readonly string[];
  readonly replayed: readonly string[];
};

/** Keeps deliveries until they are worked on. */
export type Inbox = {
  /** Commits all deliveries together; those of unknown portals and those stored before are left out. */
  store(deliveries: readonly InboxDelivery[]): Promise<StoredDeliveries>;
};

/** Tells the workers that there is something to do. */
export type IngestQueue = { enqueue(stage: "ingest", payload: { readonly portal: string }): Promise<void> };

/** Gives the instant, in milliseconds since 1970. */
export type Clock = { now(): number };

/** Takes log lines, without personal data. */
export type Log = {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

/** What became of the events of an accepted request. */
export type EventFate = "stored" | "replayed" | "unknown_portal" | "other_app" | "ignored";

/** Why a request was refused. */
export type RefusalReason =
  | "missing"
  | "malformed"
  | "stale"
  | "mismatch"
  | "bad_body"
  | "too_large"
  | "store_unavailable";

/** Counts what the receiver does. */
export type ReceiverMetrics = {
  /** Events of one kind (a notification's kind, `malformed` or `any`) that had this fate. */
  received(kind: string, fate: EventFate, events: number): void;
  refused(reason: RefusalReason): void;
  /** Deliveries that had been stored before. */
  replayed(deliveries: number): void;
  /** A request accepted by its v1 signature, no v3 having been sent. */
  acceptedOldSignature(): void;
  enqueueFailed(): void;
  /** Time from the whole request to its answer, in milliseconds. */
  acknowledged(ms: number): void;
};
