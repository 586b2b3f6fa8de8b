/** Where an error of the queue came from; for a failed job, what it was and which attempt it failed. */
export type QueueErrorContext = {
  readonly source: "queue" | "worker" | "job";
  readonly stage?: string;
  readonly portal?: string;
  readonly attempt?: number;
};

/** Is told of every error that has no caller of its own. */
export type QueueErrorListener = (error: Error, context: QueueErrorContext) => void;
