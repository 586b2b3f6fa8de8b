import { EmptyState, Flex, Text } from "@hubspot/ui-extensions";
import type { CardScore } from "./card-answer.ts";
import { HistoryChart } from "./history-chart.tsx";
import { ReasonTable } from "./reason-table.tsx";
import { ScoreFigures } from "./score-figures.tsx";
import { signed, type Wording } from "./wording.ts";

/** Everything about one score of the record: figures, reasons for and against, history. */
export function ScorePanel({ score, wording }: { readonly score: CardScore; readonly wording: Wording }) {
  if (!score.inScope)
    return (
      <EmptyState title={score.name} layout="vertical" imageName="target">
        <Text>This record is not among those that the score is for.</Text>
      </EmptyState>
    );
  const gains = score.reasons.filter((reason) => reason.points > 0);
  const losses = score.reasons.filter((reason) => reason.points < 0);
  return (
    <Flex direction="column" gap="medium">
      <ScoreFigures score={score} wording={wording} />
      <ReasonTable title="In favour" reasons={gains} wording={wording} />
      <ReasonTable title="Against" reasons={losses} wording={wording} />
      {score.reasons.length === 0 && <Text>Nothing has given points yet.</Text>}
      {score.cut !== 0 && <Text variant="microcopy">Limits and rounding: {signed(score.cut)}</Text>}
      <HistoryChart history={score.history} wording={wording} />
    </Flex>
  );
}
