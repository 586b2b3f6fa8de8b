import { z } from "zod";
import { created, noContent, ok } from "../http/answer.ts";
import { conflict, notFound } from "../http/api-error.ts";
import { type ApiRequest, param, parseBody, type Route } from "../http/route.ts";
import type { Portal } from "../portal/portal.ts";
import type { PropertyGroup } from "../portal/property-definition.ts";
import { schemaOf } from "../portal/property-schema.ts";
import { pathType } from "./named-objects.ts";

const groupInput = z.object({
  name: z.string().min(1),
  label: z.string().min(1),
  displayOrder: z.number().default(-1),
});

/** Returns the routes of property groups. */
export function propertyGroupRoutes(portal: Portal): readonly Route[] {
  const base = "/crm/properties/:version/:type/groups";
  return [
    {
      method: "GET",
      path: base,
      handle: (request) => ok({ results: [...groupsOf(portal, request).values()].map(wireGroup) }),
    },
    { method: "POST", path: base, handle: (request) => createGroup(portal, request) },
    { method: "GET", path: `${base}/:name`, handle: (request) => ok(wireGroup(namedGroup(portal, request))) },
    { method: "DELETE", path: `${base}/:name`, handle: (request) => deleteGroup(portal, request) },
  ];
}

function groupsOf(portal: Portal, request: ApiRequest) {
  return schemaOf(portal.schema, pathType(portal, request).typeId).groups;
}

function namedGroup(portal: Portal, request: ApiRequest): PropertyGroup {
  const name = param(request, "name");
  const group = groupsOf(portal, request).get(name);
  if (!group) throw notFound(`No property group with name ${name} exists`);
  return group;
}

function createGroup(portal: Portal, request: ApiRequest) {
  const input = parseBody(request, groupInput);
  const groups = groupsOf(portal, request);
  if (groups.has(input.name))
    throw conflict(`A property group named '${input.name}' already exists.`, "Properties.GROUP_EXISTS");
  groups.set(input.name, input);
  return created(wireGroup(input));
}

function deleteGroup(portal: Portal, request: ApiRequest) {
  groupsOf(portal, request).delete(namedGroup(portal, request).name);
  return noContent();
}

function wireGroup(group: PropertyGroup) {
  return { ...group, archived: false };
}
