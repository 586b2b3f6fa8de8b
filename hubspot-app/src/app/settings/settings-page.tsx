import { hubspot } from "@hubspot/ui-extensions";
import { AccountSettings } from "./account-settings.tsx";

hubspot.extend<"settings">(({ context }) => {
  const { locale = "en" } = context.user;
  const timeZone = context.portal.timezone;
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone });
  return (
    <AccountSettings
      ask={hubspot.fetch}
      serviceUrl={String(context.variables?.["PUBLIC_URL"] ?? "")}
      when={(at) => format.format(at)}
    />
  );
});
