import type { Properties } from "./record.ts";

/** Returns the reader of one property; names that every object inherits, such as `constructor`, are read as own keys only. */
export function propertyReader(name: string): (properties: Properties) => string | null | undefined {
  if (name in Object.prototype) {
    return (properties) => (Object.hasOwn(properties, name) ? properties[name] : undefined);
  }
  return (properties) => properties[name];
}
