import { parseInstant } from "../instant.ts";
import type { PropertyDefinition } from "./property-definition.ts";
import { findProperty, optionsIn, type PropertySchema } from "./property-schema.ts";

export type ValueFault = { readonly property: string; readonly code: string; readonly message: string };

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/** Returns what HubSpot would refuse about the values written to a record: unknown, read-only or unreadable ones. */
export function findValueFaults(
  schema: PropertySchema,
  typeId: string,
  values: Iterable<readonly [string, string]>,
): readonly ValueFault[] {
  const faults: ValueFault[] = [];
  for (const [name, value] of values) {
    const fault = faultOf(findProperty(schema, typeId, name), name, value);
    if (fault) faults.push({ property: name, ...fault });
  }
  return faults;
}

type Fault = Omit<ValueFault, "property">;

function faultOf(property: PropertyDefinition | undefined, name: string, value: string): Fault | undefined {
  if (!property) return { code: "PROPERTY_DOESNT_EXIST", message: `Property "${name}" does not exist` };
  if (property.readOnlyValue) {
    return {
      code: "READ_ONLY_VALUE",
      message: `"${name}" is a read only property; its value cannot be set.`,
    };
  }
  return value === "" ? undefined : unreadable(property, value);
}

function unreadable(property: PropertyDefinition, value: string): Fault | undefined {
  switch (property.type) {
    case "number":
      return NUMBER.test(value)
        ? undefined
        : { code: "INVALID_DOUBLE", message: `${value} was not a valid number.` };
    case "bool":
      return value === "true" || value === "false" ? undefined : notAnOption(property, value);
    case "enumeration":
      return optionsIn(property, value).every((option) =>
        property.options.some((known) => known.value === option),
      )
        ? undefined
        : notAnOption(property, value);
    case "date":
    case "datetime":
      return parseInstant(value) === undefined
        ? { code: "INVALID_DATE", message: `${value} was not a valid date.` }
        : undefined;
    default:
      return undefined;
  }
}

function notAnOption(property: PropertyDefinition, value: string): Fault {
  const allowed = property.options.map((option) => option.value).join(", ");
  return { code: "INVALID_OPTION", message: `${value} was not one of the allowed options: [${allowed}]` };
}

/** Returns the text that HubSpot keeps for a written value: checkboxes starting with `;` add to the present ones. */
export function storedValue(property: PropertyDefinition, value: string, present: string | null): string {
  if (property.fieldType !== "checkbox" || !value.startsWith(";")) return value;
  return [...new Set([...optionsIn(property, present ?? ""), ...optionsIn(property, value)])].join(";");
}
