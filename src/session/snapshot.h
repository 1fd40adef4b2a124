/* snapshot.h - making snapshots: what the engine thread hands out
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/navigator.h"
#include "session/session.h"

/* Without a machine. */
PwkSnapshot *pwk_snapshot_empty (void);
/* On arrival, with the machine as of the position: builds the models. */
PwkSnapshot *pwk_snapshot_new   (PwkNavigator *navigator, const PwkObservation *observation, const PwkWish *wishes, uint32_t n_wishes, bool want_hash);
/* Of the same place with the same models, which it shares with @before. */
PwkSnapshot *pwk_snapshot_again (const PwkSnapshot *before);
/* How far history is known by now. */
void         pwk_snapshot_tell_progress (PwkSnapshot *snapshot, PwkNavigator *navigator);
