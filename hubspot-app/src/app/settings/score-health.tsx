import {
  EmptyState,
  Flex,
  Heading,
  StatusTag,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from "@hubspot/ui-extensions";
import type { Backfill, ScoreHealth as Health, SettingsAnswer } from "./settings-answer.ts";

const STATUS = { on: "success", off: "default", draft: "info" } as const;

function progressText({ state, doing, done, total }: Backfill): string {
  if (state === "failed") return "The last back-fill failed.";
  const progress = `${doing}, ${total === null ? `${done}` : `${done} of ${total}`}`;
  return state === "paused" ? `The back-fill is paused: ${progress}.` : `Back-fill running: ${progress}.`;
}

function notesOf(score: Health, backfills: readonly Backfill[]): string[] {
  const backfill = backfills.find((one) => one.object === score.object);
  return [
    ...(score.isPublishing ? [`Version ${score.version} is being published.`] : []),
    ...(score.status === "on" && backfill ? [progressText(backfill)] : []),
    ...(score.goneLists.length > 0
      ? [`Reads lists that HubSpot no longer has: ${score.goneLists.join(", ")}.`]
      : []),
    ...score.refused.map(({ feature, reason }) => `Goes without ${feature}: ${reason}.`),
    ...(score.hasDraft && score.status !== "draft" ? ["Has a draft that is not published."] : []),
  ];
}

/** Every score of the account: on, off or draft, and whether all is well with it. */
export function ScoreHealth({ scores, backfills }: Pick<SettingsAnswer, "scores" | "backfills">) {
  if (scores.length === 0)
    return (
      <EmptyState title="No scores yet" layout="vertical" imageName="building">
        <Text>Write the first one in the console.</Text>
      </EmptyState>
    );
  return (
    <Flex direction="column" gap="small">
      <Heading>Scores</Heading>
      <Table>
        <TableHead>
          <TableRow>
            <TableHeader>Score</TableHeader>
            <TableHeader>For</TableHeader>
            <TableHeader>Status</TableHeader>
            <TableHeader>Health</TableHeader>
          </TableRow>
        </TableHead>
        <TableBody>
          {scores.map((score) => (
            <TableRow key={score.score}>
              <TableCell>
                {score.version === null ? score.name : `${score.name} (version ${score.version})`}
              </TableCell>
              <TableCell>{score.object}</TableCell>
              <TableCell>
                <StatusTag variant={STATUS[score.status]}>{score.status}</StatusTag>
              </TableCell>
              <TableCell>{notesOf(score, backfills).join(" ") || "Fine."}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Flex>
  );
}
