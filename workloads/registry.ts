import type { Workload } from "#core/workload";
import { addressBook } from "./address-book.ts";
import { append } from "./append.ts";
import { bank } from "./bank.ts";
import { broadcast } from "./broadcast.ts";
import { configuration } from "./configuration.ts";
import { crossRegion } from "./cross-region.ts";
import { echo } from "./echo.ts";
import { gCounter } from "./g-counter.ts";
import { gSet } from "./g-set.ts";
import { kafka } from "./kafka.ts";
import { lastItem } from "./last-item.ts";
import { likeCounter } from "./like-counter.ts";
import { linKv } from "./lin-kv.ts";
import { lock } from "./lock.ts";
import { pnCounter } from "./pn-counter.ts";
import { postComment } from "./post-comment.ts";
import { profileEdit } from "./profile-edit.ts";
import { queue } from "./queue.ts";
import { session } from "./session.ts";
import { set } from "./set.ts";
import { sharedDocument } from "./shared-document.ts";
import { shoppingCart } from "./shopping-cart.ts";
import { ttlCache } from "./ttl-cache.ts";
import { txnListAppend } from "./txn-list-append.ts";
import { txnRwRegister } from "./txn-rw-register.ts";
import { uniqueIds } from "./unique-ids.ts";
import { viewCounter } from "./view-counter.ts";

/** Every workload by name. */
export const workloads: Readonly<Record<string, Workload>> = {
  session,
  set,
  append,
  queue,
  "profile-edit": profileEdit,
  "view-counter": viewCounter,
  "post-comment": postComment,
  "shopping-cart": shoppingCart,
  "like-counter": likeCounter,
  "last-item": lastItem,
  "shared-document": sharedDocument,
  "address-book": addressBook,
  "ttl-cache": ttlCache,
  "cross-region": crossRegion,
  bank,
  configuration,
  echo,
  "unique-ids": uniqueIds,
  broadcast,
  "g-set": gSet,
  "g-counter": gCounter,
  "pn-counter": pnCounter,
  "lin-kv": linKv,
  lock,
  kafka,
  "txn-list-append": txnListAppend,
  "txn-rw-register": txnRwRegister,
};
