import { Flex, Statistics, StatisticsItem, StatisticsTrend, StatusTag, Text } from "@hubspot/ui-extensions";
import type { CardScore } from "./card-answer.ts";
import { instantText, signed, valueText, type Wording } from "./wording.ts";

function Trend({ history }: Pick<CardScore, "history">) {
  const [before, now] = history.slice(-2).map(({ value }) => value ?? 0);
  if (before === undefined || now === undefined || before === now) return null;
  return <StatisticsTrend direction={now > before ? "increase" : "decrease"} value={signed(now - before)} />;
}

function nextText({ next }: CardScore, wording: Wording): string {
  if (next === null) return "Stays as it is unless something happens.";
  const label = next.label === null ? "" : ` (${next.label})`;
  return `If nothing happens: ${valueText(next.value)}${label} on ${instantText(next.at, wording)}.`;
}

/** A score's value, its sides where it has both, its label, and what time will make of it. */
export function ScoreFigures({ score, wording }: { readonly score: CardScore; readonly wording: Wording }) {
  return (
    <Flex direction="column" gap="small">
      <Statistics>
        <StatisticsItem label={score.name} number={valueText(score.value)}>
          <Trend history={score.history} />
        </StatisticsItem>
        {score.type === "combined" && (
          <StatisticsItem label="Engagement" number={valueText(score.engagement)} />
        )}
        {score.type === "combined" && <StatisticsItem label="Fit" number={valueText(score.fit)} />}
      </Statistics>
      {score.label !== null && <StatusTag variant="info">{score.label}</StatusTag>}
      <Text>{nextText(score, wording)}</Text>
      {score.resetAt !== null && (
        <Text variant="microcopy">Engagement counts from {instantText(score.resetAt, wording)} on.</Text>
      )}
    </Flex>
  );
}
