import type { Workload } from "#core/workload";
import { addressBook } from "./address-book.ts";
import { bank } from "./bank.ts";
import { configuration } from "./configuration.ts";
import { crossRegion } from "./cross-region.ts";
import { lastItem } from "./last-item.ts";
import { likeCounter } from "./like-counter.ts";
import { postComment } from "./post-comment.ts";
import { profileEdit } from "./profile-edit.ts";
import { session } from "./session.ts";
import { set } from "./set.ts";
import { sharedDocument } from "./shared-document.ts";
import { shoppingCart } from "./shopping-cart.ts";
import { ttlCache } from "./ttl-cache.ts";
import { viewCounter } from "./view-counter.ts";

/** Every workload by name. */
export const workloads: Readonly<Record<string, Workload>> = {
  session,
  set,
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
};
