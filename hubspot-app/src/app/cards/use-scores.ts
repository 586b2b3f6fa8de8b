import { useCallback, useEffect, useState } from "react";
import {
  type Ask,
  askRecalculation,
  askReset,
  askScores,
  type CardPlace,
  type Outcome,
} from "./ask-service.ts";
import type { CardAnswer } from "./card-answer.ts";

/** What the card shows: nothing yet, scores (the last known ones while `isBusy`), or why there are none. */
export type CardState =
  | { readonly kind: "loading" }
  | {
      readonly kind: "scores";
      readonly answer: CardAnswer;
      readonly isBusy: boolean;
      readonly hasFailed: boolean;
    }
  | { readonly kind: Exclude<Outcome["kind"], "answer"> };

/** What the card does, and how: HubSpot's fetch, the record, how long (ms) it waits before it looks again. */
export type CardWork = {
  readonly ask: Ask;
  readonly place: CardPlace;
  readonly lookAgainMs: number;
  /** Called when values that were on their way have been written. */
  readonly onWritten: () => void;
};

const MOST_LOOKS = 10;

function afterOutcome(before: CardState, outcome: Outcome): CardState {
  if (outcome.kind === "answer")
    return { kind: "scores", answer: outcome.answer, isBusy: false, hasFailed: false };
  if (before.kind === "scores") return { ...before, isBusy: false, hasFailed: true };
  return { kind: outcome.kind };
}

function busy(before: CardState): CardState {
  return before.kind === "scores" ? { ...before, isBusy: true, hasFailed: false } : { kind: "loading" };
}

/** Loads the record's scores and looks again while newer ones are on their way; returns them with what the buttons do. */
export function useScores({ ask, place, lookAgainMs, onWritten }: CardWork) {
  const [state, setState] = useState<CardState>({ kind: "loading" });
  const [looks, setLooks] = useState(0);
  const { serviceUrl, objectTypeId, objectId } = place;
  const run = useCallback(
    (asked: (at: CardPlace) => Promise<Outcome>) => {
      setState(busy);
      return asked({ serviceUrl, objectTypeId, objectId }).then((outcome) => {
        setLooks(0);
        setState((before) => afterOutcome(before, outcome));
      });
    },
    [serviceUrl, objectTypeId, objectId],
  );
  useEffect(() => void run((at) => askScores(ask, at)), [run, ask]);
  const isWaiting = state.kind === "scores" && !state.isBusy && state.answer.isWaiting;
  useEffect(() => {
    if (!isWaiting || looks >= MOST_LOOKS) return;
    let isOver = false;
    const timer = setTimeout(async () => {
      const outcome = await askScores(ask, { serviceUrl, objectTypeId, objectId });
      if (isOver) return;
      setLooks((count) => count + 1);
      setState((before) => afterOutcome(before, outcome));
      if (outcome.kind === "answer" && !outcome.answer.isWaiting) onWritten();
    }, lookAgainMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [isWaiting, looks, ask, serviceUrl, objectTypeId, objectId, lookAgainMs, onWritten]);
  return {
    state,
    load: () => void run((at) => askScores(ask, at)),
    recalculate: () => void run((at) => askRecalculation(ask, at)),
    reset: (score: string) => void run((at) => askReset(ask, at, score)),
  };
}
