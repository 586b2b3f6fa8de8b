import {
  Alert,
  Button,
  EmptyState,
  ErrorState,
  Flex,
  LoadingSpinner,
  Tab,
  Tabs,
  Text,
} from "@hubspot/ui-extensions";
import { ScoreButtons } from "./score-buttons.tsx";
import { ScorePanel } from "./score-panel.tsx";
import { type CardState, type CardWork, useScores } from "./use-scores.ts";
import type { Wording } from "./wording.ts";

type Actions = Omit<ReturnType<typeof useScores>, "state">;

function Scores(props: {
  readonly state: Extract<CardState, { kind: "scores" }>;
  readonly actions: Actions;
  readonly wording: Wording;
}) {
  const { state, actions, wording } = props;
  const panels = state.answer.scores.map((score) => (
    <Tab key={score.score} tabId={score.score} title={score.name}>
      <Flex direction="column" gap="medium">
        <ScorePanel score={score} wording={wording} />
        <ScoreButtons
          score={score}
          isBusy={state.isBusy}
          onRecalculate={actions.recalculate}
          onReset={() => actions.reset(score.score)}
        />
      </Flex>
    </Tab>
  ));
  return (
    <Flex direction="column" gap="small">
      {state.hasFailed && (
        <Alert title="That did not work" variant="error">
          The scores below are as last read. Try again.
        </Alert>
      )}
      {state.answer.isWaiting && <Text variant="microcopy">Newer values are on their way.</Text>}
      <Tabs defaultSelected={state.answer.scores[0]?.score ?? ""}>{panels}</Tabs>
    </Flex>
  );
}

function Empty({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <EmptyState title={title} layout="vertical" imageName="emptyStateCharts">
      <Text>{text}</Text>
    </EmptyState>
  );
}

function NoPermission() {
  return (
    <ErrorState title="Scores cannot be shown" type="lock">
      <Text>This account is not connected to Scorekeeper, or may not ask it. Ask whoever installed it.</Text>
    </ErrorState>
  );
}

function Failed({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <ErrorState title="Scores could not be read" type="error">
      <Text>Scorekeeper did not answer as it should.</Text>
      <Button onClick={onRetry}>Try again</Button>
    </ErrorState>
  );
}

/** The record card: the record's scores with reasons, or why there are none to show. */
export function RecordScores({ wording, ...work }: CardWork & { readonly wording: Wording }) {
  const { state, ...actions } = useScores(work);
  switch (state.kind) {
    case "loading":
      return <LoadingSpinner label="Reading the scores" layout="centered" showLabel />;
    case "no permission":
      return <NoPermission />;
    case "failed":
      return <Failed onRetry={actions.load} />;
    case "unknown record":
      return (
        <Empty
          title="Not scored yet"
          text="This record has not been read from HubSpot: no score is on for records of its type, or it is new."
        />
      );
    case "scores":
      if (state.answer.scores.length === 0)
        return <Empty title="No scores" text="No score is on for this type of record." />;
      return <Scores state={state} actions={actions} wording={wording} />;
  }
}
