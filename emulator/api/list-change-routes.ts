import { z } from "zod";
import { noContent, ok } from "../http/answer.ts";
import { invalidRequest } from "../http/api-error.ts";
import { type ApiRequest, idText, parseBody, type Route } from "../http/route.ts";
import { joinList, leaveList, type PortalList } from "../portal/list-store.ts";
import type { Portal } from "../portal/portal.ts";
import { findRecord, presentRecords } from "../portal/record-store.ts";
import { requireList } from "./list-routes.ts";

const ids = z.array(idText);
const both = z.object({ recordIdsToAdd: ids.default([]), recordIdsToRemove: ids.default([]) });

/** Returns the routes that delete a list or change its members by hand; HubSpot tells of it in the app's journal alone. */
export function listChangeRoutes(portal: Portal): readonly Route[] {
  const base = "/crm/lists/:version/:listId/memberships";
  return [
    {
      method: "PUT",
      path: `${base}/add`,
      handle: (request) => change(portal, request, parseBody(request, ids), []),
    },
    {
      method: "PUT",
      path: `${base}/remove`,
      handle: (request) => change(portal, request, [], parseBody(request, ids)),
    },
    {
      method: "PUT",
      path: `${base}/add-and-remove`,
      handle: (request) => {
        const { recordIdsToAdd, recordIdsToRemove } = parseBody(request, both);
        return change(portal, request, recordIdsToAdd, recordIdsToRemove);
      },
    },
    {
      method: "DELETE",
      path: "/crm/lists/:version/:listId",
      handle: (request) => remove(portal, requireList(portal, request)),
    },
  ];
}

/** A deleted list takes its memberships along; HubSpot tells nobody of it. */
function remove(portal: Portal, list: PortalList) {
  for (const record of presentRecords(portal.records, list.objectTypeId)) leaveList(list, record);
  portal.lists.delete(list.listId);
  return noContent();
}

function change(portal: Portal, request: ApiRequest, add: readonly string[], remove: readonly string[]) {
  const list = requireList(portal, request);
  if (list.processingType === "DYNAMIC")
    throw invalidRequest("Members of a dynamic list cannot be changed by hand");
  const find = (id: string) => findRecord(portal.records, list.objectTypeId, id);
  const recordsIdsAdded = add.filter((id) => {
    const record = find(id);
    return record !== undefined && joinList(list, record, portal.clock.now());
  });
  const recordIdsRemoved = remove.filter((id) => {
    const record = find(id);
    return record !== undefined && leaveList(list, record);
  });
  const told = (isMember: boolean) => (recordId: string) => {
    const { listId, objectTypeId } = list;
    return { listId, objectTypeId, recordId, isMember, occurredAt: portal.clock.now() };
  };
  const changes = [...recordsIdsAdded.map(told(true)), ...recordIdsRemoved.map(told(false))];
  for (const tell of portal.listListeners) tell(changes);
  return ok({
    recordsIdsAdded,
    recordIdsRemoved,
    recordIdsMissing: [...add, ...remove].filter((id) => !find(id)),
  });
}
