/* snapshot.h - making snapshots: what the engine thread hands out
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/navigator.h"
#include "session/session.h"

/* What of a session goes into a snapshot beside the navigator's own. Borrowed. */
typedef struct
{
  const PwkWish       *wishes;
  uint32_t             n_wishes;
  const PwkBreakpoint *breakpoints;
  uint32_t             n_breakpoints;
  const PwkBookmark   *bookmarks;
  uint32_t             n_bookmarks;
  bool                 want_hash;
} PwkSnapshotExtras;

/* In the engine thread, with the machine as of the navigator's position. */
PwkSnapshot *pwk_snapshot_new   (PwkNavigator *navigator, const PwkObservation *observation, const PwkSnapshotExtras *extras);
/* Copies them; what the engine thread adds last. */
void         pwk_snapshot_set_failures (PwkSnapshot *snapshot, const PwkFailure *failures, uint32_t n);
/* Without a machine. */
PwkSnapshot *pwk_snapshot_empty (void);
