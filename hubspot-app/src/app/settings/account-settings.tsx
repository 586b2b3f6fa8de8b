import { Button, ErrorState, Flex, Link, LoadingSpinner, Text } from "@hubspot/ui-extensions";
import { useCallback, useEffect, useState } from "react";
import { type Ask, askSettings, type Outcome } from "./ask-settings.ts";
import { Connection } from "./connection.tsx";
import { ScoreHealth } from "./score-health.tsx";

function NotConnected({ serviceUrl }: { readonly serviceUrl: string }) {
  return (
    <ErrorState title="Not connected" type="lock">
      <Text>Scorekeeper does not know this account, or it was uninstalled.</Text>
      <Link href={{ url: `${serviceUrl}/oauth/install`, external: true }}>Connect it again</Link>
    </ErrorState>
  );
}

function Failed({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <ErrorState title="Settings could not be read" type="error">
      <Text>Scorekeeper did not answer as it should.</Text>
      <Button onClick={onRetry}>Try again</Button>
    </ErrorState>
  );
}

/** The settings page: the account's connection and its scores, with the way to the console. */
export function AccountSettings(props: {
  readonly ask: Ask;
  readonly serviceUrl: string;
  readonly when: (at: number) => string;
}) {
  const { ask, serviceUrl, when } = props;
  const [outcome, setOutcome] = useState<Outcome | undefined>();
  const load = useCallback(async () => {
    setOutcome(undefined);
    setOutcome(await askSettings(ask, serviceUrl));
  }, [ask, serviceUrl]);
  useEffect(() => void load(), [load]);
  if (outcome === undefined)
    return <LoadingSpinner label="Reading the settings" layout="centered" showLabel />;
  if (outcome.kind === "not connected") return <NotConnected serviceUrl={serviceUrl} />;
  if (outcome.kind === "failed") return <Failed onRetry={() => void load()} />;
  const { settings } = outcome;
  return (
    <Flex direction="column" gap="large">
      <Connection settings={settings} when={when} />
      <ScoreHealth scores={settings.scores} backfills={settings.backfills} />
      <Link href={{ url: settings.consoleUrl, external: true }}>Open the console</Link>
    </Flex>
  );
}
