import { hubspot } from "@hubspot/ui-extensions";
import { RecordScores } from "./record-scores.tsx";

const LOOK_AGAIN_MS = 2_000;

hubspot.extend<"crm.record.tab">(({ context, actions }) => (
  <RecordScores
    ask={hubspot.fetch}
    place={{
      serviceUrl: String(context.variables?.["PUBLIC_URL"] ?? ""),
      objectTypeId: context.crm.objectTypeId,
      objectId: String(context.crm.objectId),
    }}
    wording={{ locale: context.user.locale ?? "en", timeZone: context.portal.timezone }}
    lookAgainMs={LOOK_AGAIN_MS}
    onWritten={actions.refreshObjectProperties}
  />
));
