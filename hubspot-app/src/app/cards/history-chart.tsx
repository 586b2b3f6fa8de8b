import { LineChart } from "@hubspot/ui-extensions";
import type { ValueAt } from "./card-answer.ts";
import { instantText, type Wording } from "./wording.ts";

/** The score's latest values as a line; nothing where it has had only one. */
export function HistoryChart(props: { readonly history: readonly ValueAt[]; readonly wording: Wording }) {
  const points = props.history.flatMap(({ at, value }) =>
    value === null ? [] : [{ When: instantText(at, props.wording), Score: value }],
  );
  if (points.length < 2) return null;
  return (
    <LineChart
      data={points}
      axes={{ x: { field: "When", fieldType: "category" }, y: { field: "Score", fieldType: "linear" } }}
      options={{ title: "History", showLegend: false, showTooltips: true }}
    />
  );
}
