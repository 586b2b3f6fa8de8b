import type { Route } from "./route.ts";

type Compiled = { readonly route: Route; readonly names: readonly string[]; readonly pattern: RegExp };
export type Match = { readonly route: Route; readonly params: ReadonlyMap<string, string> };
export type Router = (method: string, path: string) => Match | undefined;

/** Returns a function that finds the first route of a method and path. */
export function createRouter(routes: readonly Route[]): Router {
  const byMethod = new Map<string, Compiled[]>();
  for (const route of routes)
    byMethod.set(route.method, [...(byMethod.get(route.method) ?? []), compile(route)]);
  return (method, path) => {
    for (const { route, names, pattern } of byMethod.get(method) ?? []) {
      const found = pattern.exec(path);
      if (found)
        return { route, params: new Map(names.map((name, index) => [name, decode(found[index + 1] ?? "")])) };
    }
    return undefined;
  };
}

function compile(route: Route): Compiled {
  const names: string[] = [];
  const source = route.path.replace(/:(\w+)/g, (_, name: string) => {
    names.push(name);
    return name === "version" ? "(\\d{4}-\\d{2}(?:-beta)?)" : "([^/]+)";
  });
  return { route, names, pattern: new RegExp(`^${source}/?$`) };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
