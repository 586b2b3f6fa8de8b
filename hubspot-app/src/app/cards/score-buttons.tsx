import { Alert, Button, ButtonRow, Flex, LoadingButton, Text } from "@hubspot/ui-extensions";
import { useState } from "react";
import type { CardScore } from "./card-answer.ts";

/** The buttons under a score; resetting asks once more before it is done. */
export function ScoreButtons(props: {
  readonly score: CardScore;
  readonly isBusy: boolean;
  readonly onRecalculate: () => void;
  readonly onReset: () => void;
}) {
  const [isAsking, setAsking] = useState(false);
  const { score, isBusy, onRecalculate, onReset } = props;
  if (isAsking)
    return (
      <Alert title={`Reset ${score.name}?`} variant="warning">
        <Flex direction="column" gap="small">
          <Text>What happened until now no longer counts. Points for fit stay.</Text>
          <ButtonRow>
            <Button
              variant="destructive"
              onClick={() => {
                setAsking(false);
                onReset();
              }}
            >
              Yes, reset
            </Button>
            <Button onClick={() => setAsking(false)}>Cancel</Button>
          </ButtonRow>
        </Flex>
      </Alert>
    );
  return (
    <ButtonRow>
      <LoadingButton loading={isBusy} onClick={onRecalculate}>
        Recalculate
      </LoadingButton>
      {score.canReset && (
        <Button disabled={isBusy} onClick={() => setAsking(true)}>
          Reset
        </Button>
      )}
    </ButtonRow>
  );
}
