import { z } from "zod";
import { webhooksFileSchema } from "../../cli/setup-webhooks.ts";

// The shapes that HubSpot documents for developer-platform projects, as far as this one uses them; strict, as HubSpot
// refuses what it does not know.

const text = z.string().trim().min(1);
const httpsUrl = z.url({ protocol: /^https$/ });
const uid = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/);
const scope = z
  .string()
  .regex(/^(oauth|automation|content|forms|sales-email-read|tickets|[a-z]+(\.[a-z_]+)+)$/);

export const projectSchema = z.strictObject({
  name: text,
  srcDir: z.literal("src"),
  platformVersion: z.enum(["2025.2", "2026.03", "2026.09"]),
});

const appSchema = z.strictObject({
  uid,
  type: z.literal("app"),
  config: z.strictObject({
    name: text.max(200),
    description: text,
    distribution: z.enum(["private", "marketplace"]),
    auth: z.strictObject({
      type: z.literal("oauth"),
      redirectUrls: z.array(httpsUrl).min(1),
      requiredScopes: z.array(scope).min(1),
      optionalScopes: z.array(scope),
      conditionallyRequiredScopes: z.array(scope),
    }),
    permittedUrls: z.strictObject({
      fetch: z.array(httpsUrl),
      iframe: z.array(httpsUrl),
      img: z.array(httpsUrl),
    }),
    support: z.strictObject({ supportEmail: z.email(), documentationUrl: httpsUrl, supportUrl: httpsUrl }),
  }),
});

const fieldSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  type: z.enum(["bool", "date", "datetime", "enumeration", "number", "string"]),
  fieldType: z.enum(["booleancheckbox", "date", "number", "select", "text", "textarea"]),
  options: z.array(z.strictObject({ value: text, label: text })).optional(),
  optionsUrl: httpsUrl.optional(),
});

const labelsSchema = z.strictObject({
  actionName: text,
  actionDescription: text,
  actionCardContent: text,
  appDisplayName: text,
  inputFieldLabels: z.record(z.string(), text),
  inputFieldDescriptions: z.record(z.string(), text).optional(),
  inputFieldOptionLabels: z.record(z.string(), z.record(z.string(), text)).optional(),
  outputFieldLabels: z.record(z.string(), text),
  executionRules: z.record(z.string(), text),
});

export const LANGUAGES = ["en", "nl", "de", "fr", "es", "pt-br", "ja"] as const;

export const workflowActionSchema = z.strictObject({
  uid,
  type: z.literal("workflow-action"),
  config: z.strictObject({
    actionUrl: httpsUrl,
    isPublished: z.boolean(),
    supportedClients: z.array(z.strictObject({ client: z.enum(["WORKFLOWS", "AGENTS"]) })).min(1),
    objectTypes: z.array(z.enum(["CONTACT", "COMPANY", "DEAL", "TICKET"])).min(1),
    inputFields: z.array(
      z.strictObject({
        typeDefinition: fieldSchema,
        supportedValueTypes: z.array(z.enum(["STATIC_VALUE", "OBJECT_PROPERTY"])).min(1),
        isRequired: z.boolean(),
      }),
    ),
    outputFields: z.array(z.strictObject({ typeDefinition: fieldSchema })),
    executionRules: z.array(
      z.strictObject({ labelName: text, conditions: z.record(z.string(), z.string()) }),
    ),
    labels: z.record(z.enum(LANGUAGES), labelsSchema),
  }),
});

const cardSchema = z.strictObject({
  uid,
  type: z.literal("card"),
  config: z.strictObject({
    name: text,
    location: z.enum(["crm.record.tab", "crm.record.sidebar", "crm.preview", "helpdesk.sidebar"]),
    entrypoint: z.string().regex(/^\/app\/cards\/[\w-]+\.tsx$/),
    objectTypes: z.array(z.enum(["contacts", "companies", "deals", "tickets"])).min(1),
  }),
});

const settingsSchema = z.strictObject({
  uid,
  type: z.literal("settings"),
  config: z.strictObject({ entrypoint: z.string().regex(/^\/app\/settings\/[\w-]+\.tsx$/) }),
});

const componentSchema = z.discriminatedUnion("type", [
  appSchema,
  webhooksFileSchema,
  workflowActionSchema,
  cardSchema,
  settingsSchema,
]);

export type Component = z.infer<typeof componentSchema>;

/** Returns the component that a `-hsmeta.json` file describes; throws for what HubSpot does not document. */
export function parseComponent(content: unknown): Component {
  return componentSchema.parse(content);
}

/** Where HubSpot expects the components of each type, under `src`. */
export const FOLDERS: { readonly [type in Component["type"]]: string } = {
  app: "app",
  webhooks: "app/webhooks",
  "workflow-action": "app/workflow-actions",
  card: "app/cards",
  settings: "app/settings",
};
