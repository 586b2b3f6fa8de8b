import { expect, test } from "vitest";
import { filesEnding, withVariables } from "./project-files.ts";
import { LANGUAGES, workflowActionSchema } from "./project-shapes.ts";

const SERVICE = "https://scores.example.com";
const profile = { accountId: 1, variables: { PUBLIC_URL: SERVICE } };
const actions = filesEnding("-hsmeta.json")
  .filter(({ path }) => path.includes("workflow-actions"))
  .map(({ text }) => workflowActionSchema.parse(withVariables(text, profile)).config);

const FAILURES = ["UNKNOWN_SCORE", "RECORD_NOT_FOUND", "SCORE_OFF", "WRONG_OBJECT", "INVALID_INPUT"];

/** What each action takes and gives, as its endpoint does. */
const FIELDS = {
  "reset-score": {
    inputs: ["score"],
    outputs: ["previous_score", "new_score", "error_code", "error_message"],
  },
  "recalculate-score": { inputs: ["score"], outputs: ["new_score", "error_code", "error_message"] },
  "adjust-score": {
    inputs: ["score", "points", "side", "expires_in_days", "reason"],
    outputs: ["new_score", "error_code", "error_message"],
  },
  "get-score": {
    inputs: ["score"],
    outputs: ["value", "label", "top_reasons", "error_code", "error_message"],
  },
} as const;

const namesOf = (fields: readonly { readonly typeDefinition: { readonly name: string } }[]) =>
  fields.map(({ typeDefinition }) => typeDefinition.name);

test("four actions for contacts, companies and deals, each with its endpoint's fields", () => {
  const found = actions.map(({ actionUrl, inputFields, outputFields }) => [
    actionUrl,
    { inputs: namesOf(inputFields), outputs: namesOf(outputFields) },
  ]);
  const expected = Object.entries(FIELDS).map(([name, fields]) => [
    `${SERVICE}/workflow-actions/${name}`,
    fields,
  ]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  for (const { objectTypes, isPublished } of actions) {
    expect(objectTypes).toEqual(["CONTACT", "COMPANY", "DEAL"]);
    expect(isPublished).toBe(true);
  }
});

test("every action lets its score be chosen from the service's list, a reset from those with engagement", () => {
  for (const { actionUrl, inputFields } of actions) {
    const list = actionUrl.endsWith("/reset-score") ? "scores" : "all-scores";
    expect(inputFields[0]).toEqual({
      typeDefinition: {
        ...{ name: "score", type: "enumeration", fieldType: "select" },
        optionsUrl: `${SERVICE}/workflow-actions/options/${list}`,
      },
      supportedValueTypes: ["STATIC_VALUE"],
      isRequired: true,
    });
    const optional = inputFields.filter((field) => !field.isRequired);
    expect(namesOf(optional)).toEqual(inputFields.length > 1 ? ["expires_in_days"] : []);
  }
});

test("every failure has a rule of its own, in the same order everywhere", () => {
  for (const { executionRules } of actions)
    expect(executionRules.map(({ conditions }) => conditions)).toEqual(
      FAILURES.map((error_code) => ({ error_code })),
    );
});

test.each(LANGUAGES)("labels in %s name every field, option and failure, and nothing else", (language) => {
  for (const { labels, inputFields, outputFields, executionRules } of actions) {
    const own = labels[language];
    expect(Object.keys(own.inputFieldLabels)).toEqual(namesOf(inputFields));
    expect(Object.keys(own.outputFieldLabels)).toEqual(namesOf(outputFields));
    expect(Object.keys(own.executionRules)).toEqual(executionRules.map(({ labelName }) => labelName));
    const options = inputFields.flatMap(({ typeDefinition: { name, options: listed } }) =>
      listed ? [[name, listed.map(({ value }) => value)]] : [],
    );
    const labelled = Object.entries(own.inputFieldOptionLabels ?? {});
    expect(labelled.map(([name, values]) => [name, Object.keys(values)])).toEqual(options);
    const described = Object.keys(own.inputFieldDescriptions ?? {});
    expect(described).toEqual(Object.keys(labels.en.inputFieldDescriptions ?? {}));
    const inserted = [...own.actionCardContent.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name);
    expect(inserted).toContain("score");
    expect(namesOf(inputFields)).toEqual(expect.arrayContaining(inserted));
  }
});

test("no sentence was left in English", () => {
  for (const { labels } of actions)
    for (const language of LANGUAGES.filter((one) => one !== "en")) {
      const [own, english] = [labels[language], labels.en];
      expect(own.actionName).not.toBe(english.actionName);
      expect(own.actionDescription).not.toBe(english.actionDescription);
      for (const [rule, text] of Object.entries(own.executionRules))
        expect(text).not.toBe(english.executionRules[rule]);
      for (const [field, text] of Object.entries(own.inputFieldDescriptions ?? {}))
        expect(text).not.toBe(english.inputFieldDescriptions?.[field]);
    }
});
