import type { EngagementEvent, Properties } from "../scoring/record.ts";
import { WELL_KNOWN_STRINGS } from "./timeline-strings.ts";

const WELL_KNOWN = new Map(WELL_KNOWN_STRINGS.map((text, index) => [text, index]));

type Shape = { readonly index: number; readonly type: string; readonly names: readonly string[] };

/** Appends a whole number from 0 to 2^53: seven bits a byte, the lowest first. */
export function pushNumber(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

/** A well-known word is an even number; an odd one is a place in the timeline's own words, which grow as asked for. */
export function createDictionary(): {
  readonly words: string[];
  readonly numberOf: (text: string) => number;
} {
  const words: string[] = [];
  const places = new Map<string, number>();
  const numberOf = (text: string): number => {
    const known = WELL_KNOWN.get(text);
    if (known !== undefined) return known * 2;
    let place = places.get(text);
    if (place === undefined) {
      place = words.push(text) - 1;
      places.set(text, place);
    }
    return place * 2 + 1;
  };
  return { words, numberOf };
}

/** A step on the way from an event's type over its property names to its shape. */
type ShapeNode = { readonly next: Map<string, ShapeNode>; shape?: Shape };

function step(from: ShapeNode, name: string): ShapeNode {
  let node = from.next.get(name);
  if (!node) {
    node = { next: new Map() };
    from.next.set(name, node);
  }
  return node;
}

function namesOf(properties: Properties): string[] {
  return Object.keys(properties).filter((name) => properties[name] !== undefined);
}

/** The distinct combinations of event type and property names, in the order in which they first occur. */
export function createShapes(): {
  readonly list: Shape[];
  readonly shapeOf: (event: EngagementEvent) => Shape;
} {
  const list: Shape[] = [];
  const root: ShapeNode = { next: new Map() };
  const shapeOf = ({ type, properties }: EngagementEvent): Shape => {
    let node = step(root, type);
    for (const name of Object.keys(properties)) if (properties[name] !== undefined) node = step(node, name);
    if (!node.shape) {
      node.shape = { index: list.length, type, names: namesOf(properties) };
      list.push(node.shape);
    }
    return node.shape;
  };
  return { list, shapeOf };
}

/** Returns the place in TEXT_ENCODINGS of the shortest form that gives the text back unharmed. */
export function chooseEncoding(text: string): number {
  if (!/[\u0100-\uffff]/.test(text)) return 0;
  return text.isWellFormed() ? 1 : 2;
}
