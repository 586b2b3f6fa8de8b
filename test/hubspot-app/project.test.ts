import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { profileSchema } from "../../cli/setup-profile.ts";
import { OPTIONAL_SCOPES, REQUIRED_SCOPES } from "../../src/hubspot/scopes.ts";
import { CARD_ROUTES } from "../../webhooks/answer-card.ts";
import { filesEnding, PROJECT, SOURCE, variablesIn, withVariables } from "./project-files.ts";
import { FOLDERS, parseComponent, projectSchema } from "./project-shapes.ts";

const read = (path: string) => JSON.parse(readFileSync(join(PROJECT, path), "utf8"));
const profiles = readdirSync(SOURCE)
  .filter((name) => /^hsprofile\.[^.]+\.json$/.test(name))
  .map((name) => ({ name, profile: profileSchema.parse(read(`src/${name}`)) }));
const metafiles = filesEnding("-hsmeta.json");
const pages = filesEnding(".ts", ".tsx");

test("the check sees the project", () => {
  expect(profiles.length).toBeGreaterThanOrEqual(2);
  expect(metafiles.length).toBeGreaterThanOrEqual(8);
  expect(pages.length).toBeGreaterThan(10);
  expect(projectSchema.parse(read("hsproject.json"))).toBeDefined();
});

describe.each(profiles)("with $name", ({ profile }) => {
  const components = metafiles.map(({ path, text }) => ({
    path,
    component: parseComponent(withVariables(text, profile)),
  }));

  test("every component has the documented shape and stands where HubSpot looks for it", () => {
    for (const { path, component } of components) expect(dirname(path)).toBe(FOLDERS[component.type]);
    const uids = components.map(({ component }) => component.uid);
    expect(new Set(uids).size).toBe(uids.length);
    const types = components.map(({ component }) => component.type);
    for (const one of ["app", "webhooks", "settings"])
      expect(types.filter((type) => type === one)).toHaveLength(1);
    expect(types.filter((type) => type === "workflow-action")).toHaveLength(4);
  });

  test("every variable that is inserted has a value, and every value is of use", () => {
    const inserted = new Set(metafiles.flatMap(({ text }) => variablesIn(text)));
    expect(inserted).toEqual(new Set(Object.keys(profile.variables)));
    const asked = pages.flatMap(({ text }) =>
      [...text.matchAll(/variables\?\.\["(\w+)"\]/g)].map(([, name = ""]) => name),
    );
    expect(asked.length).toBeGreaterThan(0);
    for (const name of asked) expect(profile.variables).toHaveProperty(name);
  });

  test("pages may call the service, and HubSpot calls the service's own routes", () => {
    const publicUrl = String(profile.variables["PUBLIC_URL"]);
    const called = components.flatMap(({ component }) => {
      if (component.type === "webhooks") return [component.config.settings.targetUrl];
      if (component.type === "app") return component.config.auth.redirectUrls;
      return [];
    });
    expect(called.toSorted()).toEqual([`${publicUrl}/oauth/callback`, `${publicUrl}/webhooks/hubspot`]);
    const app = components.find(({ component }) => component.type === "app")?.component;
    expect(app).toMatchObject({ config: { permittedUrls: { fetch: [publicUrl], iframe: [], img: [] } } });
    const asked = pages.flatMap(({ text }) =>
      [...text.matchAll(/\$\{serviceUrl\}(\/card\/\w+)/g)].map(([, path = ""]) => path),
    );
    const answered: string[] = CARD_ROUTES.map(({ path }) => path);
    expect(new Set(asked)).toEqual(new Set(answered));
  });
});

test("the app asks for the scopes that installing it asks for", () => {
  const { auth } = JSON.parse(readFileSync(join(SOURCE, "app/app-hsmeta.json"), "utf8")).config;
  expect(auth.requiredScopes).toEqual(REQUIRED_SCOPES);
  expect(auth.optionalScopes).toEqual(OPTIONAL_SCOPES);
});

test("the pages are there, and import nothing but what stands beside them and what their package names", () => {
  const entries = metafiles.map(({ text }) => JSON.parse(text).config.entrypoint).filter(Boolean);
  expect(entries).toHaveLength(2);
  for (const entry of entries) expect(existsSync(join(SOURCE, entry)), entry).toBe(true);
  const imports = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/from "([^"]+)"/g)].map(([, target = ""]) => ({ path, target })),
  );
  expect(imports.length).toBeGreaterThan(30);
  for (const { path, target } of imports) {
    const { dependencies } = JSON.parse(readFileSync(join(SOURCE, dirname(path), "package.json"), "utf8"));
    const isBeside = target.startsWith("./") && existsSync(join(SOURCE, dirname(path), target));
    expect(isBeside || target in dependencies, `${path} imports ${target}`).toBe(true);
  }
});

test("HubSpot installs the versions that are tested here", () => {
  const { dependencies } = read("package.json");
  for (const folder of ["cards", "settings"])
    expect(read(`src/app/${folder}/package.json`).dependencies).toEqual(dependencies);
  const root = JSON.parse(readFileSync(join(PROJECT, "../package.json"), "utf8"));
  expect(dependencies.zod).toBe(root.dependencies.zod);
});
