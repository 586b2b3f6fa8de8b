import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow, Text } from "@hubspot/ui-extensions";
import type { Reason } from "./card-answer.ts";
import { dayText, signed, type Wording } from "./wording.ts";

function changeText({ next }: Reason, wording: Wording): string {
  return next === null ? "" : `${signed(next.points)} on ${dayText(next.at, wording)}`;
}

function sourceText({ group, matches }: Reason): string {
  const times = matches > 1 ? `${matches}×` : "";
  return [group, times].filter(Boolean).join(" · ");
}

/** Reasons under a title, each with its points and what time will make of them; nothing where there are none. */
export function ReasonTable(props: {
  readonly title: string;
  readonly reasons: readonly Reason[];
  readonly wording: Wording;
}) {
  if (props.reasons.length === 0) return null;
  return (
    <Table density="condensed" bordered={false}>
      <TableHead>
        <TableRow>
          <TableHeader>{props.title}</TableHeader>
          <TableHeader align="right">Points</TableHeader>
          <TableHeader>Changes to</TableHeader>
        </TableRow>
      </TableHead>
      <TableBody>
        {props.reasons.map((reason) => (
          <TableRow key={`${reason.side} ${reason.rule}`}>
            <TableCell>
              <Text>{reason.name}</Text>
              <Text variant="microcopy">{sourceText(reason)}</Text>
            </TableCell>
            <TableCell align="right">{signed(reason.points)}</TableCell>
            <TableCell>{changeText(reason, props.wording)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
