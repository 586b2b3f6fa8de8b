import { describe, expect, test } from "vitest";
import { createCalendar } from "../../src/scoring/calendar.ts";
import type { CalendarUnit } from "../../src/scoring/timeframe-schema.ts";

const ZONES = [
  "UTC",
  "Europe/Amsterdam",
  "America/Sao_Paulo",
  "America/St_Johns",
  "Pacific/Apia",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
];
const UNITS: readonly CalendarUnit[] = ["DAY", "WEEK", "MONTH", "QUARTER", "YEAR"];

function iso({ previous, start, end }: { previous: number; start: number; end: number }) {
  return [previous, start, end].map((time) => new Date(time).toISOString());
}

describe("calendar units", () => {
  test("a day from which the clock skipped midnight begins where the day does", () => {
    const bounds = createCalendar("America/Sao_Paulo").unitAround("DAY", Date.UTC(2018, 10, 4, 12));
    expect(iso(bounds)).toEqual([
      "2018-11-03T03:00:00.000Z",
      "2018-11-04T03:00:00.000Z",
      "2018-11-05T02:00:00.000Z",
    ]);
  });

  test("a clock set back over midnight does not begin the day twice", () => {
    const calendar = createCalendar("America/St_Johns");
    const inTheRepeatedHour = Date.UTC(2010, 10, 7, 3, 0);
    expect(iso(calendar.unitAround("DAY", inTheRepeatedHour))[1]).toBe("2010-11-07T02:30:00.000Z");
  });

  test("the day after one that a zone left out begins at its own midnight", () => {
    const bounds = createCalendar("Pacific/Apia").unitAround("DAY", Date.UTC(2011, 11, 30, 12));
    expect(iso(bounds)[1]).toBe("2011-12-30T10:00:00.000Z");
  });

  test("years before 1 are counted on", () => {
    const bounds = createCalendar("UTC").unitAround("YEAR", Date.parse("0000-06-01T00:00:00Z"));
    expect(iso(bounds)).toEqual([
      "-000001-01-01T00:00:00.000Z",
      "0000-01-01T00:00:00.000Z",
      "0001-01-01T00:00:00.000Z",
    ]);
  });

  test.each(ZONES)("the units of %s follow each other without gap or overlap", (zone) => {
    const calendar = createCalendar(zone);
    for (const unit of UNITS) {
      for (let at = Date.UTC(2010, 0, 1); at < Date.UTC(2012, 0, 1); at += 373 * 3_600_000) {
        const { previous, start, end } = calendar.unitAround(unit, at);
        expect(start <= at && at < end && previous <= start).toBe(true);
        expect(createCalendar(zone).unitAround(unit, end).start).toBe(end);
      }
    }
  });

  test("an unknown zone is refused", () => {
    expect(() => createCalendar("Mars/Olympus")).toThrow(RangeError);
  });
});
