import {
  Alert,
  DescriptionList,
  DescriptionListItem,
  Flex,
  Heading,
  StatusTag,
  Text,
} from "@hubspot/ui-extensions";
import type { SettingsAnswer } from "./settings-answer.ts";

const STATUS = {
  active: { variant: "success", text: "Connected" },
  paused: { variant: "warning", text: "Paused" },
  uninstalled: { variant: "danger", text: "Uninstalled" },
} as const;

const counted = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`;

function troubleTexts({ portal, troubles, callsStopped }: SettingsAnswer): string[] {
  const { refusedWrites, failedScorings, failedDeliveries } = troubles;
  return [
    ...(portal.status !== "active" && portal.reason !== null ? [`Not at work: ${portal.reason}.`] : []),
    ...(portal.setUpError !== null ? [`Setting up failed: ${portal.setUpError}`] : []),
    ...(callsStopped ? ["HubSpot is not called for the moment: it refused calls."] : []),
    ...(refusedWrites > 0
      ? [`HubSpot refuses the values of ${counted(refusedWrites, "record", "records")}.`]
      : []),
    ...(failedScorings > 0 ? [`${counted(failedScorings, "record", "records")} could not be scored.`] : []),
    ...(failedDeliveries > 0
      ? [`Not all can be used of ${counted(failedDeliveries, "delivery", "deliveries")}.`]
      : []),
  ];
}

/** Whether the account is connected and heard from, what its plan allows, and what goes wrong. */
export function Connection(props: {
  readonly settings: SettingsAnswer;
  readonly when: (at: number) => string;
}) {
  const { settings, when } = props;
  const { variant, text } = STATUS[settings.portal.status];
  const troubles = troubleTexts(settings);
  return (
    <Flex direction="column" gap="small">
      <Heading>Connection</Heading>
      <StatusTag variant={variant}>{text}</StatusTag>
      {settings.portal.isSettingUp && <Text>The account is still being set up.</Text>}
      {troubles.length > 0 && (
        <Alert title="Worth a look" variant="warning">
          {troubles.map((trouble) => (
            <Text key={trouble}>{trouble}</Text>
          ))}
        </Alert>
      )}
      <DescriptionList direction="row">
        <DescriptionListItem label="Account">{settings.portal.id}</DescriptionListItem>
        <DescriptionListItem label="Last notification">
          {settings.heardAt === null ? "none yet" : when(settings.heardAt)}
        </DescriptionListItem>
        {settings.capabilities.map(({ feature, isThere }) => (
          <DescriptionListItem key={feature} label={feature}>
            {isThere ? "allowed" : "refused by HubSpot"}
          </DescriptionListItem>
        ))}
      </DescriptionList>
    </Flex>
  );
}
