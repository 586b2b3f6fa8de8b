import fc from "fast-check";
import { expect, test } from "vitest";
import { exportHubSpot } from "../../src/portability/export-hubspot.ts";
import { importForeign } from "../../src/portability/import-document.ts";
import { importHubSpot } from "../../src/portability/import-hubspot.ts";
import { definitionOf } from "../scoring/scoring-rows.ts";
import { sayableScore } from "./arbitrary-sayable.ts";

test("what both can say comes back as it went, as JSON, and nothing is reported on the way out", () => {
  fc.assert(
    fc.property(sayableScore, (document) => {
      const definition = definitionOf(document);
      const { bodies, report } = exportHubSpot(definition);
      expect(report).toEqual([]);
      const sent: unknown = JSON.parse(JSON.stringify(bodies));
      expect(importForeign(sent, "hubspot").definition).toEqual(definition);
    }),
    { numRuns: 400 },
  );
});

test("a second round through HubSpot's format changes nothing more", () => {
  fc.assert(
    fc.property(sayableScore, (document) => {
      const first = exportHubSpot(definitionOf(document)).bodies?.create;
      const once = importHubSpot(JSON.parse(JSON.stringify(first))).definition;
      if (once === null) throw new Error("a create request was refused");
      const again = exportHubSpot(once).bodies?.create;
      expect(importHubSpot(JSON.parse(JSON.stringify(again))).definition).toEqual(once);
    }),
    { numRuns: 100 },
  );
});
