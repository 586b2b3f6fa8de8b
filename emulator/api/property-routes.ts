import { z } from "zod";
import { created, noContent, ok } from "../http/answer.ts";
import { conflict, invalidRequest, notFound } from "../http/api-error.ts";
import { type ApiRequest, param, parseBody, type Route } from "../http/route.ts";
import { isoText } from "../instant.ts";
import type { Portal } from "../portal/portal.ts";
import type { PropertyDefinition, PropertyOption } from "../portal/property-definition.ts";
import { schemaOf } from "../portal/property-schema.ts";
import { presentRecords } from "../portal/record-store.ts";
import { pathType } from "./named-objects.ts";
import { batchAnswer, checkBatchSize } from "./object-batch-routes.ts";

const NAME = /^[a-z][a-z0-9_]{0,99}$/;

const option = z.object({
  label: z.string(),
  value: z.string(),
  description: z.string().nullish(),
  displayOrder: z.number().optional(),
  hidden: z.boolean().optional(),
});
const changeable = {
  label: z.string(),
  groupName: z.string(),
  type: z.enum(["bool", "date", "datetime", "enumeration", "number", "phone_number", "string"]),
  fieldType: z.enum([
    "booleancheckbox",
    "calculation_equation",
    "checkbox",
    "date",
    "file",
    "html",
    "number",
    "phonenumber",
    "radio",
    "select",
    "text",
    "textarea",
  ]),
  description: z.string().optional(),
  options: z.array(option).optional(),
  displayOrder: z.number().optional(),
  hidden: z.boolean().optional(),
  formField: z.boolean().optional(),
};
const propertyInput = z.object({
  ...changeable,
  name: z.string(),
  hasUniqueValue: z.boolean().optional(),
});
const propertyChange = z.object(changeable).partial();
const batchInput = z.object({ inputs: z.array(propertyInput) });
type PropertyInput = z.infer<typeof propertyInput>;

/** Returns the routes of property definitions. */
export function propertyRoutes(portal: Portal): readonly Route[] {
  const base = "/crm/properties/:version/:type";
  return [
    { method: "GET", path: base, handle: (request) => listProperties(portal, request) },
    { method: "POST", path: base, handle: (request) => createOne(portal, request) },
    { method: "POST", path: `${base}/batch/create`, handle: (request) => createBatch(portal, request) },
    {
      method: "GET",
      path: `${base}/:name`,
      handle: (request) => ok(wireProperty(namedProperty(portal, request))),
    },
    { method: "PATCH", path: `${base}/:name`, handle: (request) => changeOne(portal, request) },
    { method: "DELETE", path: `${base}/:name`, handle: (request) => archiveOne(portal, request) },
  ];
}

function schemaFor(portal: Portal, request: ApiRequest) {
  return schemaOf(portal.schema, pathType(portal, request).typeId);
}

function listProperties(portal: Portal, request: ApiRequest) {
  if (request.query.get("archived") === "true") return ok({ results: [] });
  return ok({ results: [...schemaFor(portal, request).properties.values()].map(wireProperty) });
}

function namedProperty(portal: Portal, request: ApiRequest): PropertyDefinition {
  const name = param(request, "name");
  const property = schemaFor(portal, request).properties.get(name);
  if (!property) throw notFound(`No property with name ${name} exists`, { propertyName: [name] });
  return property;
}

function createOne(portal: Portal, request: ApiRequest) {
  return created(wireProperty(define(portal, request, parseBody(request, propertyInput))));
}

function createBatch(portal: Portal, request: ApiRequest) {
  const { inputs } = parseBody(request, batchInput);
  checkBatchSize(inputs, 100);
  return batchAnswer(
    portal,
    inputs.map((input) => wireProperty(define(portal, request, input))),
    [],
    201,
  );
}

function define(portal: Portal, request: ApiRequest, input: PropertyInput): PropertyDefinition {
  const { properties, groups } = schemaFor(portal, request);
  if (!NAME.test(input.name))
    throw invalidRequest(`Property name ${input.name} is invalid`, [{ message: "INVALID_NAME", in: "name" }]);
  if (properties.has(input.name))
    throw conflict(`A property named '${input.name}' already exists.`, "Properties.PROPERTY_EXISTS");
  if (!groups.has(input.groupName))
    throw invalidRequest(`Property group '${input.groupName}' does not exist`, [
      { message: "no such group", in: "groupName" },
    ]);
  const now = portal.clock.now();
  const property: PropertyDefinition = {
    description: "",
    displayOrder: -1,
    hidden: false,
    formField: false,
    hasUniqueValue: false,
    ...withoutUndefined(input),
    options: (input.options ?? []).map(defineOption),
    hubspotDefined: false,
    calculated: false,
    readOnlyValue: false,
    createdAt: now,
    updatedAt: now,
  };
  properties.set(property.name, property);
  return property;
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(input: T): Defined<T> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as Defined<T>;
}

function defineOption(input: z.infer<typeof option>, index: number): PropertyOption {
  return {
    label: input.label,
    value: input.value,
    description: input.description ?? undefined,
    displayOrder: input.displayOrder ?? index,
    hidden: input.hidden ?? false,
  };
}

function changeOne(portal: Portal, request: ApiRequest) {
  const property = namedProperty(portal, request);
  const change = parseBody(request, propertyChange);
  if (property.hubspotDefined) throw invalidRequest(`Property ${property.name} is defined by HubSpot`);
  property.label = change.label ?? property.label;
  property.description = change.description ?? property.description;
  property.groupName = change.groupName ?? property.groupName;
  property.type = change.type ?? property.type;
  property.fieldType = change.fieldType ?? property.fieldType;
  property.displayOrder = change.displayOrder ?? property.displayOrder;
  property.hidden = change.hidden ?? property.hidden;
  property.formField = change.formField ?? property.formField;
  property.options = change.options?.map(defineOption) ?? property.options;
  property.updatedAt = portal.clock.now();
  return ok(wireProperty(property));
}

function archiveOne(portal: Portal, request: ApiRequest) {
  const { typeId } = pathType(portal, request);
  const property = namedProperty(portal, request);
  if (property.hubspotDefined) throw invalidRequest(`Property ${property.name} is defined by HubSpot`);
  schemaOf(portal.schema, typeId).properties.delete(property.name);
  for (const record of presentRecords(portal.records, typeId)) record.properties.delete(property.name);
  return noContent();
}

function wireProperty(property: PropertyDefinition) {
  const { readOnlyValue, createdAt, updatedAt, ...shown } = property;
  const fixed = property.hubspotDefined;
  return {
    ...shown,
    ...(createdAt === undefined ? {} : { createdAt: isoText(createdAt) }),
    ...(updatedAt === undefined ? {} : { updatedAt: isoText(updatedAt) }),
    externalOptions: false,
    archived: false,
    dataSensitivity: "non_sensitive",
    modificationMetadata: {
      archivable: !fixed,
      readOnlyDefinition: fixed,
      readOnlyValue,
      ...(property.type === "enumeration" ? { readOnlyOptions: fixed } : {}),
    },
  };
}
