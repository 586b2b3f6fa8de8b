import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "./session.ts";

/** A profile of a developer-platform project: the account that it goes to, and the project's variables there. */
export const profileSchema = z.strictObject({
  accountId: z.int().positive(),
  variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

export type Profile = z.infer<typeof profileSchema>;

/** What `setup` knows for a profile; PUBLIC_URL only where HubSpot can call it. */
export type ProfileValues = {
  readonly accountId: string | undefined;
  readonly publicUrl: string | undefined;
  readonly supportEmail: string | undefined;
};

/** A JSON file of the project: where it is, and what it says. */
export type ProjectFile<Content> = { readonly path: string; readonly content: Content };

/**
 * Reads a JSON file of the project.
 * @throws InputError where it is not what the schema says.
 */
export function readProjectFile<Content>(path: string, schema: z.ZodType<Content>): Content {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw new InputError(`${path} cannot be read as JSON`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError(`${path}: ${issue?.path.join(".")}: ${issue?.message}`);
}

/**
 * Returns the project's profile of this name with what is known put in; what is not stays.
 * @throws InputError where there is no such profile and its account is not given.
 */
export function completeProfile(project: string, name: string, values: ProfileValues): ProjectFile<Profile> {
  if (!/^[\w-]+$/.test(name))
    throw new InputError(`a profile's name has letters, digits, _ and -: not "${name}"`);
  const path = join(project, "src", `hsprofile.${name}.json`);
  const held = existsSync(path) ? readProjectFile(path, profileSchema) : undefined;
  const accountId = values.accountId === undefined ? held?.accountId : Number(values.accountId);
  if (accountId === undefined || !Number.isSafeInteger(accountId) || accountId <= 0)
    throw new InputError(`--account-id is missing or no number: profile "${name}" needs it`);
  const { publicUrl, supportEmail } = values;
  const variables = {
    ...(held?.variables ?? { APP_NAME: "Scorekeeper", SUPPORT_EMAIL: "support@example.com" }),
    ...(publicUrl !== undefined && { PUBLIC_URL: publicUrl }),
    ...(supportEmail !== undefined && { SUPPORT_EMAIL: supportEmail }),
  };
  return { path, content: { accountId, variables } };
}
