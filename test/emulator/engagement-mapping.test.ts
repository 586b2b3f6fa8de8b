import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  activityOfEvent,
  CALL_OUTCOME_IDS,
  eventsOfActivity,
  occurrenceProperties,
  occurrenceType,
  propertiesOfOccurrence,
  typeOfOccurrence,
} from "../../emulator/engagement-mapping.ts";

const occurredAt = Date.parse("2026-03-01T10:00:00.000Z");
const roundTrip = (type: string, properties: { [name: string]: string | null }) => {
  const activity = activityOfEvent({ type, occurredAt, properties });
  if (!activity) throw new Error("no activity");
  const held = { typeId: activity.typeId, id: "5", properties: new Map(Object.entries(activity.properties)) };
  return { object: activity, events: eventsOfActivity(held, occurredAt) };
};

describe("calls", () => {
  it("is a call object with HubSpot's outcome id and milliseconds", () => {
    const properties = {
      direction: "OUTBOUND",
      outcome: "CONNECTED",
      duration_seconds: "261",
      campaign_result: "success",
    };
    const { object, events } = roundTrip("call_ended", properties);
    expect(object).toEqual({
      typeId: "0-48",
      properties: {
        hs_timestamp: "2026-03-01T10:00:00.000Z",
        hs_call_status: "COMPLETED",
        hs_call_direction: "OUTBOUND",
        hs_call_disposition: CALL_OUTCOME_IDS["CONNECTED"],
        hs_call_duration: "261000",
        campaign_result: "success",
      },
    });
    expect(events).toEqual([{ id: "call:5:ended", type: "call_ended", occurredAt, properties }]);
  });

  it.each(["0", "12.5", "0.001", "261.0", "1e3", "-4", "about 5 min", "007", "99999999999999999999", " 5"])(
    "keeps a duration of %j to the letter",
    (duration) => {
      const { events } = roundTrip("call_started", { duration_seconds: duration });
      expect(events).toEqual([
        {
          id: "call:5:started",
          type: "call_started",
          occurredAt,
          properties: { duration_seconds: duration },
        },
      ]);
    },
  );

  it("keeps any text properties", () => {
    const name = fc.stringMatching(/^[a-z][a-z_]{0,20}$/).filter((text) => !text.startsWith("hs_"));
    const value = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(
        fc.constantFrom("call_started", "call_ended"),
        fc.dictionary(name, value),
        (type, properties) => {
          const [event] = roundTrip(type, properties).events;
          expect(event).toMatchObject({ type, occurredAt });
          expect({ ...event?.properties }).toEqual({ ...properties });
        },
      ),
    );
  });
});

describe("meetings", () => {
  it("books and settles on one object when the portal knows when it was made", () => {
    const held = new Map([
      ["hs_createdate", "2026-02-01T00:00:00Z"],
      ["hs_meeting_outcome", "No show"],
      ["hs_activity_type", "demo"],
      ["topic", "prices"],
    ]);
    const common = { meeting_type: "demo", topic: "prices" };
    expect(eventsOfActivity({ typeId: "0-47", id: "5", properties: held }, occurredAt)).toEqual([
      { id: "meeting:5:booked", type: "meeting_booked", occurredAt, properties: common },
      {
        id: "meeting:5:NO_SHOW",
        type: "meeting_outcome_changed",
        occurredAt,
        properties: { ...common, outcome: "NO_SHOW" },
      },
    ]);
  });

  it.each([
    ["meeting_booked", { meeting_type: "demo", topic: "prices" }],
    ["meeting_outcome_changed", { meeting_type: "demo", outcome: "COMPLETED" }],
  ])("is one event again: %s", (type, properties) => {
    expect(roundTrip(type, properties).events).toMatchObject([{ type, properties }]);
  });
});

describe("event occurrences", () => {
  it.each([
    [
      "page_visited",
      "e_visited_page",
      { url: "/", page_title: "Home", utm_source: "ads", depth: "3" },
      { hs_url: "/", hs_title: "Home", hs_utm_source: "ads", depth: "3" },
    ],
    [
      "form_submitted",
      "e_form_submission_v2",
      { form_id: "f", page_url: "/x" },
      { hs_form_id: "f", hs_page_url: "/x" },
    ],
    [
      "email_opened",
      "e_email_opened",
      { email_id: "7", bot: "false" },
      { hs_email_id: "7", hs_bot: "false" },
    ],
    ["ad_interaction", "e_ad_interaction", { campaign: "c" }, { hs_campaign: "c" }],
    ["custom:trial.started", "pe9999_trial.started", { url: "/", plan: "pro" }, { url: "/", plan: "pro" }],
    ["something_new", "e_something_new", { url: "/" }, { url: "/" }],
  ])("names %s %s and renames its main properties", (type, name, properties, inHubSpot) => {
    expect(occurrenceType(type, 9999)).toBe(name);
    expect(typeOfOccurrence(name, 9999)).toBe(type);
    expect(occurrenceProperties(type, properties)).toEqual(inHubSpot);
    expect(propertiesOfOccurrence(type, inHubSpot)).toEqual(properties);
    expect(activityOfEvent({ type, occurredAt, properties })).toBeUndefined();
  });
});
