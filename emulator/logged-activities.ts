/** How e-mails, notes, tasks and messages that were logged live in a HubSpot portal: as objects of their own. Pure. */

type Values = { readonly [name: string]: string | null };
type LoggedEvent = { readonly type: string; readonly occurredAt: number; readonly properties: Values };
type Naming = {
  readonly type: string;
  readonly typeId: string;
  /** The first part of the events' ids. */
  readonly prefix: string;
  /** Event properties that HubSpot has under another name. */
  readonly names: { readonly [name: string]: string };
  /** HubSpot's words for values of those. */
  readonly words?: { readonly [value: string]: string };
  readonly fixed?: { readonly [name: string]: string };
};

const NAMINGS: readonly Naming[] = [
  {
    ...{ type: "email_logged", typeId: "0-49", prefix: "email", names: { direction: "hs_email_direction" } },
    ...{ words: { OUTBOUND: "EMAIL", INBOUND: "INCOMING_EMAIL" }, fixed: { hs_email_status: "SENT" } },
  },
  { type: "note_logged", typeId: "0-46", prefix: "note", names: {} },
  {
    ...{ type: "task_completed", typeId: "0-27", prefix: "task", names: {} },
    fixed: { hs_task_status: "COMPLETED" },
  },
  {
    ...{ type: "communication_logged", typeId: "0-18", prefix: "communication" },
    names: { channel: "hs_communication_channel_type" },
  },
];

/** Returns the object that stands for a logged e-mail, note, task or message, or undefined for other events. */
export function loggedOfEvent(event: LoggedEvent): { typeId: string; properties: Values } | undefined {
  const naming = NAMINGS.find(({ type }) => type === event.type);
  if (!naming) return undefined;
  const { typeId, names, words = {}, fixed = {} } = naming;
  const renamed = Object.entries(event.properties).map(([name, value]): [string, string | null] => {
    if (!Object.hasOwn(names, name)) return [name, value];
    return [
      names[name] ?? name,
      value !== null && Object.hasOwn(words, value) ? (words[value] ?? value) : value,
    ];
  });
  const at = new Date(event.occurredAt).toISOString();
  return { typeId, properties: { hs_timestamp: at, ...fixed, ...Object.fromEntries(renamed) } };
}

type Logged = { typeId: string; id: string; properties: ReadonlyMap<string, string | null> };

function hasHappened({ typeId, properties }: Logged): boolean {
  if (typeId === "0-27") return properties.get("hs_task_status") === "COMPLETED";
  return !/^(FAILED|SCHEDULED|SENDING)$/.test(properties.get("hs_email_status") ?? "");
}

/** Returns the events that a logged e-mail, note, task or message gives, with those of its properties that HubSpot does not define. */
export function loggedEvents(logged: Logged, own: ReadonlyMap<string, string>, occurredAt: number) {
  const naming = NAMINGS.find(({ typeId }) => typeId === logged.typeId);
  if (!naming || !hasHappened(logged)) return [];
  const { type, prefix, names, words = {} } = naming;
  const back = new Map(Object.entries(words).map(([value, word]) => [word, value]));
  const named = Object.entries(names).flatMap(([name, hubSpotName]): [string, string][] => {
    const value = logged.properties.get(hubSpotName);
    return value ? [[name, back.get(value) ?? value]] : [];
  });
  const doneAt = Date.parse(logged.properties.get("hs_task_completion_date") ?? "");
  return [
    {
      ...{ id: `${prefix}:${logged.id}`, type, occurredAt: Number.isNaN(doneAt) ? occurredAt : doneAt },
      properties: Object.fromEntries([...own, ...named]),
    },
  ];
}
