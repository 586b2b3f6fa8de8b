/** A standard property: name, label, kind, options as `value` or `value=label`. */
export type StandardProperty = readonly [
  name: string,
  label: string,
  kind: StandardKind,
  options?: readonly string[],
];

type StandardKind =
  | "text"
  | "textarea"
  | "phonenumber"
  | "number"
  | "select"
  | "checkbox"
  | "bool"
  | "date"
  | "datetime"
  | "readonly number"
  | "readonly text"
  | "readonly datetime";
