import type { Random } from "../seeded-random.ts";

export type Region = "nl" | "no" | "de" | "se" | "gb";

const GIVEN: { readonly [region in Region]: readonly string[] } = {
  nl: [
    "Sanne",
    "Daan",
    "Fleur",
    "Joost",
    "Maaike",
    "Sjoerd",
    "Anouk",
    "Willem",
    "Lotte",
    "Thijs",
    "Femke",
    "Bram",
    "Noortje",
    "Jeroen",
  ],
  no: [
    "Ingrid",
    "Øystein",
    "Åse",
    "Bjørn",
    "Kjersti",
    "Håkon",
    "Sølvi",
    "Lars",
    "Marit",
    "Torbjørn",
    "Astrid",
    "Sindre",
    "Ragnhild",
    "Jørgen",
  ],
  de: ["Anke", "Jürgen", "Heike", "Stefan", "Käthe", "Uwe", "Birgit", "Matthias", "Jana", "Björn"],
  se: ["Elin", "Anders", "Åsa", "Mattias", "Linnéa", "Göran", "Karin", "Johan", "Sofia", "Oskar"],
  gb: ["Alice", "Oliver", "Priya", "James", "Chloe", "Samuel", "Grace", "Harry", "Amara", "Thomas"],
};
const FAMILY: { readonly [region in Region]: readonly string[] } = {
  nl: [
    "de Vries",
    "van den Berg",
    "Bakker",
    "Jansen",
    "van Dijk",
    "Visser",
    "Smit",
    "ter Haar",
    "Mulder",
    "'t Hart",
    "Hoekstra",
    "van der Meer",
  ],
  no: [
    "Hansen",
    "Bjørnstad",
    "Ødegård",
    "Strøm",
    "Nygård",
    "Lie",
    "Sæther",
    "Haugen",
    "Bråten",
    "Lønning",
    "Aas",
    "Kristiansen",
  ],
  de: ["Müller", "Schröder", "Weiß", "Krüger", "Hoffmann", "Vogel", "Lang", "Böhm"],
  se: ["Lindström", "Åkesson", "Nilsson", "Bergqvist", "Öberg", "Holm", "Sjögren", "Ek"],
  gb: ["Taylor", "Hughes", "Patel", "O'Neill", "Walker", "Okafor", "Reed", "Wright"],
};

/** Countries and cities by region, as contacts and companies carry them. */
export const PLACES: {
  readonly [region in Region]: { country: string; cities: readonly string[]; language: string; tld: string };
} = {
  nl: {
    country: "Netherlands",
    cities: ["Amsterdam", "Rotterdam", "Utrecht", "Groningen", "'s-Hertogenbosch"],
    language: "nl",
    tld: "nl",
  },
  no: {
    country: "Norway",
    cities: ["Oslo", "Bergen", "Trondheim", "Tromsø", "Ålesund"],
    language: "nb-no",
    tld: "no",
  },
  de: { country: "Germany", cities: ["Hamburg", "München", "Köln", "Leipzig"], language: "de", tld: "de" },
  se: { country: "Sweden", cities: ["Stockholm", "Göteborg", "Malmö", "Umeå"], language: "sv", tld: "se" },
  gb: {
    country: "United Kingdom",
    cities: ["London", "Leeds", "Bristol", "Edinburgh"],
    language: "en",
    tld: "co.uk",
  },
};

const REGIONS: readonly (readonly [Region, number])[] = [
  ["nl", 34],
  ["no", 28],
  ["de", 14],
  ["se", 12],
  ["gb", 12],
];

const JOBS: readonly (readonly [string, number])[] = [
  ["CEO", 4],
  ["CTO", 4],
  ["Chief Marketing Officer", 2],
  ["VP Sales", 4],
  ["Director of Operations", 6],
  ["Head of Marketing", 7],
  ["IT Manager", 10],
  ["Marketing Manager", 12],
  ["Account Executive", 9],
  ["Software Engineer", 10],
  ["Data Analyst", 8],
  ["Marketing Specialist", 10],
  ["Office Coordinator", 6],
  ["Student", 3],
  ["Intern", 3],
  ["", 6],
];

/** Returns a region, by how many of the portal's people live there. */
export function pickRegion(random: Random): Region {
  return random.weighted(REGIONS);
}

/** Returns a first and last name common in a region. */
export function inventName(region: Region, random: Random): { given: string; family: string } {
  return { given: random.pick(GIVEN[region]), family: random.pick(FAMILY[region]) };
}

/** Returns a job title; now and then there is none. */
export function pickJobTitle(random: Random): string {
  return random.weighted(JOBS);
}

const LETTERS: readonly (readonly [RegExp, string])[] = [
  [/ø/g, "o"],
  [/æ/g, "ae"],
  [/ß/g, "ss"],
];

/** Returns a name as it stands in addresses: plain lower-case letters with dots. */
export function addressPart(name: string): string {
  const plain = LETTERS.reduce(
    (text, [letter, spelled]) => text.replace(letter, spelled),
    name.toLowerCase(),
  );
  return plain
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z]+/g, ".")
    .replace(/^\.|\.$/g, "");
}
