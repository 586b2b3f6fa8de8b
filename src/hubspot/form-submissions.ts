import { z } from "zod";
import type { EngagementEvent } from "../scoring/record.ts";
import type { HubSpotClient } from "./client.ts";
import { idSchema, nextAfter, pagingSchema } from "./record-answer.ts";

// HubSpot documents the list of forms under this version; the submissions have no dated path.
const FORMS = "/marketing/forms/2026-09-beta";
const SUBMISSIONS = "/form-integrations/v1/submissions/forms";
const formsPage = "100";
/** HubSpot's most. */
const submissionsPage = "50";

const formsSchema = z.object({
  results: z.array(z.object({ id: idSchema, name: z.string().nullish() })),
  paging: pagingSchema,
});

/** A form, by id and name. */
export type Form = { readonly id: string; readonly name: string };

/** Returns up to 100 forms, whatever their type, in HubSpot's order, and the cursor of the next ones. */
export async function listFormsPage(
  client: HubSpotClient,
  after?: string,
): Promise<{ readonly forms: readonly Form[]; readonly after: string | undefined }> {
  const { results, paging } = await client.request({
    method: "GET",
    path: FORMS,
    query: { limit: formsPage, formTypes: "all", after },
    answer: formsSchema,
  });
  return { forms: results.map(({ id, name }) => ({ id, name: name ?? "" })), after: nextAfter(paging) };
}

/** Returns every form of the account, by id. */
export async function listForms(client: HubSpotClient): Promise<Form[]> {
  const forms: Form[] = [];
  let after: string | undefined;
  do {
    const page = await listFormsPage(client, after);
    forms.push(...page.forms);
    after = page.after;
  } while (after !== undefined);
  return forms.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

const submissionSchema = z.object({
  conversionId: idSchema,
  submittedAt: z.int(),
  pageUrl: z.string().nullish(),
  values: z.array(z.object({ name: z.string(), value: z.coerce.string().nullish() })),
});

/** A submission of a form; it names its contact by the e-mail address that was filled in. */
export type Submission = z.infer<typeof submissionSchema>;

/** Returns up to 50 submissions of a form, newest first, and the cursor of the older ones. */
export async function listSubmissions(
  client: HubSpotClient,
  form: string,
  after?: string,
): Promise<{ readonly submissions: readonly Submission[]; readonly after: string | undefined }> {
  const { results, paging } = await client.request({
    method: "GET",
    path: `${SUBMISSIONS}/${encodeURIComponent(form)}`,
    query: { limit: submissionsPage, after },
    answer: z.object({ results: z.array(submissionSchema), paging: pagingSchema }),
  });
  return { submissions: results, after: nextAfter(paging) };
}

/** Returns the event that a submission is and the address (lower case) that names its contact; undefined without one. */
export function submissionEvent(
  form: Form,
  { conversionId, submittedAt, pageUrl, values }: Submission,
): { readonly email: string; readonly event: EngagementEvent } | undefined {
  const email =
    values
      .find(({ name }) => name === "email")
      ?.value?.trim()
      .toLowerCase() ?? "";
  if (email === "") return undefined;
  const properties = {
    form_id: form.id,
    ...(form.name !== "" && { form_name: form.name }),
    ...(pageUrl && { page_url: pageUrl }),
  };
  const id = `form:${form.id}:${conversionId}`;
  return { email, event: { id, type: "form_submitted", occurredAt: submittedAt, properties } };
}
