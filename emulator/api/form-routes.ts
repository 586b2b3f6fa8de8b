import { ok } from "../http/answer.ts";
import { invalidRequest, notFound } from "../http/api-error.ts";
import { type ApiRequest, pageLimit, param, type Route } from "../http/route.ts";
import { type Occurrence, occurrencesOfType } from "../portal/event-log.ts";
import { CONTACT } from "../portal/object-types.ts";
import type { Portal } from "../portal/portal.ts";
import { findRecord } from "../portal/record-store.ts";

const SUBMITTED = "e_form_submission_v2";

/** Returns the routes of forms and of what was submitted: the portal's form submissions, as contacts with an address made them. */
export function formRoutes(portal: Portal): readonly Route[] {
  return [
    { method: "GET", path: "/marketing/forms/:version", handle: (request) => listForms(portal, request) },
    {
      method: "GET",
      path: "/form-integrations/v1/submissions/forms/:form",
      handle: (request) => listSubmissions(portal, request),
    },
  ];
}

/** The forms that anyone has submitted, with the name first told. */
function formsOf(portal: Portal): Map<string, string> {
  const forms = new Map<string, string>();
  for (const { properties } of occurrencesOfType(portal.events, SUBMITTED)) {
    const id = properties["hs_form_id"];
    if (id && !forms.has(id)) forms.set(id, properties["hs_form_name"] ?? id);
  }
  return forms;
}

/** One page of a list by offset, and the link to the next. */
function pageOf<Item>(items: readonly Item[], request: ApiRequest, limit: number) {
  const offset = Number(request.query.get("after") ?? 0);
  if (!Number.isInteger(offset) || offset < 0) throw invalidRequest("Invalid paging cursor");
  const isLast = offset + limit >= items.length;
  const paging = isLast ? {} : { paging: { next: { after: String(offset + limit) } } };
  return { items: items.slice(offset, offset + limit), paging };
}

function listForms(portal: Portal, request: ApiRequest) {
  const { items, paging } = pageOf([...formsOf(portal)], request, pageLimit(request, 20, 100));
  const results = items.map(([id, name]) => ({ id, name, formType: "hubspot", archived: false }));
  return ok({ results, ...paging });
}

function wireSubmission(portal: Portal, { id, objectId, occurredAt, properties }: Occurrence) {
  const email = findRecord(portal.records, CONTACT, objectId)?.properties.get("email");
  if (!email) return [];
  const values = [{ name: "email", value: email, objectTypeId: CONTACT }];
  return [{ conversionId: id, submittedAt: occurredAt, values, pageUrl: properties["hs_page_url"] ?? "" }];
}

function listSubmissions(portal: Portal, request: ApiRequest) {
  const form = param(request, "form");
  if (!formsOf(portal).has(form)) throw notFound(`No form ${form}`);
  const own = occurrencesOfType(portal.events, SUBMITTED).filter(
    ({ properties }) => properties["hs_form_id"] === form,
  );
  const { items, paging } = pageOf(own.toReversed(), request, pageLimit(request, 20, 50));
  return ok({ results: items.flatMap((one) => wireSubmission(portal, one)), ...paging });
}
